import { sleep, systemClock } from '../../runtime/clock';
import { FakeClock } from './fake-clock';

test('a delay longer than Node keeps does not fire at once', () => {
  jest.useFakeTimers();
  try {
    const month = 30 * 24 * 3600 * 1000;
    let fired = 0;
    systemClock.setTimeout(() => fired++, month);
    const cleared = systemClock.setTimeout(() => fired++, month);
    jest.advanceTimersByTime(month - 1);
    expect(fired).toBe(0);
    cleared.clear();
    jest.advanceTimersByTime(1);
    expect(fired).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});

test('sleep ends by time or by abort, and leaves no timer', async () => {
  const clock = new FakeClock();
  const slept = sleep(clock, 100);
  await clock.advance(100);
  await slept;
  const abort = new AbortController();
  const cut = sleep(clock, 100, abort.signal);
  abort.abort();
  await cut;
  await sleep(clock, 100, abort.signal);
  expect(clock.timers).toBe(0);
});
