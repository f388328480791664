import { OperatedCluster } from './operated-cluster';

test('given a watch that has not told yet that an object is gone, then it is said once that it was deleted', async () => {
  const cluster = await OperatedCluster.with({ replicas: 2 });
  const { api } = cluster;
  cluster.createIssuer();
  await cluster.start();
  await cluster.pass(50);
  await cluster.issueCertificates();
  await cluster.pass(5000);
  expect(api.find('PodDisruptionBudget', 'proxy-server')).toBeDefined();

  api.holdBack('PodDisruptionBudget');
  api.edit('ProxySQL', 'proxy-server', ({ spec }) => (spec.replicas = 1));
  await cluster.pass(5000);

  expect(api.find('PodDisruptionBudget', 'proxy-server')).toBeUndefined();
  const notes = api.list('Event').filter(({ reason }) => ['Deleted', 'ApplyFailed'].includes(reason as string));
  expect(notes.map(({ note }) => note)).toEqual(['Deleted PodDisruptionBudget demo/proxy-server.']);
  await cluster.stop();
});
