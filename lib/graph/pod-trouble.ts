import { type KubernetesObject } from '../kubernetes';
import { conditionOf, quoted, statusOf } from './gates/conditions';

/** A container's status, as far as it tells what keeps a pod from becoming ready. */
export interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string }; readonly terminated?: Ending };
  readonly lastState?: { readonly terminated?: Ending };
}

interface Ending {
  readonly exitCode?: number;
  readonly reason?: string;
}

/** What every container waits with before it runs for the first time. */
const USUAL_WAITS: ReadonlySet<string | undefined> = new Set([undefined, 'ContainerCreating', 'PodInitializing']);

/** Whether a container waits for something that does not come by itself. */
export function isStuck({ state }: ContainerStatus): boolean {
  return state?.waiting !== undefined && !USUAL_WAITS.has(state.waiting.reason);
}

/** What keeps a pod from becoming ready, as words after its name; undefined where its status does not tell. */
export function podTrouble(pod: KubernetesObject): string | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    // What the scheduler would have to evict comes after the first sentence.
    return `cannot be scheduled${quoted(scheduled.message?.split('. ')[0])}`;
  }
  const { initContainerStatuses = [], containerStatuses = [] } = statusOf(pod) as {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
  const stuck = [...initContainerStatuses, ...containerStatuses].find(isStuck);
  if (stuck === undefined) {
    return undefined;
  }
  const { name, state, lastState } = stuck;
  const { exitCode, reason } = lastState?.terminated ?? {};
  return exitCode === undefined
    ? // Both by turns, for as long as the image cannot be pulled.
      `has a container ${name} that waits (${state?.waiting?.reason === 'ErrImagePull' ? 'ImagePullBackOff' : state?.waiting?.reason}): its events tell why`
    : `has a container ${name} that ended with exit code ${exitCode}${reason === undefined ? '' : ` (${reason})`} and waits to be started again: its previous log tells why`;
}
