/** The phases of a drain. */
export type DrainPhase =
  /** ProxySQL still takes connections, until no more of them come: whoever sends them has to learn that the pod is leaving. */
  | 'settling'
  /** ProxySQL is paused: new connections are refused, those that are there may end. */
  | 'paused';

/** What ProxySQL counts. */
export interface ConnectionCounts {
  /** Client connections at this moment. */
  readonly connected: number;
  /** Client connections since the start. */
  readonly created: number;
}

/** What deciding about a drain looks at. Times are in milliseconds since the epoch. */
export interface DrainSituation {
  readonly now: number;
  readonly startedAt: number;
  readonly deadline: number;
  readonly phase: DrainPhase;
  readonly counts: ConnectionCounts;
  /** When the last new connection was noticed. */
  readonly lastCreatedAt: number;
  /** Since when there has been no connection; absent while there are some. */
  readonly emptySince?: number;
}

export type DrainStep = 'wait' | 'pause' | 'finish' | 'give-up';

/** How long nothing must have happened before it is taken to be over. */
export const QUIET_MS = 300;

/** New connections may keep coming for this long before they are refused. */
export const LONGEST_SETTLING_MS = 5000;

/** Says how a drain goes on. */
export function decideDrain(situation: DrainSituation): DrainStep {
  const { now, startedAt, deadline, phase, lastCreatedAt, emptySince } = situation;
  if (phase === 'settling') {
    const longest = Math.min(LONGEST_SETTLING_MS, (deadline - startedAt) / 4);
    return now - lastCreatedAt >= QUIET_MS || now - startedAt >= longest ? 'pause' : 'wait';
  }
  if (emptySince !== undefined && now - emptySince >= QUIET_MS) {
    return 'finish';
  }
  return now >= deadline ? 'give-up' : 'wait';
}
