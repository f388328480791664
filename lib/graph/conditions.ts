import { type Condition } from '../kubernetes';
import { shortened } from '../printable';
import { type ProxySQLResource } from '../proxysql-resource';
import { instant } from './instant';

/** Words of others, such as the API server's about an object with a thousand mistakes, would keep a status from being written. */
const MOST_OF_MESSAGE = 4096;

/**
 * Merges conditions: one that says the same as before stays as it is, and one of another status gets a new transition time, by which everybody
 * sees since when something is wrong. KubeDB takes a new one for other words and another generation, too: an edit in the middle of an outage
 * would make it look as if that had just begun. Types that are not in `next` stay. When nothing changes the result is `previous` itself, so
 * that nobody writes. KubeDB also drops what is about an older generation than is known; here both are about one version of one object, so
 * that there is none: see {@link believable}.
 *
 * @param now milliseconds since the epoch
 */
export function mergeConditions(
  previous: readonly Condition[],
  next: readonly Condition[],
  now: number,
): readonly Condition[] {
  const lastTransitionTime = instant(now);
  const merged = new Map(previous.map((condition) => [condition.type, condition]));
  let changed = false;
  for (const full of next) {
    const condition = {
      ...full,
      ...(full.message !== undefined && { message: shortened(full.message, MOST_OF_MESSAGE) }),
    };
    const before = merged.get(condition.type);
    if (before === undefined || !isUnchanged(before, condition)) {
      const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
      merged.set(condition.type, { ...condition, lastTransitionTime: since ?? lastTransitionTime });
      changed = true;
    }
  }
  return changed ? [...merged.values()] : previous;
}

/** What a condition, or a status, says of the generation that it is about; nothing where there is none. */
export function aboutGeneration(generation: number | undefined): { readonly observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** What a condition says beside its status. */
export interface Saying {
  readonly reason: string;
  readonly message: string;
}

/**
 * A condition that is there once something was wrong: False while it is, True where it was and is over.
 *
 * @param over absent while nobody knows whether it is
 */
export function troubleCondition(
  { metadata, status }: ProxySQLResource,
  type: string,
  wrong: Saying | undefined,
  over: Saying | undefined,
): Condition | undefined {
  const about = { type, ...aboutGeneration(metadata.generation) };
  if (wrong !== undefined) {
    return { ...about, status: 'False', ...wrong };
  }
  return over !== undefined && hasCondition(status?.conditions ?? [], type, 'False')
    ? { ...about, status: 'True', ...over }
    : undefined;
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

/**
 * Conditions of which those about a generation that the object has not reached are Unknown: they are of a former life, as after a restore
 * from a backup, and say nothing about this one. The same array where there are none.
 *
 * @param now milliseconds since the epoch
 */
export function believable(
  conditions: readonly Condition[],
  generation: number | undefined,
  now: number,
): readonly Condition[] {
  const isOfFormerLife = ({ observedGeneration }: Condition): boolean =>
    generation !== undefined && observedGeneration !== undefined && observedGeneration > generation;
  return conditions.some(isOfFormerLife)
    ? conditions.map((condition) =>
        isOfFormerLife(condition)
          ? {
              type: condition.type,
              status: 'Unknown',
              reason: 'OfFormerLife',
              message: 'What was known is about a later generation than the resource has, as after a restore.',
              lastTransitionTime: instant(now),
              ...aboutGeneration(generation),
            }
          : condition,
      )
    : conditions;
}
