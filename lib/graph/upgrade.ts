import { PROXYSQL_CONTAINER } from '../defaults';
import { type Condition, type KubernetesObject } from '../kubernetes';
import { SIDECAR_CONTAINER } from '../objects/sidecar-container';
import { troubleCondition } from './conditions';
import { replicaCounts, workloadReference } from './gates/workload-ready';
import { ownershipOf } from './ownership';
import { type World } from './world';

/** The condition that tells of pods that wait to be replaced by those of another version of the operator. */
export const UPGRADE_CONDITION = 'Upgraded';

/**
 * Whether the operator would replace the pods of a ProxySQL that is well for its own sake: its images are others than the pods have, and
 * nobody asked for anything new. What a user asks for, and what may mend a ProxySQL that is not well, does not count.
 */
export function isUpgrade(world: World): boolean {
  const { proxysql, desired } = world;
  const { metadata, status } = proxysql;
  const wanted = desired.find(({ object }) => object.kind === 'StatefulSet')?.object;
  const observed = world.find(workloadReference(world));
  if (wanted === undefined || observed.state !== 'present' || ownershipOf(observed.object, proxysql) === 'foreign') {
    return false;
  }
  const live = observed.object;
  return status?.observedGeneration === metadata.generation && isWell(live) && imagesOf(live) !== imagesOf(wanted);
}

/** What is to be said about an upgrade; absent where none ever waited. */
export function upgradeCondition({ proxysql, waitsForTurn }: World): Condition | undefined {
  return troubleCondition(proxysql, UPGRADE_CONDITION, waitsForTurn === true ? WAITS : undefined, {
    reason: 'TurnCame',
    message: "The pods are of the operator's version, or being replaced.",
  });
}

const WAITS = {
  reason: 'WaitsForTurn',
  message:
    'The pods are to be replaced by those of another version of the operator, which does so for a limited number of ProxySQLs at a time: others are first.',
};

function isWell(workload: KubernetesObject): boolean {
  const { replicas, ready, rolling } = replicaCounts(workload);
  return !rolling && ready >= replicas;
}

/** The images that the operator decides about: its own, and where ProxySQL's comes from. The tag of that is for the user to say. */
function imagesOf({ spec }: KubernetesObject): string {
  const { template } = (spec ?? {}) as { readonly template?: { readonly spec?: PodSpec } };
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const imageOf = (container: string): string =>
    [...initContainers, ...containers].find(({ name }) => name === container)?.image ?? '';
  return [imageOf(SIDECAR_CONTAINER), imageOf(PROXYSQL_CONTAINER).replace(/:[^:/]*$/, '')].join(' ');
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly name: string;
  readonly image?: string;
}
