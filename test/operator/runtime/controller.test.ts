import { Writable } from 'node:stream';
import { AbortedError, apiError, NotLeaderError } from '../../../operator/kubernetes/errors';
import { Controller, type ControllerOptions, type Pass } from '../../../operator/runtime/controller';
import { WorkQueue } from '../../../operator/runtime/work-queue';
import { sleep } from '../../../runtime/clock';
import { createLogger, silentLogger } from '../../../runtime/logger';
import { FakeClock, settle } from '../../runtime/fake-clock';

let clock: FakeClock;
let queue: WorkQueue;

beforeEach(() => {
  clock = new FakeClock();
  queue = new WorkQueue({ clock, random: () => 0.5 });
});

function controller(options: Pick<ControllerOptions, 'reconcile'> & Partial<ControllerOptions>): Controller {
  const created = new Controller({ name: 'test', queue, clock, logger: silentLogger(), ...options });
  created.start();
  return created;
}

test('given a moment to look again, then it does', async () => {
  const seen: number[] = [];
  const started = clock.now();
  const running = controller({
    reconcile: () => {
      seen.push(clock.now() - started);
      return Promise.resolve(seen.length === 1 ? { requeueAt: started + 500 } : undefined);
    },
  });
  queue.add('a');
  await clock.advance(1000);
  expect(seen).toEqual([0, 500]);
  expect(clock.timers).toBe(0);
  await running.stop();
});

test('given a pass that throws, then it is tried again with growing pauses, and success forgets them', async () => {
  const passes: Pass[] = [];
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  let failures = 2;
  const running = controller({
    logger: createLogger({ name: 'test', destination }),
    onPass: (pass) => passes.push(pass),
    reconcile: () => (failures-- > 0 ? Promise.reject(new Error('the world is not ready')) : Promise.resolve()),
  });
  queue.add('a');
  await clock.advance(5000);
  expect(passes.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'success']);
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', key: 'a', msg: 'the world is not ready' });
  expect(queue.addAfterFailure('a') - clock.now()).toBe(75);
  await running.stop();
});

test('given what is expected where several write, then it is tried again without a warning', async () => {
  const passes: Pass[] = [];
  const levels: unknown[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      levels.push((JSON.parse(chunk.toString()) as { readonly level: unknown }).level);
      done();
    },
  });
  const subject = { verb: 'patch', resource: 'services' };
  const expected = [
    apiError(subject, 409, '{"reason":"Conflict"}', undefined, clock.now()),
    new NotLeaderError(subject, 'somebody else leads'),
    new AbortedError(subject, 'the process ends'),
  ];
  const running = controller({
    logger: createLogger({ name: 'test', destination, level: 'debug' }),
    onPass: (pass) => passes.push(pass),
    reconcile: async () => {
      await sleep(clock, 20);
      const [error] = expected.splice(0, 1);
      if (error !== undefined) {
        throw error;
      }
    },
  });
  queue.add('a');
  await clock.advance(5000);
  expect(passes.map(({ outcome }) => outcome)).toEqual(['conflict', 'error', 'error', 'success']);
  expect(passes.map(({ durationMs }) => durationMs)).toEqual([20, 20, 20, 20]);
  expect(levels).toEqual(['debug', 'debug', 'debug']);
  await running.stop();
  expect(clock.timers).toBe(0);
});

test('given an API server that asks for time, then it gets it', async () => {
  const seen: number[] = [];
  const started = clock.now();
  const running = controller({
    reconcile: () => {
      seen.push(clock.now() - started);
      const subject = { verb: 'patch', resource: 'services' };
      return seen.length === 1 ? Promise.reject(apiError(subject, 429, '', '30', started)) : Promise.resolve();
    },
  });
  queue.add('a');
  await clock.advance(60_000);
  expect(seen).toEqual([0, 30_000]);
  await running.stop();
});

test('given many keys, then so many passes run at once, and an urgent key finds a free one', async () => {
  const open: string[] = [];
  const release: (() => void)[] = [];
  const running = controller({
    concurrency: 2,
    reconcile: (key) => {
      open.push(key);
      return new Promise<void>((resolve) => release.push(resolve));
    },
  });
  ['a', 'b', 'c'].forEach((key) => queue.add(key));
  await settle();
  expect(open).toEqual(['a', 'b']);
  queue.add('z', 'urgent');
  await settle();
  expect(open).toEqual(['a', 'b', 'z']);
  release.forEach((go) => go());
  await settle();
  expect(open).toEqual(['a', 'b', 'z', 'c']);
  release.forEach((go) => go());
  await running.stop();
});

test('stopping waits for the pass under way, and tells it to give up after the grace time', async () => {
  let gaveUp = false;
  let stopped = false;
  const running = controller({
    reconcile: (_, signal) =>
      new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => {
          gaveUp = true;
          resolve();
        }),
      ),
  });
  queue.add('a');
  queue.add('b');
  await settle();
  const stopping = running.stop(1000).then(() => (stopped = true));
  await clock.advance(999);
  expect([gaveUp, stopped]).toEqual([false, false]);
  await clock.advance(1);
  await stopping;
  expect([gaveUp, stopped]).toEqual([true, true]);
});

test('a controller starts once', async () => {
  const running = controller({ reconcile: () => Promise.resolve() });
  expect(() => running.start()).toThrow('The controller "test" has been started already.');
  await running.stop();
});

test('given more keys than can be counted, then whatever else the process has to do gets its turn', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  let passes = 0;
  const running = controller({
    concurrency: 2,
    reconcile: () => {
      passes++;
      return Promise.resolve();
    },
  });
  keys.forEach((key) => queue.add(key));
  await new Promise((resolve) => setImmediate(resolve));
  expect(passes).toBeLessThan(10);
  while (passes < keys.length) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await running.stop();
});
