/** Measures the whole on a node: images as they ship, cert-manager, the operator as a pod with its own permissions, three ProxySQL pods. */
import { DeletionPolicy, Runtime } from '../lib';
import { adminKubeconfig, down, up } from '../test/cluster/driver/cluster';
import { ownIdentity } from '../test/cluster/driver/processes';
import { chooseTier } from '../test/cluster/driver/tiers';
import { type KubeObject, ref } from '../test/cluster/harness/kube-object';
import { type Pod } from '../test/cluster/harness/pods';
import { TestNamespace } from '../test/cluster/harness/test-namespace';
import { OperatorInstallation } from '../test/e2e/support/operator';
import { Proxy, synthesize, untilServed, userSecrets } from '../test/e2e/support/proxy';
import { Load } from '../test/e2e/support/strict-client';
import { loadImages, type Variant, variants } from '../test/e2e/support/variants';
import { type Figure, median, milliseconds, report } from './support/bench';

const CLUSTER = `bench-${process.pid}`;
const RENEWALS = 20;
const REPLICAS = 3;

interface ProxySQL extends KubeObject {
  status?: { phase?: string };
}

async function bench(namespace: TestNamespace, variant: Variant): Promise<Figure[]> {
  const { admin } = namespace;
  await OperatorInstallation.install(namespace);
  const props = { authSecret: undefined, replicas: REPLICAS, deletionPolicy: DeletionPolicy.WIPE_OUT };
  const objects = synthesize(namespace.name, variant, Runtime.operator({ install: false }), props);
  const applied = Date.now();
  for (const object of [...userSecrets(), ...objects]) {
    await admin.apply(object);
  }
  const resource = ref('kubedb.com/v1', 'ProxySQL', 'proxy');
  await admin.until<ProxySQL>(resource, (seen) => seen?.status?.phase === 'Ready', { timeout: 120_000 });
  const ready = Date.now() - applied;

  const proxy = new Proxy(admin);
  const addresses = await Promise.all(Array.from({ length: REPLICAS }, (_, ordinal) => proxy.address(ordinal)));
  const target = await proxy.login(await proxy.serviceAddress());
  const load = new Load(() => target);
  const times: number[] = [];
  for (let renewal = 0; renewal < RENEWALS; renewal += 1) {
    const fingerprint = await proxy.renew();
    const renewed = Date.now();
    await Promise.all(addresses.map((address) => untilServed(address, fingerprint)));
    times.push(Date.now() - renewed);
  }
  await load.stop();

  const pod = await proxy.readyPod();
  const deleted = Date.now();
  await admin.delete(ref('v1', 'Pod', 'proxy-0'));
  await admin.until<Pod>(ref('v1', 'Pod', 'proxy-0'), (seen) => seen?.metadata.uid !== pod.metadata.uid);
  const gone = Date.now() - deleted;
  return [
    { name: `synthesized manifests applied -> Ready, ${REPLICAS} replicas`, value: milliseconds(ready), goal: '' },
    {
      name: `Secret renewed -> every pod serves it, median of ${RENEWALS}`,
      value: milliseconds(median(times)),
      goal: '<= 2000 ms',
      met: median(times) <= 2000,
    },
    { name: 'Secret renewed -> every pod serves it, slowest', value: milliseconds(Math.max(...times)), goal: '' },
    {
      name: `failed of ${load.visits + load.failures.length} logins meanwhile`,
      value: String(load.failures.length),
      goal: '0',
      met: load.failures.length === 0,
    },
    { name: 'idle pod deleted -> gone', value: milliseconds(gone), goal: '' },
  ];
}

async function run(): Promise<Figure[]> {
  const { tier, missing } = chooseTier('node');
  if (tier !== 'node' || missing.length > 0) {
    return [{ name: 'not measured', value: missing.join(' '), goal: '' }];
  }
  const cluster = await up({ name: CLUSTER, tier, owner: ownIdentity(), say: (message) => console.error(message) });
  try {
    const size = await loadImages(cluster, chosen);
    const namespace = await TestNamespace.create(adminKubeconfig(cluster));
    const image = {
      name: 'image, not compressed',
      value: `${(size / 1e6).toFixed(1)} MB`,
      goal: '<= 100 MB',
      met: size <= 100e6,
    };
    try {
      return [image, ...(await bench(namespace, chosen))];
    } finally {
      await namespace.remove();
    }
  } finally {
    await down(CLUSTER);
  }
}

const chosen = variants().at(-1) as Variant;
report(`end to end, with ${chosen.name}`, run).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
