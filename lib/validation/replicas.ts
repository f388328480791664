import { MAX_REPLICAS } from '../defaults';
import { type Problem } from '../problem';

/** A number that no cluster of ProxySQL has: what is made for each pod would be made too often for whoever makes it. */
export function replicasProblems(replicas: number | undefined): Problem[] {
  return replicas === undefined || replicas <= MAX_REPLICAS
    ? []
    : [
        {
          path: 'spec.replicas',
          value: String(replicas),
          message: 'A cluster of ProxySQL cannot be so large: each pod watches over all others',
          remedy: `Use at most ${MAX_REPLICAS}`,
        },
      ];
}
