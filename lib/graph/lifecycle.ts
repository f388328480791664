import { type KubernetesObject, type ObjectReference, referenceTo } from '../kubernetes';
import { selectorLabels } from '../labels';
import { type ProxySQLResource } from '../proxysql-resource';
import { hasCondition } from './conditions';
import { ownershipOf } from './ownership';

/** Keeps a deleted ProxySQL until its policy has been followed; KubeDB's name. */
export const FINALIZER = 'kubedb.com';

/** On a Service: it stays while the ProxySQL is halted. */
export const KEEP_WHEN_HALTED_ANNOTATION = 'kubedb.com/resource-policy-keep-on';

/** What state of its life a ProxySQL is in. */
export type Mode = 'reconcile' | 'paused' | 'halted' | 'deleting';

/**
 * Whether a deletion is refused for good: everything stays, and is looked after, until the policy is another one. Not with foreground
 * deletion: then Kubernetes takes the objects away before their owner.
 */
export function isDeletionRefused({ metadata, spec }: ProxySQLResource): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return (
    deletionTimestamp !== undefined &&
    spec?.deletionPolicy === 'DoNotTerminate' &&
    finalizers.includes(FINALIZER) &&
    !finalizers.includes('foregroundDeletion')
  );
}

/**
 * Tells the state; deleting goes before everything, unless it is refused, and a paused ProxySQL is not touched at all. Asked before anything
 * is known to be valid: a resource that came past the schema may lack its spec.
 */
export function modeOf(proxysql: ProxySQLResource): Mode {
  const { metadata, spec, status } = proxysql;
  if (metadata.deletionTimestamp !== undefined && !isDeletionRefused(proxysql)) {
    return 'deleting';
  }
  if (hasCondition(status?.conditions ?? [], 'Paused', 'True')) {
    return 'paused';
  }
  return spec?.halted === true ? 'halted' : 'reconcile';
}

/** What deleting a ProxySQL needs to know. */
export interface DeletionInput {
  readonly proxysql: ProxySQLResource;
  /** Volume claims that its selectors match. */
  readonly claims: readonly KubernetesObject[];
  /** Its auth Secret, where there is one and it is not managed by somebody else. */
  readonly authSecret?: KubernetesObject;
  /** Whether another ProxySQL of the namespace uses the same auth Secret. */
  readonly authSecretShared: boolean;
}

/** What to do before the finalizer goes; Services, workload, configuration and identity are collected with their owner. */
export interface DeletionPlan {
  /** The owner reference to the ProxySQL is removed: they stay. */
  readonly release: readonly ObjectReference[];
  /** The ProxySQL becomes their owner: they are collected with it. */
  readonly claim: readonly ObjectReference[];
}

/** Follows the deletion policy, by KubeDB's table; none given is Delete. */
export function planDeletion({ proxysql, claims, authSecret, authSecretShared }: DeletionInput): DeletionPlan {
  const volumes = claims.map(referenceTo);
  const secrets = authSecret === undefined ? [] : [referenceTo(authSecret)];
  switch (proxysql.spec?.deletionPolicy ?? 'Delete') {
    // DoNotTerminate is refused at admission; if that was bypassed, as little as possible is lost.
    case 'Halt':
    case 'DoNotTerminate':
      return { release: [...volumes, ...secrets], claim: [] };
    case 'Delete':
      return { release: secrets, claim: volumes };
    case 'WipeOut': {
      const managedBy = 'app.kubernetes.io/managed-by';
      const ours =
        authSecret?.metadata.labels?.[managedBy] === selectorLabels(proxysql.metadata.name)[managedBy] &&
        ownershipOf(authSecret, proxysql, true) !== 'foreign' &&
        !authSecretShared;
      return ours ? { release: [], claim: [...volumes, ...secrets] } : { release: secrets, claim: volumes };
    }
  }
}

/** Kinds that a halted ProxySQL loses, in the order in which they go; Secrets, Certificates and volumes stay. */
const HALTED_KINDS = [
  'AppBinding',
  'StatefulSet',
  'Deployment',
  'RoleBinding',
  'Role',
  'ServiceAccount',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'Service',
  'ServiceMonitor',
];

/** What halting deletes of the objects that a ProxySQL owns; nothing left means that it is halted. */
export function planHalt(owned: readonly KubernetesObject[]): ObjectReference[] {
  const goes = owned.filter(
    ({ kind, metadata }) => !(kind === 'Service' && metadata.annotations?.[KEEP_WHEN_HALTED_ANNOTATION] === 'halt'),
  );
  return HALTED_KINDS.flatMap((kind) => goes.filter((object) => object.kind === kind).map(referenceTo));
}
