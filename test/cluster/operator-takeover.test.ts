import { clusterTest } from './harness/cluster-test';
import { readKubeconfig } from './harness/kubeconfig';
import { ref } from './harness/kube-object';
import { waitFor } from './driver/wait';
import { createReady, requireDefinitions, startOperator } from './operator-fixture';
import { connectTo } from './operator-through';
import { FaultProxy } from './tools/fault-proxy';

beforeAll(requireDefinitions, 60_000);

clusterTest(
  'a leader that dies without a word is replaced within 20 s, by the default lease',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    const { server, ca = '', token = '' } = readKubeconfig(kubeconfig);
    const flags = ['--leader-election=on', `--lease-namespace=${namespace.name}`];
    const proxy = await FaultProxy.start({ server, ca });
    const connection = connectTo({ server: proxy.server, ca: proxy.ca, token });
    const first = await startOperator(namespace, kubeconfig, {
      flags: [...flags, '--identity=first'],
      overrides: { connection },
    });
    await waitFor('the first to lead', () => first.operator.isOpen() || undefined);
    const second = await startOperator(namespace, kubeconfig, { flags: [...flags, '--identity=second'] });
    try {
      await createReady(admin);
      expect(second.operator.isOpen()).toBe(false);
      const service = await admin.get(ref('v1', 'Service', 'proxy'));

      // From here on nothing of the first gets through, neither a renewal nor a release.
      await proxy.stop();
      const diedAt = Date.now();
      await admin.delete(service);

      await admin.until(service, (seen) => seen !== undefined && seen.metadata.uid !== service.metadata.uid, {
        timeout: 30_000,
      });
      expect(Date.now() - diedAt).toBeLessThan(20_000);
      expect(second.operator.isOpen()).toBe(true);
      expect(first.operator.isOpen()).toBe(false);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  },
  { timeout: 90_000 },
);
