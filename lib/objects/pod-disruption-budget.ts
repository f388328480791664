import { type KubernetesObject } from '../kubernetes';
import { metadataOf, type RenderContext } from './context';

/** How many pods of a cluster may be away at once: fewer than half, and at least one so that nodes can be drained. */
export function podDisruptionBudget(context: RenderContext): KubernetesObject | undefined {
  const { replicas } = context.effective;
  if (replicas <= 1) {
    return undefined;
  }
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(context, context.name),
    spec: {
      maxUnavailable: Math.max(1, Math.floor((replicas - 1) / 2)),
      selector: { matchLabels: context.selector },
    },
  };
}
