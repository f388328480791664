import { JumpingClock } from '../runtime/jumping-clock';
import { waitFor } from './driver/wait';
import { type ApiClient } from './harness/api-client';
import { ClusterParts } from './harness/cluster-parts';
import { clusterTest } from './harness/cluster-test';
import { condition, isTrue, type KubeObject, ref } from './harness/kube-object';
import { readKubeconfig } from './harness/kubeconfig';
import {
  appBinding,
  caIssuer,
  CERT_MANAGER,
  createAll,
  createReady,
  isHeld,
  isThere,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  startOperator,
  withOperator,
  workloadRef,
} from './operator-fixture';
import { connectTo } from './operator-through';
import { FaultProxy } from './tools/fault-proxy';

beforeAll(requireDefinitions, 60_000);

const issuerRef = ref(CERT_MANAGER, 'Issuer', 'ca');
/** How long a watch may be silent, by the reflector's default. */
const SILENCE_MS = 150_000;

async function issuerReady(admin: ApiClient): Promise<void> {
  await createAll(admin, [...(await caIssuer()), appBinding()]);
  await admin.until(issuerRef, (seen) => isTrue(seen));
}

clusterTest(
  'watches that fall silent are noticed, and what happened meanwhile is made up for',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    const { server, ca = '', token = '' } = readKubeconfig(kubeconfig);
    const proxy = await FaultProxy.start({ server, ca });
    const clock = new JumpingClock();
    const connection = connectTo({ server: proxy.server, ca: proxy.ca, token });
    const running = await startOperator(namespace, kubeconfig, { overrides: { connection, clock } });
    try {
      await createReady(admin);
      await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'));
      await waitFor('all watches to be open', () => (proxy.openWatches > 10 ? true : undefined));
      proxy.stallWatches();
      const service = ref('v1', 'Service', 'proxy');
      const deleted = await admin.get(service);
      await admin.delete(deleted);
      await admin.create(proxysql('later'));
      // Whatever the operator still heard of would have made it write by the time at which others are told of both.
      await admin.until(proxysqlRef('later'), isThere);
      expect(await admin.find(service)).toBeUndefined();
      expect(running.log.some((line) => line.includes('Watch interrupted'))).toBe(false);

      clock.jump(SILENCE_MS);

      await admin.until(workloadRef('later'), isThere);
      await admin.until(service, (seen) => seen !== undefined && seen.metadata.uid !== deleted.metadata.uid);
    } finally {
      await running.stop();
      await proxy.stop();
    }
  },
);

clusterTest(
  'while cert-manager is down nothing is started and it is said why; when it is back everything is',
  async ({ namespace, kubeconfig, cluster }) => {
    const { admin } = namespace;
    const parts = new ClusterParts(cluster as NonNullable<typeof cluster>);
    await withOperator(namespace, kubeconfig, async () => {
      await issuerReady(admin);
      await parts.without('cert-manager', async () => {
        await admin.create(proxysql());
        const waiting = await admin.until(
          proxysqlRef(),
          (seen) => condition(seen, 'CertificatesReady')?.status === 'False' && isTrue(seen, 'ServicesPresent'),
        );
        expect((waiting?.status as { blockedBy?: string }).blockedBy).toMatch(/^Certificate .*\/proxy-server-cert$/);
        expect(condition(waiting, 'CertificatesReady')?.message).toContain('proxy-server-cert');
        expect(await admin.find(workloadRef())).toBeUndefined();
      });
      await admin.until(workloadRef(), isThere, { timeout: 60_000 });
    });
  },
  { ownCluster: true, timeout: 120_000 },
);

clusterTest(
  'a certificate that is missed while cert-manager is down rolls nothing',
  async ({ namespace, kubeconfig, cluster }) => {
    const { admin } = namespace;
    const parts = new ClusterParts(cluster as NonNullable<typeof cluster>);
    await withOperator(namespace, kubeconfig, async () => {
      const started = await createReady(admin);
      await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'));
      await parts.without('cert-manager', async () => {
        await admin.delete(ref('v1', 'Secret', 'proxy-server-cert'));
        await admin.until(proxysqlRef(), (seen) => condition(seen, 'TLSSecretsProven')?.status === 'False');
        const still = await admin.get(workloadRef());
        expect(still.metadata).toMatchObject({ uid: started.metadata.uid, generation: started.metadata.generation });
      });
      await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'), { timeout: 60_000 });
      const again = await admin.get(workloadRef());
      expect(again.metadata).toMatchObject({ uid: started.metadata.uid, generation: started.metadata.generation });
    });
  },
  { ownCluster: true, timeout: 120_000 },
);

clusterTest(
  'with an etcd that hangs again and again everything gets there, once',
  async ({ namespace, kubeconfig, cluster }) => {
    const { admin } = namespace;
    const parts = new ClusterParts(cluster as NonNullable<typeof cluster>);
    const names = ['proxy', 'second', 'third'];
    await withOperator(namespace, kubeconfig, async ({ log }) => {
      await issuerReady(admin);
      const hanging = parts.stutter('etcd', { hangMs: 700, runMs: 300 });
      try {
        for (const name of names) {
          await admin.create(proxysql(name, { replicas: 3 }));
        }
        for (const name of names) {
          await admin.until(workloadRef(name), isThere, { timeout: 90_000 });
        }
      } finally {
        await hanging.stop();
      }
      for (const name of names) {
        await admin.until(proxysqlRef(name), (seen) => isTrue(seen, 'TLSSecretsProven'), { timeout: 60_000 });
        const created = log.filter(
          (line) => line.includes('"action":"Created"') && line.includes(`StatefulSet ${namespace.name}/${name}"`),
        );
        expect(created).toHaveLength(1);
      }
    });
  },
  { ownCluster: true, timeout: 180_000 },
);

clusterTest(
  'an API server that crashes is waited for',
  async ({ namespace, kubeconfig, cluster }) => {
    const { admin } = namespace;
    const parts = new ClusterParts(cluster as NonNullable<typeof cluster>);
    await withOperator(namespace, kubeconfig, async () => {
      await createAll(admin, [appBinding(), proxysql()]);
      await admin.until(proxysqlRef(), isHeld('IssuersReady', 'IssuerNotFound'));
      await parts.crash('kube-apiserver');
      parts.restart('kube-apiserver');
      const issuer = await caIssuer();
      const isBack = async (): Promise<KubeObject | undefined> => {
        // Of each group it says only after a while again that it is there.
        await admin.list({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer' });
        return admin.find<KubeObject>(proxysqlRef());
      };
      await waitFor('the API server to be back', isBack, { timeout: 60_000 });
      await createAll(admin, issuer);
      await admin.until(workloadRef(), isThere, { timeout: 60_000 });
    });
  },
  { ownCluster: true, timeout: 180_000 },
);
