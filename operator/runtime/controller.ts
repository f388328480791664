import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type Clock } from '../../runtime/clock';
import { type Logger } from '../../runtime/logger';
import { AbortedError, ApiError, ConflictError, NotLeaderError } from '../kubernetes/errors';
import { type WorkQueue } from './work-queue';

/** What one pass over a key found out. */
export interface ReconcileResult {
  /** When to look again although nothing happened, in milliseconds since the epoch. */
  readonly requeueAt?: number;
}

/** Brings one object closer to what it should be. The signal is aborted when the controller must give up waiting. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult | void>;

/** How one pass ended. */
export interface Pass {
  readonly key: string;
  readonly durationMs: number;
  readonly outcome: 'success' | 'error' | 'conflict';
}

/** What a controller can be told. */
export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Passes at the same time.
   *
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * Further passes that only urgent keys may use, so that they find a free one while many ordinary keys are worked on.
   *
   * @default 1
   */
  readonly reservedForUrgent?: number;
  /** Told of each pass, for metrics. */
  readonly onPass?: (pass: Pass) => void;
}

/** Takes keys from a queue and has them reconciled, for as long as it runs, whatever a pass throws. */
export class Controller {
  private workers: Promise<void>[] = [];
  private readonly abort = new AbortController();

  constructor(private readonly options: ControllerOptions) {}

  start(): void {
    if (this.workers.length > 0) {
      throw new Error(`The controller "${this.options.name}" has been started already.`);
    }
    const { concurrency = 8, reservedForUrgent = 1 } = this.options;
    for (let worker = 0; worker < concurrency + reservedForUrgent; worker++) {
      this.workers.push(this.work(worker >= concurrency));
    }
  }

  /**
   * Takes no more keys and waits for the passes under way.
   *
   * @param graceMs after how many milliseconds these are told to give up
   */
  async stop(graceMs = 10_000): Promise<void> {
    this.options.queue.close();
    const timer = this.options.clock.setTimeout(() => this.abort.abort(), graceMs);
    await Promise.all(this.workers);
    timer.clear();
  }

  private async work(urgentOnly: boolean): Promise<void> {
    const { queue } = this.options;
    for (let key = await queue.take(urgentOnly); key !== undefined; key = await queue.take(urgentOnly)) {
      await this.pass(key);
      queue.done(key);
      // A pass that has nothing to do waits for nobody: thousands of them would keep probes, the lease and watches waiting.
      await turnOfTheLoop();
    }
  }

  private async pass(key: string): Promise<void> {
    const { queue, reconcile, clock, onPass } = this.options;
    const startedAt = clock.now();
    let outcome: Pass['outcome'] = 'success';
    try {
      const result = await reconcile(key, this.abort.signal);
      queue.forget(key);
      if (result?.requeueAt !== undefined) {
        queue.addAt(key, result.requeueAt);
      }
    } catch (error) {
      outcome = error instanceof ConflictError ? 'conflict' : 'error';
      this.retry(key, error);
    }
    onPass?.({ key, durationMs: clock.now() - startedAt, outcome });
  }

  private retry(key: string, error: unknown): void {
    const { queue, clock, logger, name } = this.options;
    const retryAfterMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const nextAt = queue.addAfterFailure(key, clock.now() + retryAfterMs);
    const context = { controller: name, key, nextAttempt: new Date(nextAt).toISOString() };
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ConflictError || error instanceof NotLeaderError || error instanceof AbortedError) {
      // Expected where several write, or at the end of the process.
      logger.debug(context, message);
    } else {
      logger.warn({ ...context, err: error }, message);
    }
  }
}
