import { type ProxySQLResource, type ProxySQLStatus } from '../../lib/proxysql-resource';
import { Metrics } from '../../operator/metrics';
import { Store } from '../../operator/runtime/store';

const NOTHING = {
  queue: () => ({ depth: 1, inFlight: 2, scheduled: 3 }),
  leading: () => true,
  rollouts: () => ({ rolling: 2, waiting: 3 }),
  cached: () => new Map(),
};

let version = 0;

function proxysql(name: string, status?: ProxySQLStatus): ProxySQLResource {
  const metadata = { name, namespace: 'shop', resourceVersion: String(++version) };
  return { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata, spec: {}, status } as unknown as ProxySQLResource;
}

/** What a scrape says about ProxySQLs. */
async function scrape(metrics: Metrics): Promise<string[]> {
  return (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('proxysql_') && line.includes('shop'));
}

test('given a ProxySQL, then its phase, gates and certificates are told as they are, and nothing once it is gone', async () => {
  const metrics = new Metrics(NOTHING);
  const store = new Store<ProxySQLResource>();
  metrics.follow(store);
  store.put(proxysql('one'));
  expect(await scrape(metrics)).toEqual(['proxysql_phase{namespace="shop",name="one",phase="None"} 1']);

  store.put(
    proxysql('one', {
      phase: 'Ready',
      conditions: [
        { type: 'IssuersReady', status: 'True' },
        { type: 'ReplicaReady', status: 'False' },
        { type: 'CertificatesRenewed', status: 'False' },
        { type: 'BackendHealthy', status: 'True' },
        { type: 'ConfigurationInUse', status: 'False' },
        { type: 'Ready', status: 'False' },
      ],
      certificates: [
        { alias: 'server', secretName: 's', notAfter: '2026-06-15T12:00:00Z', servedByPods: 2 },
        { alias: 'client', secretName: 'c' },
      ],
    }),
  );
  expect((await scrape(metrics)).sort()).toEqual([
    'proxysql_backend_unhealthy{namespace="shop",name="one"} 0',
    'proxysql_certificate_expiry_timestamp_seconds{namespace="shop",name="one",alias="server"} 1781524800',
    'proxysql_certificate_served_pods{namespace="shop",name="one"} 2',
    'proxysql_configuration_not_in_use{namespace="shop",name="one"} 1',
    'proxysql_gate_open{namespace="shop",name="one",gate="IssuersReady"} 1',
    'proxysql_gate_open{namespace="shop",name="one",gate="WorkloadReady"} 0',
    'proxysql_phase{namespace="shop",name="one",phase="Ready"} 1',
    'proxysql_renewal_late{namespace="shop",name="one"} 1',
  ]);

  store.delete(proxysql('one'));
  expect(await scrape(metrics)).toEqual([]);
});

test('given several, then a change of one leaves the others alone', async () => {
  const metrics = new Metrics(NOTHING);
  const store = new Store<ProxySQLResource>();
  metrics.follow(store);
  store.put(proxysql('one', { phase: 'Ready' }));
  store.put(proxysql('two', { phase: 'Ready' }));
  store.put(proxysql('two', { phase: 'Critical' }));
  expect((await scrape(metrics)).sort()).toEqual([
    'proxysql_phase{namespace="shop",name="one",phase="Ready"} 1',
    'proxysql_phase{namespace="shop",name="two",phase="Critical"} 1',
  ]);
});

test('given rollouts, then those that run are told, and those that wait', async () => {
  const text = await new Metrics(NOTHING).registry.metrics();
  expect(text).toContain('proxysql_operator_rollouts{state="rolling"} 2');
  expect(text).toContain('proxysql_operator_rollouts{state="waiting"} 3');
});
