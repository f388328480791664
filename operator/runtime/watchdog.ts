import { type Clock, type Timer } from '../../runtime/clock';

/** Breaks off what has not been fed for too long. */
export class Watchdog {
  private readonly abort = new AbortController();
  private readonly onParentAbort = (): void => this.abort.abort();
  private fedAt: number;
  private timer: Timer;

  constructor(
    private readonly clock: Clock,
    private readonly silenceMs: number,
    private readonly parent: AbortSignal,
  ) {
    this.fedAt = clock.now();
    this.timer = this.arm(silenceMs);
    parent.addEventListener('abort', this.onParentAbort);
    if (parent.aborted) {
      this.abort.abort();
    }
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Cheap enough for each event: the timer is not touched, it looks by itself how long ago this was. */
  feed(): void {
    this.fedAt = this.clock.now();
  }

  stop(): void {
    this.timer.clear();
    this.parent.removeEventListener('abort', this.onParentAbort);
  }

  private arm(ms: number): Timer {
    return this.clock.setTimeout(() => {
      const left = this.fedAt + this.silenceMs - this.clock.now();
      if (left > 0) {
        this.timer = this.arm(left);
      } else {
        this.abort.abort();
      }
    }, ms);
  }
}
