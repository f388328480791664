/** Seconds beyond the drain: the kubelet's own steps, one second for each of ProxySQL's worker threads to pause, and a reserve. */
const STOP_RESERVE_SECONDS = 15;

/** The pod's grace period, unless the resource names another one. */
export const TERMINATION_GRACE_PERIOD_SECONDS = 45;

/** Seconds that clients get to end their connections when a pod goes: what the grace period leaves for it. */
export function drainBudgetSeconds(gracePeriodSeconds = TERMINATION_GRACE_PERIOD_SECONDS): number {
  return gracePeriodSeconds - Math.min(STOP_RESERVE_SECONDS, Math.ceil(gracePeriodSeconds / 3));
}
