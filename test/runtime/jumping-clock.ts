import { type Clock, type Timer, systemClock } from '../../runtime/clock';

interface Pending {
  readonly at: number;
  readonly callback: () => void;
  timer: Timer;
}

/** The clock of this machine, which a test can put forward: what would have been due by then is done at once. */
export class JumpingClock implements Clock {
  private ahead = 0;
  private readonly pending = new Set<Pending>();

  now(): number {
    return systemClock.now() + this.ahead;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.ahead;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const entry: Pending = { at: this.now() + ms, callback, timer: { clear: () => undefined } };
    this.pending.add(entry);
    this.arm(entry);
    return {
      clear: () => {
        entry.timer.clear();
        this.pending.delete(entry);
      },
    };
  }

  jump(ms: number): void {
    this.ahead += ms;
    for (const entry of this.pending) {
      entry.timer.clear();
      this.arm(entry);
    }
  }

  private arm(entry: Pending): void {
    entry.timer = systemClock.setTimeout(
      () => {
        this.pending.delete(entry);
        entry.callback();
      },
      Math.max(0, entry.at - this.now()),
    );
  }
}
