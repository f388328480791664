import { certificateStatuses } from '../../lib/graph/certificate-status';
import { type World } from '../../lib/graph/world';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type CertificateStatus } from '../../lib/proxysql-resource';
import * as small from './small-world';

/** What the status says about certificates. */

const CLIENT: KubernetesObject = {
  ...small.CERTIFICATE,
  metadata: { ...small.CERTIFICATE.metadata, name: 'db-client-cert' },
  spec: { ...(small.CERTIFICATE.spec as object), secretName: 'db-client-cert' },
};
const SECRET = small.tlsSecret('good');
const workload = (replicas: number, readyReplicas = replicas): KubernetesObject => ({
  ...small.workload(readyReplicas),
  spec: { replicas },
});
const serving = (...fingerprints: string[]) => new Map(fingerprints.map((each, index) => [`db-${index}`, each]));
const before = (entry: Partial<CertificateStatus>) => ({
  proxysql: small.proxysql({
    status: { certificates: [{ alias: 'server', secretName: 'db-server-cert', fingerprint: 'f1', ...entry }] },
  }),
});

const look = (objects: readonly KubernetesObject[], more: Partial<World> = {}) =>
  certificateStatuses(small.worldOf(objects, more));
const servedBy = (objects: readonly KubernetesObject[], more: Partial<World>) =>
  look([SECRET, ...objects], more)[0]?.servedByPods;

test('given one that is proven, then what it is, from when to when, and when it is renewed', () => {
  const renewed = small.certificateObject(true, { renewalTime: '2026-06-20T00:00:00Z' });
  expect(look([SECRET, renewed])).toEqual([
    {
      alias: 'server',
      secretName: 'db-server-cert',
      fingerprint: 'f1',
      notBefore: '2026-06-15T12:00:00Z',
      notAfter: '2026-06-27T01:46:40Z',
      renewalTime: '2026-06-20T00:00:00Z',
      issuer: 'CN=ca',
    },
  ]);
  for (const object of [small.certificateObject(true, { renewalTime: 5 }), small.certificateObject(true)]) {
    expect(Object.keys(look([SECRET, object])[0] ?? {})).not.toContain('renewalTime');
  }
});

test('given one that is not there or not proven, then nothing but what is asked for', () => {
  expect(look([])).toEqual([{ alias: 'server', secretName: 'db-server-cert' }]);
  expect(look([small.tlsSecret('broken')], before({}))).toEqual([{ alias: 'server', secretName: 'db-server-cert' }]);
});

test('given one that has expired, then what was told before, if it was about the same Secret', () => {
  const expired = { prove: () => ({ proven: false, reason: 'Expired', message: 'It has expired.' }) as const };
  const told = before({ notAfter: '2026-06-15T11:00:00Z' });
  expect(look([SECRET], { ...expired, ...told })).toEqual(told.proxysql.status?.certificates);
  expect(look([SECRET], { ...expired, ...before({ secretName: 'former' }) })).toEqual([
    { alias: 'server', secretName: 'db-server-cert' },
  ]);
});

test('given no TLS, then none, whatever is still there', () => {
  const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, tls: undefined } });
  expect(look([SECRET], { proxysql })).toEqual([]);
});

test('given pods that serve the server certificate, then they are counted there alone', () => {
  const desired = [...small.DESIRED, { step: 'Certificates', object: CLIENT } as const];
  const secrets = [SECRET, small.tlsSecret('good', 'db-client-cert')];
  const statuses = look([...secrets, workload(2)], { desired, served: serving('f1', 'f1') });
  expect(statuses.map(({ alias, servedByPods }) => [alias, servedByPods])).toEqual([
    ['server', 2],
    ['client', undefined],
  ]);
});

test.each<[string, number, readonly KubernetesObject[], Partial<World>]>([
  ['one of two that serves another', 1, [workload(2)], { served: serving('f1', 'f0') }],
  ['one that does not count any more', 1, [workload(1)], { served: serving('f1', 'f1') }],
  ['those that were seen before, and are ready and not heard since', 3, [workload(3)], before({ servedByPods: 3 })],
  ['not more than are ready', 2, [workload(3, 2)], before({ servedByPods: 3 })],
  ['not more than were seen before', 1, [workload(3)], before({ servedByPods: 1 })],
  ['not one that serves another by now', 2, [workload(3)], { ...before({ servedByPods: 3 }), served: serving('f0') }],
  [
    'all that were heard, though fewer were seen before',
    2,
    [workload(2)],
    { ...before({ servedByPods: 0 }), served: serving('f1', 'f1') },
  ],
  ['none without a workload', 0, [], { ...before({ servedByPods: 2 }), served: serving('f1') }],
])('given pods of which %s, then %d', (_, count, objects, more) => {
  expect(servedBy(objects, more)).toBe(count);
});

test.each<[string, Partial<World>]>([
  ['before', {}],
  ['of this certificate', before({ fingerprint: 'f0', servedByPods: 2 })],
  ['but its fingerprint', before({})],
])('given pods of which nothing was heard %s, then nothing is said', (_, more) => {
  expect(Object.keys(look([SECRET, workload(2)], more)[0] ?? {})).not.toContain('servedByPods');
});
