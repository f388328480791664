import { believable, mergeConditions } from '../../lib/graph/conditions';
import { type Condition } from '../../lib/kubernetes';
import { NOW } from './small-world';

describe('merged conditions', () => {
  const before: Condition[] = [
    { type: 'A', status: 'False', message: 'm', observedGeneration: 2, lastTransitionTime: 'then' },
  ];

  test('given one that says the same, then nothing is new', () => {
    const same: Condition = { type: 'A', status: 'False', message: 'm', observedGeneration: 2 };
    expect(mergeConditions(before, [same], NOW)).toBe(before);
  });

  test.each([
    ['other words', { status: 'False', message: 'n' }, 'then'],
    ['another generation, as after an edit', { status: 'False', message: 'm', observedGeneration: 3 }, 'then'],
    ['another status', { status: 'True', message: 'm' }, '2026-06-15T12:00:00Z'],
  ] as const)('given %s, then its time tells since when the status is what it is', (_, next, lastTransitionTime) => {
    expect(mergeConditions(before, [{ type: 'A', ...next }], NOW)).toEqual([
      { type: 'A', ...next, lastTransitionTime },
    ]);
  });
});

test('words that would leave no room in a status are cut, and are the same words the next time', () => {
  const wordy = [{ type: 'A', status: 'False' as const, reason: 'R', message: 'refused '.repeat(100_000) }];

  const conditions = mergeConditions([], wordy, NOW);

  expect(conditions[0]?.message).toMatch(/^refused .*…$/);
  expect(conditions[0]?.message?.length).toBe(4096);
  expect(mergeConditions(conditions, wordy, NOW + 1)).toBe(conditions);
});

test.each([
  ['status', { status: 'False' }, '2026-06-15T12:00:00Z'],
  ['reason', { reason: 's' }, 't'],
  ['message', { message: 'n' }, 't'],
  ['generation', { observedGeneration: 3 }, 't'],
] as const)(
  'a condition of another %s is written anew, and tells since when its status is what it is',
  (_, more, since) => {
    const said: Condition = { type: 'A', status: 'True', reason: 'r', message: 'm', observedGeneration: 2 };
    const merged = mergeConditions([{ ...said, lastTransitionTime: 't' }], [{ ...said, ...more }], NOW);
    expect(merged).toEqual([{ ...said, ...more, lastTransitionTime: since }]);
  },
);

test('a condition that tells no generation is not written anew for it', () => {
  const said: Condition = { type: 'A', status: 'True', reason: 'r', message: 'm', observedGeneration: 2 };
  const before = [{ ...said, lastTransitionTime: 't' }];
  expect(mergeConditions(before, [{ ...said, observedGeneration: undefined }], NOW)).toBe(before);
});

test('conditions about a generation that was not reached yet are Unknown, and no others', () => {
  const condition = (type: string, observedGeneration?: number): Condition => ({
    type,
    status: 'True',
    ...(observedGeneration !== undefined && { observedGeneration }),
  });
  const known = [condition('Former', 3), condition('Current', 2), condition('Older', 1), condition('Timeless')];
  const [former, ...others] = believable(known, 2, NOW);
  expect(former).toMatchObject({ type: 'Former', status: 'Unknown', reason: 'OfFormerLife', observedGeneration: 2 });
  expect(others).toEqual(known.slice(1));
  const current = known.slice(1);
  expect(believable(current, 2, NOW)).toBe(current);
  expect(believable(known, undefined, NOW)).toBe(known);
});
