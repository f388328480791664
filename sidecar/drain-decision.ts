/** What ProxySQL counts. */
export interface ConnectionCounts {
  /** Client connections at this moment. */
  readonly connected: number;
  /** Client connections since the start. */
  readonly created: number;
}

/** What deciding about a drain looks at. Times are by the monotonic clock. */
export interface DrainSituation {
  readonly now: number;
  readonly startedAt: number;
  /** When ProxySQL was told to pause; absent while settling. */
  readonly pausedAt?: number;
  readonly deadline: number;
  /** When to pause again, as the last attempt failed; absent unless it did. */
  readonly pauseAgainAt?: number;
  /** How many times in a row nobody listened on ProxySQL's side. */
  readonly refusals: number;
  /** When the last new connection was noticed. */
  readonly lastCreatedAt: number;
  /** Since when no client has been connected; absent while there are some, or while that is not known. */
  readonly emptySince?: number;
}

export type DrainStep = 'wait' | 'pause' | 'finish' | 'give-up' | 'gone';

/** How long nothing must have happened before it is taken to be over. */
export const QUIET_MS = 300;

/** Connections are taken for this long though none comes: whoever sends them, such as kube-proxy, learns within about a second. */
export const SHORTEST_SETTLING_MS = 1000;

/** New connections may keep coming for this long before they are refused. */
export const LONGEST_SETTLING_MS = 5000;

/** A ProxySQL that refuses connections so many times in a row is not there any more, nor are its clients. */
export const GONE_AFTER_REFUSALS = 3;

/**
 * Says how a drain goes on. First it settles: ProxySQL still takes connections until no more of them come, since whoever sends them has to
 * learn that the pod is leaving. Then it is paused, and those that are there may end.
 */
export function decideDrain(situation: DrainSituation): DrainStep {
  const { now, startedAt, pausedAt, pauseAgainAt, deadline, lastCreatedAt, emptySince } = situation;
  if (situation.refusals >= GONE_AFTER_REFUSALS) {
    return 'gone';
  }
  if (pausedAt === undefined) {
    const longest = Math.min(LONGEST_SETTLING_MS, (deadline - startedAt) / 4);
    const quiet = now - startedAt >= SHORTEST_SETTLING_MS && now - lastCreatedAt >= QUIET_MS;
    return quiet || now - startedAt >= longest ? 'pause' : 'wait';
  }
  if (emptySince !== undefined && now - Math.max(emptySince, lastCreatedAt, pausedAt) >= QUIET_MS) {
    return 'finish';
  }
  if (now >= deadline) {
    return 'give-up';
  }
  return pauseAgainAt !== undefined && now >= pauseAgainAt ? 'pause' : 'wait';
}
