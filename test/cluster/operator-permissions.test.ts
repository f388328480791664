import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { namespacedPermissions, policyRules } from '../../lib/operator-roles';
import { type Permission } from '../../lib/operator-permissions';
import { adminKubeconfig, down, up } from './driver/cluster';
import { kubeconfig as kubeconfigText } from './driver/identities';
import { ownIdentity } from './driver/processes';
import { waitFor } from './driver/wait';
import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { readKubeconfig } from './harness/kubeconfig';
import { isTrue, type KubeObject, ref } from './harness/kube-object';
import { installDefinitions, readDefinitions } from './harness/manifests';
import { TestNamespace } from './harness/test-namespace';
import {
  createReady,
  installDefinitions as installOwnDefinitions,
  isThere,
  NO_NODE,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  startOperator,
  workloadRef,
} from './operator-fixture';
import { PodDouble } from './tools/pod-double';
import { temporaryFolder } from '../support/temporary-folder';

beforeAll(requireDefinitions, 60_000);

/** A kubeconfig of one who may do exactly what the permissions say. */
async function kubeconfigFor(
  namespace: TestNamespace,
  admin: string,
  permissions: readonly Permission[],
): Promise<string> {
  const { token } = await namespace.identity('operator', { rules: policyRules(permissions) });
  const { server, ca = '' } = readKubeconfig(admin);
  const file = join(temporaryFolder('operator-'), 'kubeconfig');
  writeFileSync(file, kubeconfigText(server, ca, token, namespace.name), { mode: 0o600 });
  return file;
}

clusterTest('with exactly the listed permissions everything works', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  const file = await kubeconfigFor(namespace, kubeconfig, namespacedPermissions());
  const running = await startOperator(namespace, file);
  try {
    await createReady(admin, proxysql('proxy', { replicas: 3, monitor: { agent: 'prometheus.io/builtin' } }));
    await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven'));
    await admin.untilList({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, {}, (events) =>
      events.some(({ reportingController }) => reportingController === 'kubedb.com/proxysql'),
    );
    await admin.patch(proxysqlRef(), { spec: { replicas: 1, monitor: null } });
    await admin.until(workloadRef(), (seen) => (seen?.spec as { replicas?: number })?.replicas === 1);
    await admin.patch(proxysqlRef(), { spec: { halted: true } });
    await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'Halted'));
    await admin.delete(proxysqlRef());
    await admin.until(proxysqlRef(), (seen) => seen === undefined);
    const forbidden = running.log.filter((line) => line.includes('forbidden') && !/clusterissuers/.test(line));
    expect(forbidden).toEqual([]);
  } finally {
    await running.stop();
  }
});

/** Needed only where an admission plugin asks for it. */
const FINALIZERS = 'proxysqls/finalizers';

/** What is not needed to get to a StatefulSet is looked at below. */
const NEEDED_TO_START = namespacedPermissions().filter(
  ({ resource }) =>
    ![FINALIZERS, 'pods', 'events', 'servicemonitors', 'poddisruptionbudgets', 'proxysqls/status'].includes(resource),
);

for (const { resource } of NEEDED_TO_START) {
  clusterTest(
    `without the permission for ${resource} there is no StatefulSet, and it is said why`,
    async ({ namespace, kubeconfig }) => {
      const { admin } = namespace;
      const rest = namespacedPermissions().filter((permission) => permission.resource !== resource);
      const file = await kubeconfigFor(namespace, kubeconfig, rest);
      const running = await startOperator(namespace, file);
      try {
        await expect(createWithin(namespace, 4000)).rejects.toThrow(/Timed out/);
        expect(await admin.find(workloadRef())).toBeUndefined();
        expect(running.log.some((line) => line.includes('forbidden') && line.includes(resource))).toBe(true);
      } finally {
        await running.stop();
      }
    },
  );
}

clusterTest(
  `where admission checks who may block the deletion of an owner, as on OpenShift, the permission for ${FINALIZERS} is needed`,
  async () => {
    const admissionPlugins = ['OwnerReferencesPermissionEnforcement'];
    const name = `owners-${process.pid}`;
    const cluster = await up({ name, tier: 'control-plane', owner: ownIdentity(), admissionPlugins });
    try {
      const kubeconfig = adminKubeconfig(cluster);
      const operated = async (permissions: readonly Permission[]) => {
        const namespace = await TestNamespace.create(kubeconfig);
        await installOwnDefinitions(namespace.admin);
        const file = await kubeconfigFor(namespace, kubeconfig, permissions);
        return { admin: namespace.admin, operator: await startOperator(namespace, file) };
      };
      const refused = await operated(namespacedPermissions().filter(({ resource }) => resource !== FINALIZERS));
      try {
        await refused.admin.create(proxysql());
        // The plugin learns of new kinds every ten seconds, and refuses for another reason until then.
        await waitFor('the refusal', () =>
          refused.operator.log.find((line) => line.includes("you can't set finalizers on")),
        );
        expect(await refused.admin.find(workloadRef())).toBeUndefined();
      } finally {
        await refused.operator.stop();
      }
      const allowed = await operated(namespacedPermissions());
      try {
        await createReady(allowed.admin);
      } finally {
        await allowed.operator.stop();
      }
    } finally {
      await down(name);
    }
  },
  { ownCluster: true },
);

const monitoring = readDefinitions(process.env['UPSTREAM_CRDS'] ?? '').filter(
  ({ spec }) => spec.group === 'monitoring.coreos.com',
);

/** What breaks without the permissions for what is not needed to start. */
const BROKEN_LATER: Readonly<
  Record<string, { readonly spec?: Record<string, unknown>; isBroken(admin: ApiClient): Promise<void> }>
> = {
  'proxysqls/status': {
    async isBroken(admin) {
      expect((await admin.get(proxysqlRef())).status).toBeUndefined();
    },
  },
  events: {
    async isBroken(admin) {
      expect(await ownEvents(admin)).toEqual([]);
    },
  },
  pods: {
    spec: { replicas: 2 },
    async isBroken(admin) {
      const reported = await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'ReplicaReady'));
      expect(isTrue(reported, 'CertificatesServed')).toBe(false);
    },
  },
  poddisruptionbudgets: {
    spec: { replicas: 3 },
    async isBroken(admin) {
      expect(await admin.find(ref('policy/v1', 'PodDisruptionBudget', 'proxy'))).toBeUndefined();
    },
  },
  servicemonitors: {
    spec: { monitor: { agent: 'prometheus.io/operator' } },
    async isBroken(admin) {
      expect(await admin.find(ref('monitoring.coreos.com/v1', 'ServiceMonitor', 'proxy-stats'))).toBeUndefined();
    },
  },
};

async function ownEvents(admin: ApiClient): Promise<KubeObject[]> {
  const events = await admin.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' });
  return events.filter(({ reportingController }) => reportingController === 'kubedb.com/proxysql');
}

test('each permission has a test that takes it away', () => {
  const taken = [FINALIZERS, ...NEEDED_TO_START.map(({ resource }) => resource), ...Object.keys(BROKEN_LATER)];
  expect(taken.sort()).toEqual(
    namespacedPermissions()
      .map(({ resource }) => resource)
      .sort(),
  );
});

for (const [resource, { spec = {}, isBroken }] of Object.entries(BROKEN_LATER)) {
  if (resource === 'servicemonitors' && monitoring.length === 0) {
    test.skip('without the permission for servicemonitors (UPSTREAM_CRDS has no definition of them)', () => undefined);
    continue;
  }
  clusterTest(
    `without the permission for ${resource} all else works, and it is said what does not`,
    async ({ namespace, kubeconfig }) => {
      const { admin } = namespace;
      if (resource === 'servicemonitors') {
        await installDefinitions(admin, monitoring);
      }
      const rest = namespacedPermissions().filter((permission) => permission.resource !== resource);
      const running = await startOperator(namespace, await kubeconfigFor(namespace, kubeconfig, rest));
      const pods = new PodDouble(admin, { namespace: namespace.name });
      try {
        await createReady(admin, proxysql('proxy', { ...spec, ...NO_NODE }));
        await waitFor(`the operator to say what it may not do`, () =>
          running.log.some((line) => line.includes('forbidden') && line.includes(resource)) ? true : undefined,
        );
        await isBroken(admin);
      } finally {
        await running.stop();
        await pods.stop();
      }
    },
  );
}

async function createWithin(namespace: TestNamespace, timeout: number): Promise<void> {
  const { admin } = namespace;
  const creating = createReady(admin).then(
    () => undefined,
    () => undefined,
  );
  await admin.until(proxysqlRef(), isThere);
  await admin.until(workloadRef(), isThere, { timeout });
  await creating;
}
