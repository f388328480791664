import { Caches } from '../../operator/caches';
import { silentLogger } from '../../runtime/logger';
import { FakeClock } from '../runtime/fake-clock';
import { ApiInMemory, type Refusal } from './api-in-memory';
import { settleAll } from './operated-cluster';

/** What is watched, and what keeps the operator from being ready. */

let api: ApiInMemory;
let clock: FakeClock;
let caches: Caches;

beforeEach(() => {
  api = new ApiInMemory();
  clock = new FakeClock();
  const { client } = api;
  caches = new Caches({
    client,
    namespaces: ['demo'],
    selector: 'wave=1',
    clock,
    random: () => 0.5,
    logger: silentLogger(),
  });
});

afterEach(() => caches.stop());

async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  await settleAll();
}

const refuse = (refusal: Refusal): void => void (api.refuse = () => refusal);

test('given that everything is known, then nothing is waited for', async () => {
  expect(caches.missing()).toContain('waiting for the first list of ProxySQL in demo');
  expect(caches.missing()).toContain('waiting for the first list of ClusterIssuer');

  caches.start();
  await pass(1000);

  expect(caches.missing()).toEqual([]);
});

test('of Secrets only those with the label are read, of all others the metadata; of ProxySQLs those that are selected', async () => {
  caches.start();
  await pass(1000);

  expect(api.watches.filter((watch) => /^(Secret|Pod|ProxySQL|Service) /.test(watch)).sort()).toEqual([
    'Pod app.kubernetes.io/managed-by=kubedb.com whole',
    'ProxySQL wave=1 whole',
    'Secret app.kubernetes.io/managed-by!=kubedb.com metadata',
    'Secret app.kubernetes.io/managed-by=kubedb.com whole',
    'Service * whole',
  ]);
});

test('given an API server that cannot be asked, then everything is waited for until it can', async () => {
  refuse([503, 'starting']);
  caches.start();
  await pass(60_000);
  expect(caches.missing()).toContain('waiting for the first list of ProxySQL in demo');

  api.refuse = () => undefined;
  await pass(60_000);

  expect(caches.missing()).toEqual([]);
});

test('given an API server that goes away once everything is known, then nothing is waited for', async () => {
  api.missing.add('ServiceMonitor');
  caches.start();
  await pass(1000);
  expect(caches.missing()).toEqual([]);

  refuse([503, 'stopping']);
  api.disconnect('Secret');
  await pass(600_000);

  expect(caches.missing()).toEqual([]);
});
