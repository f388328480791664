import { clusterTest } from './harness/cluster-test';
import { isTrue, ref, type KubeObject } from './harness/kube-object';
import { readKubeconfig } from './harness/kubeconfig';
import {
  createReady,
  isThere,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  startOperator,
  workloadRef,
} from './operator-fixture';
import { connectTo } from './operator-through';
import { FaultProxy } from './tools/fault-proxy';

beforeAll(requireDefinitions, 60_000);

clusterTest('of two operators one acts, and the other takes over from one that stops', async (context) => {
  const { namespace, kubeconfig } = context;
  const { admin } = namespace;
  const flags = ['--leader-election=on', '--lease-duration=3', `--lease-namespace=${namespace.name}`];
  const first = await startOperator(namespace, kubeconfig, { flags: [...flags, '--identity=first'] });
  await admin.untilList({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, {}, (leases) =>
    leases.some(({ spec }) => (spec as { holderIdentity?: string }).holderIdentity === 'first'),
  );
  const second = await startOperator(namespace, kubeconfig, { flags: [...flags, '--identity=second'] });
  try {
    await createReady(admin);
    expect(first.operator.isOpen()).toBe(true);
    expect(second.operator.isOpen()).toBe(false);
    expect(second.log.some((line) => line.includes('"action":"Created"'))).toBe(false);

    await first.stop();
    await admin.delete(ref('v1', 'Service', 'proxy'));

    await admin.until(ref('v1', 'Service', 'proxy'), (seen) => seen !== undefined && isNew(seen));
    expect(second.operator.isOpen()).toBe(true);
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }

  function isNew({ metadata }: KubeObject): boolean {
    return metadata.deletionTimestamp === undefined;
  }
});

for (const seed of [1, 2, 3]) {
  clusterTest(`gets there through a bad connection (seed ${seed})`, async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    const { server, ca = '', token = '' } = readKubeconfig(kubeconfig);
    const proxy = await FaultProxy.start({ server, ca, seed });
    proxy.add(
      { fault: { kind: 'status', code: 429, retryAfterSeconds: 1 }, watch: false, probability: 0.05 },
      { fault: { kind: 'status', code: 500 }, watch: false, probability: 0.05 },
      { fault: { kind: 'cut' }, watch: false, probability: 0.05 },
      { fault: { kind: 'lost-answer' }, methods: ['POST', 'PATCH', 'DELETE'], probability: 0.1 },
      { fault: { kind: 'gone', as: 'event' }, watch: true, probability: 0.2 },
      { fault: { kind: 'reset', afterBytes: 3000 }, watch: true, probability: 0.2 },
    );
    const connection = connectTo({ server: proxy.server, ca: proxy.ca, token });
    const running = await startOperator(namespace, kubeconfig, { overrides: { connection } });
    try {
      await createReady(admin, proxysql('proxy', { replicas: 3 }));
      await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'));
      await admin.delete(proxysqlRef());
      await admin.until(proxysqlRef(), (seen) => seen === undefined);
      await admin.until(workloadRef(), (seen) => !isThere(seen));
      expect(proxy.injected.length).toBeGreaterThan(0);
    } finally {
      await running.stop();
      await proxy.stop();
    }
  });
}
