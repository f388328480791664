import { OperatedCluster, settleAll } from './operated-cluster';

test('given an object that is deleted before the answer to its creation comes, then it is created again', async () => {
  const cluster = await OperatedCluster.with();
  const { api } = cluster;
  let deleted = false;
  api.created = async ({ kind, metadata }) => {
    if (kind === 'ServiceAccount' && !deleted) {
      deleted = true;
      api.remove('ServiceAccount', metadata.name);
      await settleAll();
    }
  };

  await cluster.start();
  await cluster.pass(5000);

  expect(deleted).toBe(true);
  expect(api.find('ServiceAccount', 'proxy-server')).toBeDefined();
  await cluster.stop();
});
