import { decideDrain, type DrainSituation } from '../../sidecar/drain-decision';

const settling: DrainSituation = { now: 0, startedAt: 0, deadline: 30_000, lastCreatedAt: 0, refusals: 0 };
const paused: DrainSituation = { ...settling, now: 10_000, pausedAt: 9_000, lastCreatedAt: 1_000, emptySince: 500 };

describe('decideDrain', () => {
  it.each<[string, DrainSituation, string]>([
    ['lets connections come at first, though none does', { ...settling, now: 999 }, 'wait'],
    ['pauses once no more of them come', { ...settling, now: 1_000, lastCreatedAt: 700 }, 'pause'],
    ['waits for 300 ms without one', { ...settling, now: 1_000, lastCreatedAt: 701 }, 'wait'],
    ['lets them come as long as they do', { ...settling, now: 4_999, lastCreatedAt: 4_900 }, 'wait'],
    ['pauses after five seconds though they come', { ...settling, now: 5_000, lastCreatedAt: 4_900 }, 'pause'],
    [
      'pauses after a quarter of a small budget',
      { ...settling, deadline: 3_600, now: 900, lastCreatedAt: 800 },
      'pause',
    ],
    [
      'lets them come for that quarter, from its beginning',
      { ...settling, startedAt: 1_000, deadline: 5_000, now: 1_999, lastCreatedAt: 1_900 },
      'wait',
    ],
    [
      'pauses at the end of that quarter, counted from its beginning',
      { ...settling, startedAt: 1_000, deadline: 5_000, now: 2_000, lastCreatedAt: 1_900 },
      'pause',
    ],
    ['pauses at once without any budget', { ...settling, deadline: 0 }, 'pause'],
    ['gives up at once without any budget', { ...settling, deadline: 0, pausedAt: 0 }, 'give-up'],
    ['waits for clients', { ...paused, emptySince: undefined }, 'wait'],
    ['finishes when there have been none for a while', paused, 'finish'],
    ['counts that while from the pause on', { ...paused, pausedAt: 9_701 }, 'wait'],
    ['counts it from the last connection on', { ...paused, lastCreatedAt: 9_701 }, 'wait'],
    ['waits before it pauses again', { ...paused, emptySince: undefined, pauseAgainAt: 10_001 }, 'wait'],
    ['pauses again when that failed', { ...paused, emptySince: undefined, pauseAgainAt: 10_000 }, 'pause'],
    ['finishes without a pause that failed', { ...paused, pauseAgainAt: 10_000 }, 'finish'],
    [
      'does not pause again without time',
      { ...paused, now: 30_000, emptySince: undefined, pauseAgainAt: 0 },
      'give-up',
    ],
    ['waits though ProxySQL could not be reached twice', { ...settling, refusals: 2 }, 'wait'],
    ['is over when ProxySQL is gone', { ...paused, emptySince: undefined, refusals: 3 }, 'gone'],
    ['gives up when the budget has run out', { ...paused, now: 30_000, emptySince: undefined }, 'give-up'],
  ])('%s', (_, situation, step) => {
    expect(decideDrain(situation)).toBe(step);
  });
});
