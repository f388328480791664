import { clusterTest } from './harness/cluster-test';
import { type KubeObject, ref } from './harness/kube-object';
import {
  appBinding,
  caIssuer,
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
import { AuditReader, countRequests } from './tools/audit-log';

beforeAll(requireDefinitions, 60_000);

const WRITES = new Set(['create', 'update', 'patch', 'delete']);

clusterTest(
  'after a restart of the operator, and after an event that changes nothing, only what has to be put right is written',
  async ({ namespace, kubeconfig, cluster }) => {
    const { admin } = namespace;
    const first = await startOperator(namespace, kubeconfig);
    await createReady(admin, proxysql('proxy', { replicas: 3, monitor: { agent: 'prometheus.io/builtin' } }));
    await admin.until(proxysqlRef(), isHeld('CertificatesServed', 'PodsNotReady'));
    await first.stop();
    const audit = new AuditReader(`${cluster?.directory}/logs/audit.log`);

    const second = await startOperator(namespace, kubeconfig);
    await admin.patch(ref('v1', 'Service', 'proxy'), { metadata: { labels: { somebody: 'else' } } });
    // Once this is put right, all that happened to Services before has been looked at.
    const governing = ref('v1', 'Service', 'proxy-pods');
    await admin.patch(governing, { spec: { publishNotReadyAddresses: false } });
    await admin.until(governing, publishesNotReadyAddresses);
    await admin.untilList({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, {}, (events) =>
      events.some(({ reason }) => reason === 'Repaired'),
    );
    await second.stop();

    const requests = await audit.requests((path) => admin.transport.text({ method: 'GET', path }));
    const mine = requests.filter(({ userAgent }) => userAgent === `operator-${namespace.name}`);
    expect(mine.filter(({ verb }) => verb === 'watch').length).toBeGreaterThan(10);
    const writes = mine.filter(({ verb }) => WRITES.has(verb) || verb === 'get');
    expect(countRequests(writes, ['verb', 'resource'])).toEqual({
      // What it was created with is declared applied, then it is applied.
      'patch services': 2,
      'create events.events.k8s.io': 1,
    });
  },
  { ownCluster: true },
);

clusterTest('what somebody changes or deletes is put right', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    const { metadata } = await createReady(admin);

    await admin.patch(workloadRef(), { spec: { replicas: 7 } });
    await admin.until(workloadRef(), (seen) => replicasOf(seen) === 1 && seen?.metadata.generation === 3);
    await admin.patch(ref('v1', 'Service', 'proxy-pods'), { spec: { publishNotReadyAddresses: false } });
    await admin.until(ref('v1', 'Service', 'proxy-pods'), publishesNotReadyAddresses);
    const service = await admin.get(ref('v1', 'Service', 'proxy'));
    await admin.delete(service);
    await admin.until(service, (seen) => seen !== undefined && seen.metadata.uid !== service.metadata.uid);

    expect((await admin.get(workloadRef())).metadata.uid).toBe(metadata.uid);
  });
});

clusterTest('what the spec no longer asks for is removed', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    await createReady(admin, proxysql('proxy', { replicas: 3, monitor: { agent: 'prometheus.io/builtin' } }));
    const budget = ref('policy/v1', 'PodDisruptionBudget', 'proxy');
    const stats = ref('v1', 'Service', 'proxy-stats');
    await admin.until(budget, isThere);
    await admin.until(stats, isThere);

    await admin.patch(proxysqlRef(), { spec: { replicas: 1, monitor: null } });

    await admin.until(stats, (seen) => seen === undefined);
    await admin.until(budget, (seen) => seen === undefined);
    await admin.until(workloadRef(), (seen) => replicasOf(seen) === 1);
  });
});

clusterTest('what a template no longer asks for goes from the objects', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  const spec = {
    podTemplate: { spec: { nodeSelector: { disk: 'ssd' } } },
    serviceTemplates: [{ alias: 'primary', metadata: { annotations: { team: 'shop' } } }],
  };
  const service = ref('v1', 'Service', 'proxy');
  const selects = (seen: KubeObject | undefined): boolean => JSON.stringify(seen?.spec).includes('"disk":"ssd"');
  const first = await startOperator(namespace, kubeconfig);
  expect(selects(await createReady(admin, proxysql('proxy', spec)))).toBe(true);
  expect((await admin.get(service)).metadata.annotations).toHaveProperty('team');
  await first.stop();

  await withOperator(namespace, kubeconfig, async () => {
    await admin.patch(proxysqlRef(), { spec: { podTemplate: null, serviceTemplates: null } });

    const workload = await admin.until(workloadRef(), (seen) => !selects(seen));
    const changed = await admin.until(service, (seen) => !('team' in (seen?.metadata.annotations ?? {})));
    for (const object of [workload, changed]) {
      const owned = (object?.metadata.managedFields ?? []) as { manager: string; operation: string }[];
      expect(owned.filter(({ manager }) => manager === 'cdk8s-proxysql').map(({ operation }) => operation)).toEqual([
        'Apply',
      ]);
    }
  });
});

clusterTest(
  'an object of that name which is not ours is reported and left alone',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    const foreign: KubeObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'proxy', labels: { belongs: 'to-somebody-else' } },
      spec: { ports: [{ port: 80 }], selector: { app: 'other' } },
    };
    const before = await admin.create(foreign);
    await withOperator(namespace, kubeconfig, async () => {
      await createAll(admin, [...(await caIssuer()), appBinding(), proxysql()]);

      await admin.until(proxysqlRef(), isHeld('ServicesPresent', 'Conflict'));

      expect(await admin.find(workloadRef())).toBeUndefined();
      expect((await admin.get(before)).metadata.resourceVersion).toBe(before.metadata.resourceVersion);

      await admin.delete(before);
      await admin.until(workloadRef(), isThere);
    });
  },
);

clusterTest('a field of the StatefulSet that cannot change leads to a new one', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  const first = await startOperator(namespace, kubeconfig);
  const workload = await createReady(admin);
  await first.stop();
  await admin.delete(workload);
  const { spec, metadata } = workload as KubeObject & { spec: Record<string, unknown> };
  const { name, labels, annotations, ownerReferences } = metadata;
  const other = await admin.create<KubeObject>({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, labels, annotations, ownerReferences },
    spec: { ...spec, serviceName: 'another' },
  });
  await withOperator(namespace, kubeconfig, async () => {
    const made = await admin.until(
      workloadRef(),
      (seen) => seen !== undefined && seen.metadata.uid !== other.metadata?.uid,
    );
    expect(made?.spec).toMatchObject({ serviceName: 'proxy-pods' });
  });
});

clusterTest('a ProxySQL that cannot be understood stops only itself', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    // The schema of the API server lets this pass.
    const inline = { mysqlVariables: { interfaces: '0.0.0.0:1' } };
    await admin.create(proxysql('wrong', { configuration: { init: { inline } } }));
    await createReady(admin);

    await admin.until(proxysqlRef('wrong'), isHeld('ResourceValid', 'SpecRefused'));
    expect(await admin.find(ref('v1', 'Service', 'wrong'))).toBeUndefined();
  });
});

function replicasOf(object: KubeObject | undefined): number | undefined {
  return (object?.spec as { replicas?: number } | undefined)?.replicas;
}

function publishesNotReadyAddresses(object: KubeObject | undefined): boolean {
  return (object?.spec as { publishNotReadyAddresses?: boolean } | undefined)?.publishNotReadyAddresses === true;
}
