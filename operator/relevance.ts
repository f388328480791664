import { conditionOf } from '../lib/graph/gates/conditions';
import { FINALIZER, modeOf } from '../lib/graph/lifecycle';
import { type KubernetesObject } from '../lib/kubernetes';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { isSame } from './compare';
import { type Kind } from './kubernetes/resources';
import { type Change } from './runtime/store';

/**
 * When somebody has to look at a change: `now` where it can make a difference to what is done, `soon` where it can make one to what is
 * reported only, `never` where it is nobody's business, as the status of many kinds is.
 */
export type Relevance = 'now' | 'soon' | 'never';

/** How long what is looked at soon may wait, in milliseconds: so that several changes are looked at together. */
export const SOON_MS = 1000;

/** How relevant a change is. */
export function relevanceOf(kind: Kind, change: Change<KubernetesObject>): Relevance {
  if (change.type !== 'updated') {
    return 'now';
  }
  const { object, previous } = change;
  switch (kind) {
    case 'ProxySQL':
      // The rest is the operator's own, unless somebody meddles with it.
      return isSame(asked(object), asked(previous)) ? 'soon' : 'now';
    case 'Issuer':
    case 'ClusterIssuer':
    case 'StatefulSet':
    case 'Secret':
    case 'AppBinding':
      return 'now';
    case 'Certificate':
      if (!isSame(judged(object), judged(previous)) || !isSame(readiness(object), readiness(previous))) {
        return 'now';
      }
      return isSame(progress(object), progress(previous)) ? 'never' : 'soon';
    case 'Pod':
      return isSame(object.status, previous.status) &&
        object.metadata.deletionTimestamp === previous.metadata.deletionTimestamp
        ? 'never'
        : 'now';
    default:
      return isSame(judged(object), judged(previous)) ? 'never' : 'now';
  }
}

/**
 * Whether the answer to an own write tells more than what was written: what somebody else changed just before it comes back in it, and the
 * watch that tells it later tells nothing new. Objects of a ProxySQL are looked at again after each write to them anyway.
 */
export function isNewsToWriter(kind: Kind, change: Change<KubernetesObject>): boolean {
  switch (kind) {
    case 'ProxySQL':
      return relevanceOf(kind, change) === 'now' || losesFinalizer(change);
    case 'Pod':
      return relevanceOf(kind, change) === 'now';
    default:
      return false;
  }
}

function losesFinalizer(change: Change<KubernetesObject>): boolean {
  const isHeld = ({ metadata }: KubernetesObject): boolean => metadata.finalizers?.includes(FINALIZER) ?? false;
  return change.type === 'updated' && isHeld(change.previous) && !isHeld(change.object);
}

/** What of a ProxySQL asks for something: of its status what decides about its mode. The finalizer is the operator's own. */
function asked(object: KubernetesObject): unknown {
  const { metadata, ...rest } = judged(object);
  return { ...rest, metadata: { ...metadata, finalizers: undefined }, mode: modeOf(object as ProxySQLResource) };
}

/** What decides whether a Certificate can be relied on. */
function readiness(object: KubernetesObject): unknown {
  const ready = conditionOf(object, 'Ready');
  return ready && { status: ready.status, observedGeneration: ready.observedGeneration };
}

/** How far cert-manager is with a Certificate is in its conditions; the steps of its own are nobody's business. */
function progress({ status }: KubernetesObject): object {
  return { ...(status as object | undefined), nextPrivateKeySecretName: undefined, revision: undefined };
}

function judged(object: KubernetesObject): KubernetesObject {
  const metadata = { ...object.metadata, resourceVersion: undefined, managedFields: undefined };
  return { ...object, metadata, status: undefined } as KubernetesObject;
}
