import { Watchdog } from '../../../operator/runtime/watchdog';
import { FakeClock } from '../../runtime/fake-clock';

let clock: FakeClock;
let parent: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  parent = new AbortController();
});

test('what is not fed is broken off after that time', async () => {
  const { signal } = new Watchdog(clock, 1000, parent.signal);
  await clock.advance(999);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  expect([signal.aborted, clock.timers]).toEqual([true, 0]);
});

test('what is fed lives on, until that time after the last meal', async () => {
  const watchdog = new Watchdog(clock, 1000, parent.signal);
  await clock.advance(900);
  watchdog.feed();
  await clock.advance(600);
  watchdog.feed();
  await clock.advance(999);
  expect([watchdog.signal.aborted, clock.timers]).toEqual([false, 1]);
  await clock.advance(1);
  expect([watchdog.signal.aborted, clock.timers]).toEqual([true, 0]);
});

test('it breaks off with its parent, also where that is over already', () => {
  const { signal } = new Watchdog(clock, 1000, parent.signal);
  expect(signal.aborted).toBe(false);
  parent.abort();
  expect(signal.aborted).toBe(true);
  expect(new Watchdog(clock, 1000, parent.signal).signal.aborted).toBe(true);
});

test('once stopped it breaks nothing off', async () => {
  const watchdog = new Watchdog(clock, 1000, parent.signal);
  watchdog.stop();
  parent.abort();
  await clock.advance(2000);
  expect([watchdog.signal.aborted, clock.timers]).toEqual([false, 0]);
});
