import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { type KubeObject } from './harness/kube-object';
import {
  appBinding,
  caIssuer,
  createAll,
  isHeld,
  NO_NODE,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  startOperator,
  workloadRef,
} from './operator-fixture';
import { PodDouble } from './tools/pod-double';

beforeAll(requireDefinitions, 60_000);

const NAMES = ['one', 'two', 'three'] as const;
const OLD = 'test.invalid/runtime:1';
const NEW = 'test.invalid/runtime:2';

interface StatefulSet extends KubeObject {
  spec: { template: { spec: { initContainers: { image: string }[] } } };
  status?: { readyReplicas?: number; currentRevision?: string; updateRevision?: string };
}

/** Whether all of its pods are there, and of its newest template. */
function isSettled(seen: StatefulSet | undefined): boolean {
  const { readyReplicas, currentRevision, updateRevision } = seen?.status ?? {};
  return readyReplicas === 2 && currentRevision === updateRevision;
}

function hasImage(seen: StatefulSet | undefined, image: string): boolean {
  return seen?.spec.template.spec.initContainers.some((container) => container.image === image) ?? false;
}

async function changed(admin: ApiClient): Promise<string[]> {
  const all = await admin.list<StatefulSet>({ apiVersion: 'apps/v1', kind: 'StatefulSet' });
  return all.filter((seen) => hasImage(seen, NEW)).map(({ metadata }) => metadata.name ?? '');
}

clusterTest(
  'given a new version whose pods do not become ready, then as many ProxySQLs are touched as may be at a time, and the rest when it is mended',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    let broken = false;
    const double = new PodDouble(admin, {
      namespace: namespace.name,
      admits: (pod) => !(broken && JSON.stringify(pod['spec']).includes(NEW)),
    });
    const resources = NAMES.map((name) => proxysql(name, { replicas: 2, ...NO_NODE }));
    const first = await startOperator(namespace, kubeconfig, { flags: [`--runtime-image=${OLD}`] });
    await createAll(admin, [...(await caIssuer()), appBinding(), ...resources]);
    for (const name of NAMES) {
      await admin.until<StatefulSet>(workloadRef(name), isSettled);
      await admin.until(
        proxysqlRef(name),
        (seen) => (seen?.status as { observedGeneration?: number } | undefined)?.observedGeneration === 1,
      );
    }
    await first.stop();

    broken = true;
    const flags = [`--runtime-image=${NEW}`, '--max-rollouts=1'];
    const second = await startOperator(namespace, kubeconfig, { flags });
    try {
      const [toucher] = await admin
        .untilList<StatefulSet>({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, {}, (all) =>
          all.some((seen) => hasImage(seen, NEW)),
        )
        .then(() => changed(admin));
      const waiting = NAMES.filter((name) => name !== toucher);
      for (const name of waiting) {
        await admin.until(proxysqlRef(name), isHeld('Upgraded', 'WaitsForTurn'));
      }
      expect(await changed(admin)).toEqual([toucher]);

      // Whose user asks for something is not held up by the others.
      const [asking = ''] = waiting;
      await admin.patch(proxysqlRef(asking), { spec: { version: '2.7.1' } });
      await admin.until<StatefulSet>(workloadRef(asking), (seen) => JSON.stringify(seen?.spec).includes(':2.7.1'));
      expect((await changed(admin)).sort()).toEqual([toucher, asking].sort());

      broken = false;
      // The double looks at pods that are new, or change.
      const pods = await admin.list({ apiVersion: 'v1', kind: 'Pod' });
      for (const pod of pods.filter(({ spec }) => JSON.stringify(spec).includes(NEW))) {
        await admin.patch(pod, { metadata: { annotations: { look: 'again' } } });
      }
      for (const name of NAMES) {
        await admin.until<StatefulSet>(workloadRef(name), (seen) => isSettled(seen) && hasImage(seen, NEW), {
          timeout: 60_000,
        });
      }
      for (const name of waiting) {
        await admin.until(proxysqlRef(name), (seen) => JSON.stringify(seen?.status).includes('"reason":"TurnCame"'));
      }
    } finally {
      await second.stop();
      await double.stop();
    }
  },
  { timeout: 120_000 },
);
