import { OperatedCluster } from './operated-cluster';

test('given a finalizer that is refused while an object is being created, then the next pass waits for the answer', async () => {
  const cluster = await OperatedCluster.with();
  const { api } = cluster;
  const creations = () => api.requests.filter((request) => request === 'create ServiceAccount proxy-server');
  api.refuse = (verb, kind) => (verb === 'patch' && kind === 'ProxySQL' ? [409, 'changed in between'] : undefined);
  api.holdBack('ServiceAccount');
  let answer: () => void = () => undefined;
  api.written = (verb, { kind }) =>
    verb === 'create' && kind === 'ServiceAccount'
      ? new Promise<void>((resolve) => (answer = resolve))
      : Promise.resolve();

  await cluster.start();
  await cluster.pass(1000);
  expect(creations()).toHaveLength(1);

  answer();
  api.refuse = () => undefined;
  await cluster.pass(1000);
  expect(creations()).toHaveLength(1);
  expect(cluster.proxysql.metadata.finalizers).toEqual(['kubedb.com']);
  await cluster.stop();
});
