import fc from 'fast-check';
import { WorkQueue } from '../../../operator/runtime/work-queue';
import { FakeClock, settle } from '../../runtime/fake-clock';

function queue(clock = new FakeClock()): WorkQueue {
  return new WorkQueue({ clock, random: () => 0.999999, baseDelayMs: 100, maxDelayMs: 1000 });
}

test('a key waits once, however often it is added', async () => {
  const work = queue();
  work.add('a');
  work.add('b');
  work.add('a');
  expect(work.depth).toBe(2);
  // It keeps its place: who is added again and again is not put off for ever.
  expect(await work.take()).toBe('a');
  expect(await work.take()).toBe('b');
});

test('a key added while it is worked on comes again, and only then', async () => {
  const work = queue();
  work.add('a');
  await work.take();
  work.add('a');
  work.add('a');
  const again = work.take();
  let handed = false;
  void again.then(() => (handed = true));
  await settle();
  expect(handed).toBe(false);
  work.done('a');
  expect(await again).toBe('a');
  work.done('a');
  expect(work.depth).toBe(0);
});

test('urgent keys go first, and adding a waiting key as urgent moves it to the front', async () => {
  const work = queue();
  ['a', 'b', 'c'].forEach((key) => work.add(key));
  work.add('d', 'urgent');
  work.add('c', 'urgent');
  work.add('d');
  expect([await work.take(), await work.take(), await work.take(), await work.take()]).toEqual(['d', 'c', 'a', 'b']);
  expect(work.depth).toBe(0);
});

test('a key that becomes urgent while it is worked on stays urgent', async () => {
  const work = queue();
  work.add('a');
  await work.take();
  work.add('b');
  work.add('a', 'urgent');
  work.add('a');
  work.done('a');
  expect(await work.take()).toBe('a');
});

test('who takes only urgent keys is left free by ordinary ones', async () => {
  const work = queue();
  const reserved = work.take(true);
  const general = work.take();
  work.add('bulk');
  expect(await general).toBe('bulk');
  work.add('more');
  work.add('now', 'urgent');
  expect(await reserved).toBe('now');
  expect(work.depth).toBe(1);
});

test('of several moments the earliest counts', async () => {
  const clock = new FakeClock();
  const work = queue(clock);
  const start = clock.now();
  work.addAt('a', start + 500);
  work.addAt('a', start + 200);
  work.addAt('a', start + 900);
  expect(work.scheduled).toBe(1);
  await clock.advance(199);
  expect(work.depth).toBe(0);
  await clock.advance(1);
  expect([work.depth, work.scheduled, clock.timers]).toEqual([1, 0, 0]);
});

test('a key that is taken is looked at: moments that were asked for before count no more, those after do', async () => {
  const clock = new FakeClock();
  const work = queue(clock);
  work.addAt('a', clock.now() + 500);
  work.add('a');
  await work.take();
  expect([work.scheduled, clock.timers]).toEqual([0, 0]);
  work.addAt('a', clock.now() + 900);
  work.done('a');
  await clock.advance(899);
  expect(work.depth).toBe(0);
  await clock.advance(1);
  expect(work.depth).toBe(1);
});

test('a moment that has passed is now', () => {
  const clock = new FakeClock();
  const work = queue(clock);
  work.addAt('a', clock.now() + 500);
  work.addAt('a', clock.now() - 1);
  expect([work.depth, work.scheduled, clock.timers]).toEqual([1, 0, 0]);
});

test('pauses after failures double up to a bound, for each key by itself, until it is forgotten', () => {
  const clock = new FakeClock();
  const work = queue(clock);
  const pause = (key: string, notBefore?: number): number => {
    const at = work.addAfterFailure(key, notBefore);
    return Math.round(at - clock.now());
  };
  expect([pause('a'), pause('a'), pause('a'), pause('a'), pause('a')]).toEqual([100, 200, 400, 800, 1000]);
  expect(pause('b')).toBe(100);
  work.forget('a');
  expect(pause('a')).toBe(100);
  expect(pause('c', clock.now() + 5000)).toBe(5000);
});

test('closing wakes who waits and drops what waits', async () => {
  const clock = new FakeClock();
  const work = queue(clock);
  work.add('taken');
  const taken = await work.take();
  const waiting = work.take(true);
  work.add('taken');
  work.add('ordinary');
  work.addAt('later', clock.now() + 100);
  expect(work.depth).toBe(2);
  work.close();
  expect(work.depth).toBe(0);
  work.done(taken ?? '');
  work.add('a');
  work.addAt('b', clock.now() + 1);
  expect(await waiting).toBeUndefined();
  expect(await work.take()).toBeUndefined();
  expect([work.depth, work.scheduled, clock.timers]).toEqual([0, 0, 0]);
});

test('given any use, then each added key is processed after it was added, and never by two at once', async () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key, urgent: fc.boolean() }),
    fc.record({ kind: fc.constant('later' as const), key, ms: fc.integer({ min: -5, max: 50 }) }),
    fc.record({ kind: fc.constant('fail' as const), key }),
    fc.record({ kind: fc.constant('take' as const), urgentOnly: fc.boolean() }),
    fc.record({ kind: fc.constant('done' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new FakeClock();
      const work = queue(clock);
      const inHand: string[] = [];
      const owed = new Set<string>();
      const twice: string[] = [];
      const take = (urgentOnly: boolean): void => {
        void work.take(urgentOnly).then((taken) => {
          if (taken !== undefined) {
            twice.push(...inHand.filter((other) => other === taken));
            inHand.push(taken);
            owed.delete(taken);
          }
        });
      };
      const finish = (index: number): void => inHand.splice(index, 1).forEach((taken) => work.done(taken));
      for (const current of steps) {
        switch (current.kind) {
          case 'add':
            owed.add(current.key);
            work.add(current.key, current.urgent ? 'urgent' : 'normal');
            break;
          case 'later':
            owed.add(current.key);
            work.addAt(current.key, clock.now() + current.ms);
            break;
          case 'fail':
            owed.add(current.key);
            work.addAfterFailure(current.key);
            break;
          case 'take':
            take(current.urgentOnly);
            break;
          case 'done':
            if (inHand.length > 0) {
              finish(current.pick % inHand.length);
            }
            break;
          case 'wait':
            await clock.advance(current.ms);
        }
        await Promise.resolve();
      }
      for (let turn = 0; turn < 4; turn++) {
        for (let worker = 0; worker < 5; worker++) {
          take(false);
        }
        await clock.advance(2000);
        while (inHand.length > 0) {
          finish(0);
          await Promise.resolve();
        }
      }
      expect([...owed]).toEqual([]);
      expect(twice).toEqual([]);
      expect([work.depth, work.scheduled, work.inFlight]).toEqual([0, 0, 0]);
      work.close();
    }),
    { numRuns: 150 },
  );
});
