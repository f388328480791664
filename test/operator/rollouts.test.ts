import fc from 'fast-check';
import { Rollouts } from '../../operator/rollouts';

/** Whose turn came, in that order, with these keys rolling in the cluster. */
function turns(limit: number) {
  const rolling = new Set<string>();
  const told: string[] = [];
  const rollouts = new Rollouts({ limit, rolling: () => [...rolling], onTurn: (key) => told.push(key) });
  return { rollouts, rolling, told };
}

test('given a limit of one, then one after the other has its turn', () => {
  const { rollouts, rolling, told } = turns(1);
  expect(rollouts.take('a')).toBe(true);
  expect(rollouts.take('a')).toBe(true);
  expect(rollouts.take('b')).toBe(false);
  expect(rollouts.take('c')).toBe(false);
  rolling.add('a');
  rollouts.release('a');
  rollouts.release('b');
  rollouts.next();
  expect(told).toEqual([]);
  expect(rollouts.counts).toEqual({ rolling: 1, waiting: 2 });

  rolling.delete('a');
  rollouts.next();
  expect(told).toEqual(['b']);
  expect(rollouts.take('b')).toBe(true);
  expect(rollouts.counts).toEqual({ rolling: 0, waiting: 1 });
});

test('given one whose turn came to nothing, then the next one has it', () => {
  const { rollouts, told } = turns(1);
  ['a', 'b', 'c'].forEach((key) => rollouts.take(key));
  rollouts.release('a');
  expect(told).toEqual(['b']);
  // It is gone, or does not need it any more.
  rollouts.release('b');
  expect(told).toEqual(['b', 'c']);
  expect(rollouts.counts.waiting).toBe(0);
});

test('given that what users asked for rolls already, then nothing is added to it', () => {
  const { rollouts, rolling } = turns(2);
  rolling.add('x').add('y').add('z');
  expect(rollouts.take('a')).toBe(false);
});

test('given any order of passes and rollouts, then no more roll than may, and in the end everyone has had a turn', () => {
  const scenario = fc.record({
    limit: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 1, max: 12 }),
    choices: fc.array(fc.nat(), { minLength: 30, maxLength: 120 }),
  });
  fc.assert(
    fc.property(scenario, ({ limit, keys, choices }) => {
      const all = Array.from({ length: keys }, (_, index) => `demo/${index}`);
      const rolling = new Set<string>();
      const done = new Set<string>();
      const queue = [...all];
      const rollouts = new Rollouts({ limit, rolling: () => [...rolling], onTurn: (key) => queue.push(key) });
      const underWay: string[] = [];
      const steps = [
        () => {
          const key = queue.shift();
          if (key !== undefined && !done.has(key) && rollouts.take(key)) {
            underWay.push(key);
          }
        },
        () => {
          const key = underWay.shift();
          if (key !== undefined) {
            rolling.add(key);
            done.add(key);
            rollouts.release(key);
          }
        },
        () => {
          const [key] = rolling;
          if (key !== undefined) {
            rolling.delete(key);
            rollouts.next();
          }
        },
      ];
      const most = (): void => expect(new Set([...rolling, ...underWay]).size).toBeLessThanOrEqual(limit);
      for (const choice of choices) {
        steps[choice % steps.length]?.();
        most();
      }
      for (let round = 0; round < keys * 4; round++) {
        steps.forEach((step) => {
          step();
          most();
        });
      }
      expect(done.size).toBe(keys);
      expect(rollouts.counts.waiting).toBe(0);
    }),
  );
});
