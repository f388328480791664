import { type Condition } from '../kubernetes';

/**
 * Merges conditions by KubeDB's rule: one that says the same as before stays as it is, any other gets a new transition time unless it brings
 * its own, and one about an older generation than the one known is dropped. Types that are not in `next` stay. When nothing changes the
 * result is `previous` itself, so that nobody writes.
 *
 * @param now milliseconds since the epoch
 */
export function mergeConditions(
  previous: readonly Condition[],
  next: readonly Condition[],
  now: number,
): readonly Condition[] {
  const lastTransitionTime = new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const merged = new Map(previous.map((condition) => [condition.type, condition]));
  let changed = false;
  for (const condition of next) {
    const before = merged.get(condition.type);
    if (before === undefined || !(isUnchanged(before, condition) || isOlder(before, condition))) {
      merged.set(condition.type, { lastTransitionTime, ...condition });
      changed = true;
    }
  }
  return changed ? [...merged.values()] : previous;
}

/** Whether a condition of this type is there with this status. */
export function hasCondition(conditions: readonly Condition[], type: string, status: Condition['status']): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === status);
}

function isUnchanged(before: Condition, after: Condition): boolean {
  return (
    before.status === after.status &&
    before.reason === after.reason &&
    before.message === after.message &&
    (after.observedGeneration === undefined || before.observedGeneration === after.observedGeneration)
  );
}

function isOlder(before: Condition, after: Condition): boolean {
  return (
    before.observedGeneration !== undefined &&
    after.observedGeneration !== undefined &&
    after.observedGeneration < before.observedGeneration
  );
}
