import { type Kind } from '../../operator/kubernetes/resources';
import { type AnyObject } from './api-in-memory';
import { OperatedCluster } from './operated-cluster';

/** What a user does just before a write of the operator is carried out comes back in the answer, before the watch tells it. */

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
  await cluster.startUntilReady();
});

afterEach(() => cluster.stop());

/** Something happens to an object at the moment of the next write of a kind; the watch of the object is slower than the answer. */
function atWrite(wanted: string, kind: Kind, name: string, change: (object: AnyObject) => void): { happened: boolean } {
  const { api } = cluster;
  const moment = { happened: false };
  api.before = (verb, written) => {
    if (!moment.happened && wanted === `${verb} ${written}`) {
      moment.happened = true;
      api.holdBack(kind);
      api.edit(kind, name, change);
    }
  };
  return moment;
}

test('given an edit that meets a status write, then it is carried out', async () => {
  const edit = atWrite('applyStatus ProxySQL', 'ProxySQL', 'proxy-server', ({ spec }) => (spec.replicas = 3));

  cluster.runPod(false);
  await cluster.pass(500);
  expect(edit.happened).toBe(true);
  cluster.api.catchUp('ProxySQL');
  await cluster.pass(100);

  expect(cluster.workload.spec.replicas).toBe(3);
});

test('given a deletion that meets a status write, then it is carried out', async () => {
  const deletion = atWrite('applyStatus ProxySQL', 'ProxySQL', 'proxy-server', ({ metadata }) => {
    metadata.deletionTimestamp = '2026-06-15T12:00:00Z';
  });

  cluster.runPod(false);
  await cluster.pass(500);
  expect(deletion.happened).toBe(true);
  cluster.api.catchUp('ProxySQL');
  await cluster.pass(100);

  expect(cluster.api.find('ProxySQL', 'proxy-server')).toBeUndefined();
});

test('given a finalizer taken away by somebody at a status write, then it is set again', async () => {
  const meddling = atWrite('applyStatus ProxySQL', 'ProxySQL', 'proxy-server', ({ metadata }) => {
    metadata.finalizers = [];
  });

  cluster.runPod(false);
  await cluster.pass(500);
  expect(meddling.happened).toBe(true);
  cluster.api.catchUp('ProxySQL');
  await cluster.pass(2000);

  expect(cluster.proxysql.metadata.finalizers).toEqual(['kubedb.com']);
});

test('given a pod that gets another address when it is stamped, then it is asked there', async () => {
  const move = atWrite('patch Pod', 'Pod', 'proxy-server-0', ({ status }) => (status.podIP = '10.0.0.2'));
  const { asked } = cluster;

  await cluster.issueCertificates();
  await cluster.pass(500);
  expect(move.happened).toBe(true);
  cluster.api.catchUp('Pod');
  await cluster.pass(5000);

  expect(asked).toContain('10.0.0.2');
});

test('given nothing but its own writes, then nobody looks again, and nothing more is written', async () => {
  const { requests } = cluster.api;

  cluster.runPod(false);
  await cluster.pass(5000);
  const writes = requests.length;
  await cluster.passMinutes(30);

  expect(requests).toHaveLength(writes);
});
