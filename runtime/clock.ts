/** A timer that can be taken back. */
export interface Timer {
  /** Takes the timer back; nothing happens if it has fired already. */
  clear(): void;
}

/** The only way that running code learns what time it is, so that tests can decide. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;

  /** Milliseconds since some moment, the same for all processes of a machine: for how long something takes, since nobody sets this one. */
  monotonic(): number;

  /**
   * Calls `callback` once, `ms` milliseconds from now. Delays longer than Node's own limit of 24.8 days are kept.
   */
  setTimeout(callback: () => void, ms: number): Timer;
}

/** Longest delay that Node's timers keep; a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

const NANOSECONDS_PER_MS = 1_000_000n;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),

  monotonic: () => Number(process.hrtime.bigint() / NANOSECONDS_PER_MS),

  setTimeout(callback, ms) {
    let handle: NodeJS.Timeout;
    const arm = (remaining: number): void => {
      const delay = Math.min(remaining, LONGEST_DELAY);
      handle = setTimeout(() => (remaining > delay ? arm(remaining - delay) : callback()), delay);
    };
    arm(Math.max(0, ms));
    return { clear: () => clearTimeout(handle) };
  },
};

/**
 * Resolves after `ms` milliseconds of the clock, or as soon as the signal is aborted.
 * The caller looks at the signal to know which of the two it was.
 */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const wake = (): void => {
      timer.clear();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = clock.setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}
