import { type Kind } from '../../operator/kubernetes/resources';
import { OperatedCluster, settleAll } from './operated-cluster';

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
});

afterEach(() => cluster.stop());

/** Deletes an object once when it was written; the watch tells it before the write is answered. */
function deleteAtWrite(wanted: string, kind: Kind): { happened: boolean } {
  const { api } = cluster;
  const moment = { happened: false };
  api.written = async (verb, { kind: written, metadata }) => {
    if (!moment.happened && wanted === verb && kind === written) {
      moment.happened = true;
      api.remove(kind, metadata.name);
      await settleAll();
    }
  };
  return moment;
}

test('given an object that is deleted before the answer to its creation comes, then it is created again', async () => {
  const deletion = deleteAtWrite('create', 'ServiceAccount');

  await cluster.start();
  await cluster.pass(5000);

  expect(deletion.happened).toBe(true);
  expect(cluster.api.find('ServiceAccount', 'proxy-server')).toBeDefined();
});

test('given an object that is deleted before the answer to its repair comes, then it is created again', async () => {
  await cluster.start();
  const deletion = deleteAtWrite('apply', 'Service');

  cluster.api.edit('Service', 'proxy-server', ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(5000);

  expect(deletion.happened).toBe(true);
  expect(cluster.api.find('Service', 'proxy-server')).toBeDefined();
});

test('given a pod that is deleted before the answer to its stamp comes, then it is not there', async () => {
  await cluster.startUntilReady();
  const deletion = deleteAtWrite('patch', 'Pod');

  await cluster.issueCertificates();
  await cluster.pass(5000);

  expect(deletion.happened).toBe(true);
  expect(cluster.caches.get('Pod', 'demo', 'proxy-server-0')).toBeUndefined();
});
