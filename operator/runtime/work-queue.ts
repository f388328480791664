import { type Clock, type Timer } from '../../runtime/clock';
import { exponentialDelay } from '../kubernetes/retry';

/** Urgent keys are handed out before all others. */
export type Priority = 'urgent' | 'normal';

/** What a queue can be told. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  /**
   * Upper bound of the pause after the first failure of a key, in milliseconds; it doubles with each further one.
   *
   * @default 100
   */
  readonly baseDelayMs?: number;
  /**
   * Longest pause between two attempts at a key, in milliseconds.
   *
   * @default 60000
   */
  readonly maxDelayMs?: number;
}

interface Delayed {
  readonly at: number;
  readonly timer: Timer;
}

interface Waiter {
  readonly urgentOnly: boolean;
  readonly resolve: (key: string | undefined) => void;
}

/**
 * Keys that wait for somebody to look after them. A key waits at most once, and is never in two hands: what is added while
 * it is worked on waits until that is done.
 */
export class WorkQueue {
  private readonly waiting = { urgent: new Set<string>(), normal: new Set<string>() };
  private readonly processing = new Set<string>();
  /** Keys added while they were being processed. */
  private readonly again = new Map<string, Priority>();
  private readonly delayed = new Map<string, Delayed>();
  private readonly failures = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();
  private closed = false;

  constructor(private readonly options: WorkQueueOptions) {}

  /** Keys that could be taken now, or that wait only for their own processing to end. */
  get depth(): number {
    return this.waiting.urgent.size + this.waiting.normal.size + this.again.size;
  }

  /** Keys that have been taken and are not done. */
  get inFlight(): number {
    return this.processing.size;
  }

  /** Keys whose time has not come. */
  get scheduled(): number {
    return this.delayed.size;
  }

  /** Adds a key. Added twice, it still waits once, at the higher of the two priorities. */
  add(key: string, priority: Priority = 'normal'): void {
    if (this.closed) {
      return;
    }
    if (this.processing.has(key)) {
      this.again.set(key, higher(priority, this.again.get(key)));
      return;
    }
    if (this.waiting.urgent.has(key)) {
      return;
    }
    if (priority === 'urgent') {
      this.waiting.normal.delete(key);
    }
    this.waiting[priority].add(key);
    this.serve();
  }

  /**
   * Adds a key at a moment, in milliseconds since the epoch. Of several moments the earliest counts, and none any more once the key is taken
   * before it.
   */
  addAt(key: string, at: number): void {
    const existing = this.delayed.get(key);
    if (this.closed || (existing !== undefined && existing.at <= at)) {
      return;
    }
    existing?.timer.clear();
    const delay = at - this.options.clock.now();
    if (delay <= 0) {
      this.delayed.delete(key);
      this.add(key);
      return;
    }
    const timer = this.options.clock.setTimeout(() => {
      this.delayed.delete(key);
      this.add(key);
    }, delay);
    this.delayed.set(key, { at, timer });
  }

  /**
   * Adds a key whose processing failed, after a pause that grows with each failure.
   *
   * @param notBefore earliest moment, in milliseconds since the epoch, where somebody asked for one
   * @returns the moment of the next attempt, in milliseconds since the epoch
   */
  addAfterFailure(key: string, notBefore = 0): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const { clock, random, baseDelayMs = 100, maxDelayMs = 60_000 } = this.options;
    const delay = exponentialDelay(failures, baseDelayMs, maxDelayMs, random);
    const at = Math.max(clock.now() + delay, notBefore);
    this.addAt(key, at);
    return at;
  }

  /** Takes a key's failures as forgotten, so that the next pause is the shortest again. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /**
   * The next key, as soon as there is one, or undefined once the queue is closed. Each key taken has to be given back
   * with {@link done}.
   *
   * @param urgentOnly leave keys of normal priority to others
   */
  take(urgentOnly = false): Promise<string | undefined> {
    if (this.closed) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      this.waiters.add({ urgentOnly, resolve });
      this.serve();
    });
  }

  /** Ends the processing of a key. */
  done(key: string): void {
    this.processing.delete(key);
    const priority = this.again.get(key);
    if (priority !== undefined) {
      this.again.delete(key);
      this.add(key, priority);
    }
  }

  /** Hands out nothing more and takes nothing more. */
  close(): void {
    this.closed = true;
    for (const { timer } of this.delayed.values()) {
      timer.clear();
    }
    this.delayed.clear();
    this.again.clear();
    this.waiting.urgent.clear();
    this.waiting.normal.clear();
    for (const waiter of this.waiters) {
      waiter.resolve(undefined);
    }
    this.waiters.clear();
  }

  private serve(): void {
    for (const key of this.waiting.urgent) {
      // Whoever takes any key goes first, so that those kept free for urgent ones stay free.
      const waiter = this.waiter(false) ?? this.waiter(true);
      if (waiter === undefined) {
        return;
      }
      this.hand(key, 'urgent', waiter);
    }
    for (const key of this.waiting.normal) {
      const waiter = this.waiter(false);
      if (waiter === undefined) {
        return;
      }
      this.hand(key, 'normal', waiter);
    }
  }

  private waiter(urgentOnly: boolean): Waiter | undefined {
    for (const waiter of this.waiters) {
      if (waiter.urgentOnly === urgentOnly) {
        return waiter;
      }
    }
    return undefined;
  }

  private hand(key: string, priority: Priority, waiter: Waiter): void {
    this.waiting[priority].delete(key);
    this.waiters.delete(waiter);
    // Whoever looks now says anew when to look again; for what is gone nobody does.
    this.delayed.get(key)?.timer.clear();
    this.delayed.delete(key);
    this.processing.add(key);
    waiter.resolve(key);
  }
}

function higher(a: Priority, b: Priority | undefined): Priority {
  return a === 'urgent' || b === 'urgent' ? 'urgent' : 'normal';
}
