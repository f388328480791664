/** Seconds that clients get to end their connections when a pod goes. */
export const DRAIN_BUDGET_SECONDS = 30;

/** Seconds beyond the drain budget: the kubelet's own steps, one second for each of ProxySQL's worker threads to pause, and a reserve. */
const STOP_RESERVE_SECONDS = 15;

/** The pod's grace period. */
export const TERMINATION_GRACE_PERIOD_SECONDS = DRAIN_BUDGET_SECONDS + STOP_RESERVE_SECONDS;
