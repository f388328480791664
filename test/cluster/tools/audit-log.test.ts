import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { auditLog } from '../driver/control-plane';
import { type ClusterState } from '../driver/state';
import { clusterTest } from '../harness/cluster-test';
import { type KubeObject, ref } from '../harness/kube-object';
import { AuditReader, countRequests, parseAuditLog } from './audit-log';
import { temporaryFolder } from '../../support/temporary-folder';

function event(fields: Record<string, unknown>): string {
  const common = {
    auditID: '1',
    verb: 'get',
    requestURI: '/api/v1/nodes',
    requestReceivedTimestamp: '2026-01-01T00:00:00Z',
  };
  return JSON.stringify({ ...common, ...fields });
}

test('a watch that began and ended is one request', () => {
  const log = [event({ stage: 'ResponseStarted' }), event({ stage: 'ResponseComplete' }), ''].join('\n');

  expect(parseAuditLog(log)).toHaveLength(1);
});

test('resources are told with group and subresource, user agents without version', () => {
  const objectRef = { resource: 'deployments', apiGroup: 'apps', subresource: 'scale', namespace: 'a', name: 'b' };

  const [request] = parseAuditLog(event({ objectRef, userAgent: 'kubectl/v1.36.3 (linux/amd64)' }));

  expect(request).toMatchObject({
    resource: 'deployments.apps/scale',
    userAgent: 'kubectl',
    namespace: 'a',
    name: 'b',
  });
});

test('a line that is half written when the reader is made belongs to what was before', async () => {
  const file = join(temporaryFolder('audit-'), 'audit.log');
  const [half, whole] = ['1', '2'].map((auditID) => event({ auditID }));
  writeFileSync(file, `${half?.slice(0, 20)}`);
  const reader = new AuditReader(file);
  appendFileSync(file, `${half?.slice(20)}\n${whole}\n`);

  const requests = await reader.requests((path) => {
    appendFileSync(file, `${event({ auditID: '3', requestURI: path })}\n`);
    return Promise.resolve();
  });

  expect(requests).toHaveLength(1);
});

clusterTest(
  'requests are counted by who asked for what',
  async ({ namespace, cluster }) => {
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'list', 'watch'] }];
    const { client } = await namespace.identity('counted', { rules, userAgent: 'counted/1.0' });
    const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret' } };
    await client.find(secret); // looks the kind up, so that below there are no other requests
    const reader = new AuditReader(auditLog((cluster as ClusterState).directory));

    await client.create(secret);
    await client.get(secret);
    await client.get(secret);
    await client.until(secret, (seen) => seen !== undefined);
    await expect(client.delete(secret)).rejects.toThrow(/forbidden/);
    const requests = await reader.requests((path) => namespace.admin.transport.text({ method: 'GET', path }));

    const own = requests.filter(({ userAgent }) => userAgent === 'counted');
    expect(countRequests(own)).toEqual({
      'counted create secrets': 1,
      'counted get secrets': 2,
      'counted list secrets': 1,
      'counted delete secrets': 1,
    });
    expect(countRequests(own, ['code'])).toEqual({ 201: 1, 200: 3, 403: 1 });
    expect(own[0]?.user).toBe(`system:serviceaccount:${namespace.name}:counted`);
  },
  { ownCluster: true },
);

clusterTest(
  'a watch is counted as soon as it has begun',
  async ({ namespace: { admin }, cluster }) => {
    const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const reader = new AuditReader(auditLog((cluster as ClusterState).directory));
    const watch = admin.watch(kind);
    await admin.until(ref('v1', 'ConfigMap', 'kube-root-ca.crt'), (seen) => seen !== undefined);
    await watch.next();

    const requests = await reader.requests((path) => admin.transport.text({ method: 'GET', path }));
    await watch.return(undefined);

    const own = requests.filter(({ userAgent, verb }) => userAgent === 'cluster-test-admin' && verb === 'watch');
    expect(own.length).toBeGreaterThan(0);
  },
  { ownCluster: true },
);
