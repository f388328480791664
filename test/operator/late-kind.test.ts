import { type Kind } from '../../operator/kubernetes/resources';
import { OperatedCluster } from './operated-cluster';

/** Kinds that are installed, or may be looked at, only after the operator has begun. */

let cluster: OperatedCluster;

afterEach(() => cluster.stop());

/** Longer than the pause before a kind that is not installed is looked for again. */
const LONG = 12;

test('given cert-manager that is installed later, its Certificate last, then the certificates are asked for', async () => {
  cluster = await OperatedCluster.with();
  const { api } = cluster;
  const kinds: readonly Kind[] = ['Issuer', 'ClusterIssuer', 'Certificate'];
  kinds.forEach((kind) => api.missing.add(kind));
  await cluster.start();
  await cluster.passMinutes(20);
  expect(cluster.condition('IssuersReady')?.message).toContain('not installed');

  cluster.createIssuer();
  api.missing.delete('Issuer');
  api.missing.delete('ClusterIssuer');
  await cluster.passMinutes(LONG);
  expect(api.list('Certificate')).toEqual([]);
  api.missing.delete('Certificate');
  await cluster.passMinutes(LONG);

  expect(api.list('Certificate')).not.toEqual([]);
});

test('given a Prometheus operator that is installed later, then it is told what to scrape', async () => {
  cluster = await OperatedCluster.with({
    monitor: { agent: 'prometheus.io/operator', prometheus: { serviceMonitor: {} } },
  });
  const { api } = cluster;
  api.missing.add('ServiceMonitor');
  await cluster.startUntilReady();
  expect(api.list('Event').map(({ reason }) => reason as string)).not.toContain('ApplyFailed');

  api.missing.delete('ServiceMonitor');
  await cluster.passMinutes(LONG);

  expect(api.find('ServiceMonitor', 'proxy-server-stats')).toBeDefined();
});

test('given a permission that is taken away and granted again, then each is said', async () => {
  cluster = await OperatedCluster.with();
  const { api } = cluster;
  await cluster.start();
  await cluster.pass(5000);
  expect(cluster.condition('IssuersReady')?.message).toContain('does not exist');

  api.refuse = (verb, kind) => (verb === 'watch' && kind === 'Issuer' ? [403, 'no'] : undefined);
  api.disconnect('Issuer');
  await cluster.passMinutes(1);
  expect(cluster.condition('IssuersReady')?.message).toContain('forbidden');
  api.refuse = () => undefined;
  await cluster.passMinutes(LONG);

  expect(cluster.condition('IssuersReady')?.message).toContain('does not exist');
});

test('given a connection that is lost while a kind is not installed, then nothing else is said of it', async () => {
  cluster = await OperatedCluster.with();
  const { api, caches } = cluster;
  api.missing.add('ServiceMonitor');
  await cluster.startUntilReady();
  const told: string[] = [];
  caches.subscribeToAvailability((key) => told.push(key));

  api.refuse = (verb) => (verb === 'watch' ? [500, 'etcd is away'] : undefined);
  await cluster.passMinutes(LONG);
  const reference = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', namespace: 'demo', name: 'one' };

  expect(caches.find(reference).state).toBe('unreadable');
  expect(told).toEqual([]);
});

test('given a kind that is not installed, and then no connection, then it is still said not to be installed', async () => {
  cluster = await OperatedCluster.with();
  const { api } = cluster;
  api.missing.add('Issuer');
  await cluster.start();
  await cluster.passMinutes(1);

  api.missing.delete('Issuer');
  api.refuse = (verb, kind) => (verb === 'watch' && kind === 'Issuer' ? [503, 'restarting'] : undefined);
  await cluster.passMinutes(LONG);
  cluster.api.remove('Service', 'proxy-server');
  await cluster.pass(5000);

  expect(cluster.condition('IssuersReady')?.message).toContain('not installed');
});

test('given a connection that breaks and is made again, then nobody looks at anything for that', async () => {
  cluster = await OperatedCluster.with();
  const { api } = cluster;
  await cluster.startUntilReady();
  // Until the pod has reported for the first time.
  await cluster.pass(15_000);
  const before = cluster.passes.length;

  api.refuse = (verb) => (verb === 'watch' ? [503, 'restarting'] : undefined);
  (['Service', 'Secret', 'ProxySQL'] as const).forEach((kind) => api.disconnect(kind));
  await cluster.pass(1000);
  const { length } = api.watches;
  api.refuse = () => undefined;
  await cluster.pass(60_000);

  expect(api.watches.length).toBeGreaterThanOrEqual(length + 3);
  expect(cluster.passes).toHaveLength(before);
});
