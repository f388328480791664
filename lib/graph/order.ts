import { type StepId } from './step-id';
import { type Step, STEPS } from './steps';

/** Steps in an order in which each comes after all that it depends on. Throws an Error where they depend on each other in a circle. */
export function topologicalOrder(steps: readonly Step[] = STEPS): StepId[] {
  const done = new Set<StepId>();
  let left = [...steps];
  while (left.length > 0) {
    const next = left.filter(({ dependsOn }) => dependsOn.every((id) => done.has(id)));
    if (next.length === 0) {
      throw new Error(`These steps depend on each other: ${left.map(({ id }) => id).join(', ')}.`);
    }
    next.forEach(({ id }) => done.add(id));
    left = left.filter(({ id }) => !done.has(id));
  }
  return [...done];
}

/** Argo CD's sync wave of each step: the number of steps that lie before it on the longest way to it. */
export function syncWaves(steps: readonly Step[] = STEPS): ReadonlyMap<StepId, number> {
  const waves = new Map<StepId, number>();
  for (const id of topologicalOrder(steps)) {
    const dependsOn = steps.find((step) => step.id === id)?.dependsOn ?? [];
    waves.set(id, Math.max(-1, ...dependsOn.map((before) => waves.get(before) ?? 0)) + 1);
  }
  return waves;
}

/** The sync wave of one step. */
export function syncWaveOf(id: StepId): number {
  return WAVES.get(id) ?? 0;
}

const WAVES = syncWaves();
