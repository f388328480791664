import { ALLOW_PLAINTEXT_ANNOTATION, type Labels } from '../../lib/labels';
import { OperatedCluster } from './operated-cluster';

/** Which pods are told of renewed certificates at once, and whom nobody asks any more. */

const NAME = 'proxy-server';
const STAMP = 'cdk8s-proxysql.io/tls-fingerprint';

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
  await cluster.startUntilReady();
});

afterEach(() => cluster.stop());

const stamps = (): string[] => cluster.api.requests.filter((request) => request.startsWith('patch Pod'));
const stamp = (): unknown => cluster.api.get('Pod', `${NAME}-0`).metadata.annotations?.[STAMP];

test('given pods that have the certificates from their start, then they are left alone', () => {
  expect(stamps()).toEqual([]);
});

test('given a renewal, then the pod is told at once, and no more until the next one', async () => {
  await cluster.issueCertificates();
  await cluster.pass(500);
  const [first, { length }] = [stamp(), stamps()];
  await cluster.passMinutes(10);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(stamps()).toHaveLength(length);

  await cluster.issueCertificates();
  await cluster.pass(500);
  expect(stamp()).not.toBe(first);
});

test('given a renewal while no operator acts, then the pod is told once one does', async () => {
  await cluster.restart(() => cluster.issueCertificates());
  await cluster.pass(500);
  expect(stamp()).toMatch(/^[0-9a-f]{32}$/);
  expect(stamps()).toHaveLength(1);
});

test('given a restart and no renewal, then pods are left alone', async () => {
  await cluster.restart(() => Promise.resolve());
  await cluster.passMinutes(10);
  expect(stamps()).toEqual([]);
});

test('given a pod that serves another certificate than there is, then it is told once, whatever it goes on to serve', async () => {
  cluster.serves = () => 'another';
  cluster.api.edit('Pod', `${NAME}-0`, ({ status }) => (status.podIP = '10.0.0.2'));
  await cluster.passMinutes(5);
  expect(stamp()).toMatch(/^[0-9a-f]{32}$/);
  expect(stamps()).toHaveLength(1);
});

test.each([
  ['gone', () => undefined],
  ['another one', () => cluster.runPod(true)],
])('given a pod that is %s when it is told, then no harm is said to be done', async (_, next) => {
  const { api } = cluster;
  api.before = (verb, kind) => {
    if (verb === 'patch' && kind === 'Pod') {
      api.before = () => undefined;
      api.holdBack('Pod');
      api.remove('Pod', `${NAME}-0`);
      next();
    }
  };
  await cluster.issueCertificates();
  await cluster.pass(500);
  expect(stamps()).not.toEqual([]);
  api.catchUp('Pod');
  await cluster.pass(5000);
  expect(api.find('Pod', `${NAME}-0`)?.metadata.annotations?.[STAMP]).toBeUndefined();
  expect(api.list('Event').map(({ reason }) => reason as string)).not.toContain('ApplyFailed');
});

test('given several pods, then each of them is told, and none that only has such a name', async () => {
  const { api } = cluster;
  const { metadata, status } = api.get('Pod', `${NAME}-0`);
  const pod = (name: string, podIP: string, labels: Labels) =>
    api.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'demo', labels },
      status: { ...(status as object), podIP },
    });
  const labels = metadata.labels as Labels;
  pod(`${NAME}-1`, '10.0.0.2', labels);
  pod(`${NAME}-2`, '10.0.0.3', { ...labels, 'app.kubernetes.io/instance': 'other' });
  api.edit('ProxySQL', NAME, ({ spec }) => (spec.replicas = 3));
  await cluster.pass(5000);
  await cluster.issueCertificates();
  await cluster.pass(5000);

  expect(new Set(stamps())).toEqual(new Set([`patch Pod ${NAME}-0`, `patch Pod ${NAME}-1`]));
  expect(cluster.asked).toContain('10.0.0.2');
  expect(cluster.asked).not.toContain('10.0.0.3');
});

test('given a Secret that is not proven, then nobody is told of it, and what is proven next is', async () => {
  cluster.api.edit('Secret', `${NAME}-server-cert`, ({ data }) => (data['tls.key'] = 'Z2FyYmFnZQ=='));
  await cluster.pass(5000);
  expect(cluster.condition('TLSSecretsProven')?.status).toBe('False');
  expect(stamps()).toEqual([]);

  await cluster.issueCertificates();
  await cluster.pass(500);
  expect(stamp()).toMatch(/^[0-9a-f]{32}$/);
});

test('given a pod that is on its way out, then it is not told', async () => {
  cluster.api.edit('Pod', `${NAME}-0`, ({ metadata }) => {
    metadata.deletionTimestamp = '2026-06-15T12:00:00Z';
    metadata.finalizers = ['example.com/wait'];
  });
  await cluster.issueCertificates();
  await cluster.pass(5000);
  expect(stamps()).toEqual([]);
});

test.each([
  ['gone', () => cluster.api.remove('ProxySQL', NAME)],
  ['halted', () => cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.halted = true))],
  [
    'without TLS, as is allowed aloud',
    () =>
      cluster.api.edit('ProxySQL', NAME, ({ spec, metadata }) => {
        spec.tls = undefined;
        metadata.annotations = { [ALLOW_PLAINTEXT_ANNOTATION]: 'true' };
      }),
  ],
])('given a ProxySQL that is %s, then its pods are not asked, nor told of anything, any more', async (_, change) => {
  const { asked } = cluster;
  expect(asked).not.toEqual([]);
  change();
  await cluster.pass(5000);
  const before = asked.length;

  await cluster.issueCertificates();
  cluster.api.edit('Pod', `${NAME}-0`, ({ status }) => (status.podIP = '10.0.0.2'));
  await cluster.passMinutes(30);

  expect(asked).toHaveLength(before);
  expect(stamps()).toEqual([]);
});

test('given a ProxySQL that is made anew under the name of a former one, then nothing known of that one counts', async () => {
  const former = cluster.proxysql;
  const { finalizers, uid, ...metadata } = former.metadata as Record<string, unknown>;
  expect([finalizers, uid]).not.toContain(undefined);
  cluster.api.remove('ProxySQL', NAME);
  cluster.api.put({ ...former, metadata: { ...metadata, name: NAME }, status: undefined });
  await cluster.pass(5000);

  // Its objects still belong to the former one, until they are collected.
  expect(cluster.condition('ServicesPresent')).toMatchObject({ status: 'False', reason: 'Conflict' });
  expect(cluster.proxysql.status.phase).toBe('Provisioning');
  expect(cluster.proxysql.metadata.finalizers).toEqual(['kubedb.com']);
});
