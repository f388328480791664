import { describeReference, type KubernetesObject, type ObjectReference } from '../../kubernetes';
import { ownershipOf } from '../ownership';
import { type PodReport } from '../pod-report';
import { podTrouble } from '../pod-trouble';
import { podNames, podReference } from '../pods';
import { held, open } from '../verdict';
import { type World } from '../world';
import { conditionOf, statusOf } from './conditions';
import { type Gate } from './gate';

/** All replicas of the StatefulSet, as it is now, are ready. */
export const workloadReady: Gate = (world) => {
  const blockedBy = workloadReference(world);
  const described = describeReference(blockedBy);
  const observed = world.find(blockedBy);
  if (observed.state !== 'present') {
    const why = observed.state === 'absent' ? 'is not there yet' : `cannot be read: ${observed.why}`;
    return held(NOT_READY, `${described} ${why}.`, { blockedBy });
  }
  const { object } = observed;
  if (ownershipOf(object, world.proxysql) === 'foreign') {
    return held('Conflict', `${described} belongs to somebody else and is left alone: rename or delete it.`, {
      blockedBy,
      needsUser: true,
    });
  }
  const { replicas, ready, updated, current } = replicaCounts(object);
  if (!current) {
    return held(NOT_READY, `${described} has changed, and its controller has not seen the change yet.`, { blockedBy });
  }
  if (ready < replicas) {
    const { words, pod } = unreadyPod(world, replicas);
    return held(NOT_READY, `${ready} of ${replicas} replicas of ${described} are ready${words}.`, {
      blockedBy: pod ?? blockedBy,
    });
  }
  return updated < replicas
    ? held(NOT_READY, `${updated} of ${replicas} replicas of ${described} are updated.`, { blockedBy })
    : open('AllReplicasReady', replicas === 1 ? 'The replica is ready.' : `All ${replicas} replicas are ready.`);
};

const NOT_READY = 'SomeReplicasNotReady';

/** The pod that tells most about why not all are ready, as the end of a sentence; with what everything waits for, where that is the pod. */
function unreadyPod(world: World, replicas: number): { words: string; pod?: ObjectReference } {
  const pods = podNames(world.proxysql, replicas)
    .map((name) => podReference(world.proxysql, name))
    .map((pod) => ({ pod, observed: world.find(pod) }));
  for (const { pod, observed } of pods) {
    const trouble = observed.state === 'present' ? podTrouble(observed.object) : undefined;
    if (trouble !== undefined) {
      return { words: `; ${describeReference(pod)} ${trouble}`, pod };
    }
  }
  for (const { pod, observed } of pods) {
    if (observed.state === 'absent') {
      return { words: `; ${describeReference(pod)} is not there: the events of the StatefulSet tell why` };
    }
    if (observed.state === 'present' && observed.object.metadata.deletionTimestamp !== undefined) {
      return { words: `; ${describeReference(pod)} is ending` };
    }
    if (observed.state === 'present' && conditionOf(observed.object, 'Ready')?.status !== 'True') {
      const report = world.reports?.get(pod.name);
      const why = whyNotReady(report) ?? 'its events and the log of its container sidecar tell why';
      return { words: `; ${describeReference(pod)} is not: ${why}`, ...(report?.gate.ok === false && { pod }) };
    }
  }
  return { words: '' };
}

/** What the sidecar says of it; undefined where that is nothing that helps. */
function whyNotReady(report: PodReport | undefined): string | undefined {
  const shut = [report?.gate, report?.readiness].find((verdict) => verdict?.ok === false);
  return shut && `${shut.message.replace(/\.$/, '')} (${shut.reason})`;
}

/** The StatefulSet of the ProxySQL. */
export function workloadReference({ proxysql: { metadata } }: World): ObjectReference {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    name: metadata.name,
  };
}

/** What a StatefulSet says about its replicas. */
export function replicaCounts(object: KubernetesObject): {
  replicas: number;
  ready: number;
  updated: number;
  /** Whether the counts are about the object as it is now. */
  current: boolean;
  /** Whether pods are being replaced by those of the newest template, or are about to be. */
  rolling: boolean;
} {
  const { readyReplicas, updatedReplicas, currentRevision, updateRevision, observedGeneration } = statusOf(object);
  const { replicas } = (object.spec ?? {}) as { readonly replicas?: number };
  const wanted = replicas ?? 1;
  const current = observedGeneration === object.metadata.generation;
  return {
    replicas: wanted,
    ready: numberOr(readyReplicas, 0),
    // Once a rollout is over, the count of updated replicas is no longer kept by every release of Kubernetes.
    updated:
      currentRevision !== undefined && currentRevision === updateRevision ? wanted : numberOr(updatedReplicas, wanted),
    current,
    rolling: !current || currentRevision !== updateRevision,
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
