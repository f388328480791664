import { clusterTest } from './harness/cluster-test';
import { isTrue, type KubeObject, ref } from './harness/kube-object';
import {
  createReady,
  isHeld,
  isThere,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  withOperator,
  workloadRef,
} from './operator-fixture';

beforeAll(requireDefinitions, 60_000);

const auth = ref('v1', 'Secret', 'proxy-auth');

for (const [policy, propagationPolicy, kept] of [
  ['Delete', 'Background', true],
  ['Delete', 'Foreground', true],
  ['Halt', 'Background', true],
  ['Halt', 'Foreground', true],
  ['WipeOut', 'Background', false],
  ['WipeOut', 'Foreground', false],
] as const) {
  clusterTest(
    `deleted in the ${propagationPolicy.toLowerCase()} with policy ${policy}, the auth Secret ${kept ? 'stays' : 'goes'} and the rest goes`,
    async ({ namespace, kubeconfig }) => {
      const { admin } = namespace;
      await withOperator(namespace, kubeconfig, async () => {
        await createReady(admin, proxysql('proxy', { deletionPolicy: policy }));

        await admin.delete(proxysqlRef(), { propagationPolicy });

        await admin.until(proxysqlRef(), (seen) => seen === undefined);
        await admin.until(workloadRef(), (seen) => seen === undefined);
        await admin.until(ref('v1', 'Secret', 'proxy-monitor'), (seen) => seen === undefined);
        if (kept) {
          expect((await admin.get(auth)).metadata.ownerReferences).toBeUndefined();
        } else {
          await admin.until(auth, (seen) => seen === undefined);
        }
      });
    },
  );
}

clusterTest(
  'deleted in the foreground while there is no operator, the auth Secret stays until one follows the policy',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    await withOperator(namespace, kubeconfig, async () => {
      await createReady(admin, proxysql('proxy', { deletionPolicy: 'Halt' }));
    });

    await admin.delete(proxysqlRef(), { propagationPolicy: 'Foreground' });
    await admin.until(workloadRef(), (seen) => seen === undefined);
    await admin.until(ref('v1', 'Secret', 'proxy-monitor'), (seen) => seen === undefined);
    await withOperator(namespace, kubeconfig, async () => {
      await admin.until(proxysqlRef(), (seen) => seen === undefined);
    });

    expect(await admin.find(auth)).toBeDefined();
  },
);

clusterTest('DoNotTerminate keeps everything until the policy is another one', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async ({ log }) => {
    await createReady(admin, proxysql('proxy', { deletionPolicy: 'DoNotTerminate' }));

    await admin.delete(proxysqlRef());
    await admin.untilList({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, {}, (events) =>
      events.some(({ reason }) => reason === 'DeletionRefused'),
    );
    expect(await admin.find(workloadRef())).toBeDefined();
    expect(log.some((line) => line.includes('"level":"error"'))).toBe(false);

    await admin.patch(proxysqlRef(), { spec: { deletionPolicy: 'WipeOut' } });
    await admin.until(proxysqlRef(), (seen) => seen === undefined);
  });
});

clusterTest('halted, the workload goes and Secrets stay; resumed, it comes back', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    await createReady(admin);
    const password = (await admin.get<KubeObject & { data: object }>(auth)).data;

    await admin.patch(proxysqlRef(), { spec: { halted: true } });
    const halted = await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'Halted'));
    expect(halted?.status).toMatchObject({ phase: 'Halted' });
    expect(await admin.find(workloadRef())).toBeUndefined();
    expect(await admin.find(ref('v1', 'Service', 'proxy'))).toBeUndefined();

    await admin.patch(proxysqlRef(), { spec: { halted: false } });
    await admin.until(workloadRef(), isThere);
    await admin.until(proxysqlRef(), isHeld('Halted', 'DatabaseResumed'));
    expect((await admin.get<KubeObject & { data: object }>(auth)).data).toEqual(password);
  });
});

clusterTest('a paused ProxySQL is not touched', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    await createReady(admin);
    await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'));
    await admin.create(proxysql('other'));
    await admin.until(workloadRef('other'), isThere);
    const condition = { type: 'Paused', status: 'True', lastTransitionTime: new Date().toISOString(), reason: 'Test' };
    await admin.apply({ ...proxysqlRef(), status: { conditions: [condition] } } as unknown as KubeObject, {
      fieldManager: 'ops',
      subresource: 'status',
    });

    await admin.patch(workloadRef(), { spec: { replicas: 5 } });
    // One that is not paused is put right: by then, the change before it has been looked at too.
    await admin.patch(workloadRef('other'), { spec: { replicas: 5 } });
    await admin.until(workloadRef('other'), (seen) => (seen?.spec as { replicas?: number })?.replicas === 1);
    expect((await admin.get<KubeObject & { spec: object }>(workloadRef())).spec).toMatchObject({ replicas: 5 });

    await admin.apply(
      { ...proxysqlRef(), status: { conditions: [{ ...condition, status: 'False' }] } } as unknown as KubeObject,
      { fieldManager: 'ops', subresource: 'status' },
    );
    await admin.until(workloadRef(), (seen) => (seen?.spec as { replicas?: number })?.replicas === 1);
  });
});

clusterTest('TLS is not taken away unless plaintext is allowed aloud', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    const { metadata } = await createReady(admin);

    await admin.patch(proxysqlRef(), { spec: { tls: null } });
    await admin.until(proxysqlRef(), isHeld('ResourceValid', 'SpecRefused'));
    expect((await admin.get(workloadRef())).metadata.generation).toBe(metadata.generation);

    await admin.patch(proxysqlRef(), { metadata: { annotations: { 'cdk8s-proxysql.io/allow-plaintext': 'true' } } });
    await admin.until(workloadRef(), (seen) => seen?.metadata.generation === 2);
  });
});
