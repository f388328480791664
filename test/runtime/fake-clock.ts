import { type Clock, type Timer } from '../../runtime/clock';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private time: number;
  private ahead = 0;
  private order = 0;
  private readonly pending = new Set<Pending>();

  constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
    this.time = start;
  }

  now(): number {
    return this.time + this.ahead;
  }

  monotonic(): number {
    return this.time;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const entry: Pending = { at: this.time + Math.max(0, ms), order: this.order++, callback };
    this.pending.add(entry);
    return { clear: () => void this.pending.delete(entry) };
  }

  /** How many timers wait. */
  get timers(): number {
    return this.pending.size;
  }

  /** When the next timer fires, or undefined when none waits. */
  get nextAt(): number | undefined {
    const next = this.next();
    return next && next.at + this.ahead;
  }

  /** Moves time forward, firing what is due in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let due = this.next(); due !== undefined && due.at <= end; due = this.next()) {
      this.time = Math.max(this.time, due.at);
      this.pending.delete(due);
      due.callback();
      await settle();
    }
    this.time = end;
  }

  /** Moves time without firing anything, as if the process had been stopped for so long. */
  freeze(ms: number): void {
    this.time += ms;
  }

  /** Sets the clock forward or back, as whoever keeps the time of a machine does: no time has passed. */
  set(ms: number): void {
    this.ahead += ms;
  }

  private next(): Pending | undefined {
    let first: Pending | undefined;
    for (const entry of this.pending) {
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order)) {
        first = entry;
      }
    }
    return first;
  }
}

/** Lets everything that only waits for promises run to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
