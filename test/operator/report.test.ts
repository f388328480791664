import { type AnyObject } from './api-in-memory';
import { OperatedCluster } from './operated-cluster';

/** When the status is written, and what is told of it. */

const NAME = 'proxy-server';

let cluster: OperatedCluster;

beforeEach(async () => (cluster = await OperatedCluster.with()));
afterEach(() => cluster.stop());

const writes = (): number =>
  cluster.api.requests.filter((request) => request === `applyStatus ProxySQL ${NAME}`).length;
const events = (): string[] =>
  cluster.api.list('Event').map(({ type, reason }: AnyObject) => `${type as string} ${reason as string}`);
/** How many writes of the status there are after each of so many milliseconds, from now on. */
async function writesAfter(...times: readonly number[]): Promise<number[]> {
  const before = writes();
  const counts: number[] = [];
  let passed = 0;
  for (const time of times) {
    await cluster.pass(time - passed);
    passed = time;
    counts.push(writes() - before);
  }
  return counts;
}

test('given what passes quickly, then it is never written, and what comes later has its own time to settle', async () => {
  await cluster.startUntilReady();
  cluster.runPod(false);
  expect(await writesAfter(300)).toEqual([0]);
  cluster.runPod(true);
  expect(await writesAfter(10_000)).toEqual([0]);

  cluster.runPod(false);
  expect(await writesAfter(390, 410)).toEqual([0, 1]);
  expect(cluster.proxysql.status.phase).toBe('NotReady');
  cluster.runPod(true);
  expect(await writesAfter(390, 410)).toEqual([0, 1]);
  expect(events()).toEqual(expect.arrayContaining(['Warning NotReady', 'Normal Ready']));
});

test('given gates that open one after the other before the first pod, then they are told about once a second', async () => {
  await cluster.start();
  await cluster.pass(10_000);
  cluster.createIssuer();
  expect(await writesAfter(990, 1010)).toEqual([0, 1]);
  expect(cluster.proxysql.status.phase).toBe('Provisioning');
  expect(cluster.condition('IssuersReady')?.status).toBe('True');
});

test('given the last gate that opens, then Ready is told in half a second', async () => {
  cluster.createIssuer();
  await cluster.start();
  await cluster.issueCertificates();
  await cluster.pass(10_000);
  cluster.runPod(true);
  await cluster.pass(500);
  expect(cluster.proxysql.status.phase).toBe('Ready');
});

test('given fields without effect, then they are listed, beside the age of the credentials, also while it is halted', async () => {
  const unsupportedFields = ['spec.syncUsers'];
  cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.syncUsers = true));
  await cluster.startUntilReady();
  const { creationTimestamp: lastUpdateTimestamp } = cluster.api.get('Secret', `${NAME}-auth`).metadata as {
    readonly creationTimestamp: string;
  };
  expect(cluster.proxysql.status).toMatchObject({ unsupportedFields, authSecret: { lastUpdateTimestamp } });

  cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.halted = true));
  await cluster.pass(5000);
  expect(cluster.proxysql.status).toMatchObject({ phase: 'Halted', unsupportedFields });
});

test('given other words only, then they are told when they stay for some seconds', async () => {
  const say = (message: string) => {
    cluster.api.edit('Issuer', 'proxy-issuer', ({ status }) => {
      status.conditions = [{ type: 'Ready', status: 'False', observedGeneration: 1, message }];
    });
  };
  cluster.createIssuer();
  say('one');
  await cluster.start();
  await cluster.pass(10_000);
  say('another');
  expect(await writesAfter(2990, 3010)).toEqual([0, 1]);
  expect(cluster.condition('IssuersReady')?.message).toContain('another');
});

test.each([400, 403, 422])('given what the API server refuses with %i, then that is told at once', async (code) => {
  await cluster.startUntilReady();
  cluster.api.refuse = (verb, kind) =>
    verb === 'apply' && kind === 'Service' ? [code, 'no such selector'] : undefined;
  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  expect(await writesAfter(10)).toEqual([1]);
  expect(cluster.condition('ObjectsAccepted')).toMatchObject({ status: 'False', observedGeneration: 1 });
  expect(cluster.condition('ObjectsAccepted')?.message).toContain('no such selector');
  expect(cluster.proxysql.status.blockedBy).toContain(`Service demo/${NAME}`);
});

test('given what fails and may be tried again, then the status does not call it refused', async () => {
  await cluster.startUntilReady();
  cluster.api.refuse = (verb, kind) => (verb === 'apply' && kind === 'Service' ? [500, 'etcd is gone'] : undefined);
  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(5000);
  expect(cluster.condition('ObjectsAccepted')).toBeUndefined();
});

test('given conditions of others, and another order of the own ones, then nothing is written', async () => {
  await cluster.startUntilReady();
  cluster.api.edit('ProxySQL', NAME, ({ status }) => {
    const own = status.conditions as readonly object[];
    status.conditions = [{ type: 'Checked', status: 'True' }, ...[...own].reverse()];
  });
  cluster.api.edit('Service', NAME, ({ metadata }) => (metadata.annotations.added = 'by somebody'));
  expect(await writesAfter(60_000)).toEqual([0]);
});

test('given a watch that tells late of the status, then it is written once', async () => {
  await cluster.startUntilReady();
  cluster.api.holdBack('ProxySQL');
  cluster.runPod(false);
  expect(await writesAfter(500)).toEqual([1]);
  cluster.api.remove('ServiceAccount', NAME);
  expect(await writesAfter(5000)).toEqual([0]);
});

test('given another ProxySQL that takes the place of the one that is reported on, then it gets none of its status', async () => {
  await cluster.startUntilReady();
  const { api } = cluster;
  const { metadata, status, ...former } = cluster.proxysql;
  expect(status).toBeDefined();
  api.before = (verb) => {
    if (verb === 'applyStatus') {
      api.before = () => undefined;
      api.holdBack('ProxySQL');
      api.remove('ProxySQL', NAME);
      api.put({ ...former, metadata: { name: NAME, namespace: metadata.namespace as string } });
    }
  };
  cluster.runPod(false);
  await cluster.pass(500);

  expect(writes()).toBeGreaterThan(0);
  expect(cluster.proxysql.status).toBeUndefined();
});
