import { type ApiClient } from '../harness/api-client';
import { clusterTest } from '../harness/cluster-test';
import { isTrue, type KubeObject, ref } from '../harness/kube-object';
import { type Pod, restrictedPod } from '../harness/pods';
import { PodDouble, type PodDoubleOptions } from './pod-double';

interface StatefulSet extends KubeObject {
  status?: { readyReplicas?: number };
}

/** Its pods are left alone by the scheduler, so that on a cluster with a node they are the double's too. */
function statefulSet(name: string, replicas: number): StatefulSet {
  const sidecar = { name: 'sidecar', image: 'test.invalid/none:1', restartPolicy: 'Always' };
  const { spec: podSpec, metadata } = restrictedPod(name, {
    initContainers: [sidecar],
    containers: [{ name: 'main', image: 'test.invalid/none:1' }],
    schedulerName: 'nobody',
    terminationGracePeriodSeconds: undefined,
  });
  const template = { metadata: { labels: metadata.labels }, spec: podSpec };
  const spec = { replicas, serviceName: name, selector: { matchLabels: metadata.labels }, template };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec };
}

function doubleTest(name: string, admits: PodDoubleOptions['admits'], run: (admin: ApiClient) => Promise<void>): void {
  clusterTest(name, async ({ namespace }) => {
    const double = new PodDouble(namespace.admin, { namespace: namespace.name, admits });
    try {
      await run(namespace.admin);
    } finally {
      await double.stop();
    }
  });
}

doubleTest('a StatefulSet becomes ready pod by pod, and again when a pod is deleted', undefined, async (admin) => {
  const wanted = statefulSet('set', 3);
  await admin.create(wanted);

  await admin.until<StatefulSet>(wanted, (seen) => seen?.status?.readyReplicas === 3);
  const pods = await admin.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
  expect(new Set(pods.map(({ status }) => status?.podIP)).size).toBe(3);
  expect(pods[0]?.status?.initContainerStatuses?.[0]).toMatchObject({ name: 'sidecar', ready: true, started: true });

  const first = pods.find(({ metadata }) => metadata.name === 'set-0') as Pod;
  await admin.delete(first);
  await admin.until<Pod>(first, (seen) => seen?.metadata.uid !== first.metadata.uid && isTrue(seen));
});

doubleTest(
  'a pod that is not admitted stays pending, and holds up the next',
  ({ metadata }) => metadata.name !== 'set-1',
  async (admin) => {
    const wanted = statefulSet('set', 3);
    await admin.create(wanted);

    await admin.until<StatefulSet>(wanted, (seen) => seen?.status?.readyReplicas === 1);
    await admin.until(ref('v1', 'Pod', 'set-1'), (seen) => seen !== undefined);

    const pods = await admin.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
    expect(pods.map(({ metadata, status }) => [metadata.name, status?.phase])).toEqual([
      ['set-0', 'Running'],
      ['set-1', 'Pending'],
    ]);
  },
);
