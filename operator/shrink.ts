import { type KubernetesObject, type ObjectMeta } from '../lib/kubernetes';
import { type ContainerStatus, isStuck } from '../lib/graph/pod-trouble';
import { FULL_RESOURCE_NAME, TLS_FINGERPRINT_ANNOTATION } from '../lib/labels';
import { slim } from './runtime/slim';

/** What is left out of objects before they are kept: what nothing reads, and above all passwords. */

/** Nothing but who it is and whose it is. */
export function metadataOnly({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: identity(metadata) };
}

/** Levels that an object may have: many more than those that are read have. */
const MOST_LEVELS = 100;

/**
 * Where a definition takes anything, the API server takes ten thousand levels of it. Whoever goes through them runs out of stack, and would
 * take the watch of the kind along; so what lies too deep is left out. Nothing there is looked at but by who refuses it.
 */
export function withoutDepths(object: KubernetesObject): KubernetesObject {
  const kept = slim(object);
  cut(kept, MOST_LEVELS);
  return kept;
}

function cut(value: object, levels: number): void {
  for (const [field, inner] of Object.entries(value) as [string, unknown][]) {
    if (typeof inner === 'object' && inner !== null) {
      if (levels === 0) {
        (value as Record<string, unknown>)[field] = null;
      } else {
        cut(inner, levels - 1);
      }
    }
  }
}

/** Passwords of a Secret are replaced by a sign that they are there. TLS material stays: it has to be proven. */
export function withoutPasswords(object: KubernetesObject): KubernetesObject {
  const kept = slim(object);
  if (kept.kind !== 'Secret' || kept.type !== 'kubernetes.io/basic-auth') {
    return kept;
  }
  const data = Object.entries((kept.data ?? {}) as Record<string, unknown>);
  return { ...kept, data: Object.fromEntries(data.map(([key, value]) => [key, value ? 'present' : ''])) };
}

/** An object of somebody else's is cut down to its metadata. One that can be adopted is kept, to be compared with what is wanted. */
export function withoutForeignParts(object: KubernetesObject): KubernetesObject {
  const { ownerReferences = [], labels } = object.metadata;
  const ours = ownerReferences.some(({ kind }) => kind === 'ProxySQL');
  const adoptable =
    labels?.['app.kubernetes.io/name'] === FULL_RESOURCE_NAME && !ownerReferences.some(({ controller }) => controller);
  return ours || adoptable ? slim(object) : metadataOnly(object);
}

/** What matters of a pod: who it is, where it is reached, whether it is ready and what keeps it from it, and which container runs in it. */
export function withoutPodDetails(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const { podIP, conditions, initContainerStatuses, containerStatuses } = (object.status ?? {}) as PodStatus;
  const stamp = metadata.annotations?.[TLS_FINGERPRINT_ANNOTATION];
  return {
    apiVersion,
    kind,
    metadata: {
      ...identity(metadata),
      ...(stamp !== undefined && { annotations: { [TLS_FINGERPRINT_ANNOTATION]: stamp } }),
    },
    status: {
      podIP,
      conditions: conditions
        ?.filter(({ type, status }) => type === 'Ready' || (type === 'PodScheduled' && status === 'False'))
        .map(({ type, status, message }) => ({ type, status, ...(type === 'PodScheduled' && { message }) })),
      initContainerStatuses: initContainerStatuses
        ?.filter(isStuck)
        .map(({ name, state, lastState }) => ({ name, ...stuckParts(state, lastState) })),
      containerStatuses: containerStatuses?.map((container) => ({
        name: container.name,
        containerID: container.containerID,
        restartCount: container.restartCount,
        started: container.started,
        ...(isStuck(container) && stuckParts(container.state, container.lastState)),
      })),
    },
  };
}

/** Why a container waits, and how it ended before; messages are left out, which change at every attempt. */
function stuckParts(
  state: ContainerStatus['state'],
  lastState: ContainerStatus['lastState'],
): Partial<ContainerStatus> {
  const { reason } = state?.waiting ?? {};
  const ended = lastState?.terminated;
  return {
    state: { waiting: { ...(reason !== undefined && { reason }) } },
    ...(ended !== undefined && { lastState: { terminated: { exitCode: ended.exitCode, reason: ended.reason } } }),
  };
}

/** A pod's status, as far as it is kept. */
export interface PodStatus {
  readonly podIP?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly (ContainerStatus & {
    readonly containerID?: string;
    readonly restartCount?: number;
    readonly started?: boolean;
  })[];
}

function identity(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, ownerReferences } =
    metadata;
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(labels !== undefined && { labels }),
    ...(ownerReferences !== undefined && { ownerReferences }),
  };
}
