import { clusterTest } from './cluster-test';
import { failureDump } from './failure-dump';
import { type KubeObject, ref } from './kube-object';

const secret: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'secret' },
  stringData: { password: 'hunter2' },
};

clusterTest('an identity may do what its rules say and nothing else', async ({ namespace }) => {
  const { client } = await namespace.identity('reader', {
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    clusterRules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
  });
  await namespace.admin.create(secret);

  await expect(client.get(secret)).resolves.toBeDefined();
  await expect(client.list({ apiVersion: 'v1', kind: 'Node' })).resolves.toBeDefined();
  await expect(client.delete(secret)).rejects.toThrow(/403/);
  await expect(client.get(ref('v1', 'Secret', 'secret', 'kube-system'))).rejects.toThrow(/403/);
});

clusterTest('a dump tells objects and events, and no secrets', async ({ namespace: { admin } }) => {
  await admin.create(secret);
  const issuerRef = { name: 'nobody' };
  const spec = { secretName: 'c', dnsNames: ['c.test'], issuerRef };
  const certificate = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'c' }, spec };
  await admin.create(certificate);
  await admin.untilList({ apiVersion: 'v1', kind: 'Event' }, {}, (events) => events.length > 0);

  const dump = await failureDump(admin);

  expect(dump).toMatch(/Secret secret: .*"keys":\["password"\]/);
  expect(dump).toMatch(/Certificate c: .*"type":"Issuing"/);
  expect(dump).toMatch(/Certificate c: Issuing: /);
  expect(dump).not.toMatch(/hunter2|aHVudGVyMg/);
});

clusterTest('waiting in vain ends with what was last seen', async ({ namespace: { admin } }) => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' } };
  await admin.create(map);

  await expect(admin.until(map, () => false, { timeout: 2_000, what: 'pigs fly' })).rejects.toThrow(
    /Timed out after 2 s waiting until pigs fly\nLast seen: .*"map"/s,
  );
});
