import { decideDrain, type DrainSituation } from '../../sidecar/drain-decision';

const settling: DrainSituation = { now: 0, startedAt: 0, deadline: 30_000, lastCreatedAt: 0 };
const paused: DrainSituation = { ...settling, now: 10_000, pausedAt: 9_000, lastCreatedAt: 1_000, emptySince: 500 };

describe('decideDrain', () => {
  it.each<[string, DrainSituation, string]>([
    ['lets connections come at first', { ...settling, now: 299 }, 'wait'],
    ['pauses once no more of them come', { ...settling, now: 300 }, 'pause'],
    ['lets them come as long as they do', { ...settling, now: 4_999, lastCreatedAt: 4_900 }, 'wait'],
    ['pauses after five seconds though they come', { ...settling, now: 5_000, lastCreatedAt: 4_900 }, 'pause'],
    [
      'pauses after a quarter of a small budget',
      { ...settling, deadline: 4_000, now: 1_000, lastCreatedAt: 900 },
      'pause',
    ],
    ['waits for clients', { ...paused, emptySince: undefined }, 'wait'],
    ['finishes when there have been none for a while', paused, 'finish'],
    ['counts that while from the pause on', { ...paused, pausedAt: 9_701 }, 'wait'],
    ['counts it from the last connection on', { ...paused, lastCreatedAt: 9_701 }, 'wait'],
    ['gives up when the budget has run out', { ...paused, now: 30_000, emptySince: undefined }, 'give-up'],
  ])('%s', (_, situation, step) => {
    expect(decideDrain(situation)).toBe(step);
  });
});
