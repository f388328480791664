import { type Clock, sleep } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type ConnectionCounts, decideDrain } from './drain-decision';
import { globalStatus, type ProxySqlAdmin } from './proxysql-admin';
import { connectionCountsIn } from './proxysql-metrics';

/** How a drain ended. */
export interface DrainReport {
  /** `empty`: all clients have gone. `budget`: time ran out. `unavailable`: ProxySQL is gone, or could never be asked. */
  readonly outcome: 'empty' | 'budget' | 'unavailable';
  /** Client connections that were left, as far as is known. */
  readonly remaining: number;
  readonly tookMs: number;
}

/** Where a drain is. */
export type DrainState = 'none' | 'draining' | 'drained';

export interface DrainerOptions {
  readonly admin: Pick<ProxySqlAdmin, 'isPaused' | 'pause' | 'resume' | 'use'>;
  /** Reads ProxySQL's own metrics; rejects when its REST interface does not answer. */
  readonly metrics: () => Promise<string>;
  readonly budgetMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told before anything else happens, so that the pod is not ready any more; and when the pod may be ready again. */
  readonly onDraining: (draining: boolean) => Promise<void>;
}

const SAMPLE_MS = 50;
const SAMPLE_LIMIT_MS = 1000;
const PAUSE_AGAIN_MS = 500;
const WATCH_MS = 1000;
/** The kubelet ends ProxySQL as soon as its request to drain is answered; one that lives on for so long was not meant to end. */
const ABANDONED_MS = 15_000;

/** What ProxySQL counted; `refused` when nobody listens any more, `failed` when it could not be asked for another reason. */
type Sample = ConnectionCounts | 'failed' | 'refused';

/** What became of telling ProxySQL to pause. Times are by the monotonic clock. */
interface Pausing {
  /** When it was first tried. */
  at?: number;
  /** When to try again. */
  againAt?: number;
}

/** Lets ProxySQL's clients finish before it ends. */
export class Drainer {
  private current: Promise<DrainReport> | undefined;
  private readonly stopped = new AbortController();
  state: DrainState = 'none';

  constructor(private readonly options: DrainerOptions) {}

  /** Drains, and tells when it is done. Whoever asks again while it lasts waits for the same end. */
  async drain(): Promise<DrainReport> {
    this.current ??= this.run();
    return await this.current;
  }

  /** To be called at the start: a ProxySQL that is found paused was being drained when the sidecar crashed. */
  async adopt(): Promise<void> {
    const paused = await this.options.admin.isPaused().catch(() => false);
    if (paused && this.current === undefined) {
      this.current = Promise.resolve({ outcome: 'unavailable', remaining: 0, tookMs: 0 });
      this.state = 'drained';
      await this.options.onDraining(true);
      this.watchForReturn();
    }
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<DrainReport> {
    const { clock, logger } = this.options;
    const startedAt = clock.monotonic();
    this.state = 'draining';
    await this.options.onDraining(true);
    logger.info('Draining: the pod is not ready any more');
    const { outcome, remaining } = await this.waitForClients(startedAt);
    this.state = 'drained';
    const report = { outcome, remaining, tookMs: clock.monotonic() - startedAt };
    logger.info(report, 'Drained');
    this.watchForReturn();
    return report;
  }

  /** A question that ProxySQL does not answer, or a command that fails, cuts nobody off: clients get the whole budget all the same. */
  private async waitForClients(startedAt: number): Promise<Pick<DrainReport, 'outcome' | 'remaining'>> {
    const { clock, budgetMs } = this.options;
    const deadline = startedAt + budgetMs;
    const pausing: Pausing = {};
    let known: ConnectionCounts | undefined;
    let lastCreatedAt = startedAt;
    let emptySince: number | undefined;
    let refusals = 0;
    for (;;) {
      const sample = await this.sample(deadline);
      const now = clock.monotonic();
      refusals = sample === 'refused' ? refusals + 1 : 0;
      if (typeof sample === 'object') {
        lastCreatedAt = known === undefined || sample.created === known.created ? lastCreatedAt : now;
        emptySince = sample.connected > 0 ? undefined : (emptySince ?? now);
        known = sample;
      } else {
        emptySince = undefined;
      }
      const step = decideDrain({
        now,
        startedAt,
        deadline,
        pausedAt: pausing.at,
        pauseAgainAt: pausing.againAt,
        refusals,
        lastCreatedAt,
        emptySince,
      });
      const remaining = known?.connected ?? 0;
      if (step === 'finish') {
        return { outcome: 'empty', remaining };
      }
      if (step === 'give-up' && known !== undefined) {
        return { outcome: 'budget', remaining };
      }
      if (step === 'give-up' || step === 'gone') {
        return { outcome: 'unavailable', remaining };
      }
      if (step === 'pause') {
        this.pause(pausing);
      }
      await sleep(clock, SAMPLE_MS, this.stopped.signal);
      if (this.stopped.signal.aborted) {
        return { outcome: 'unavailable', remaining };
      }
    }
  }

  /** New connections are refused long before the command is answered, so its end is not waited for. */
  private pause(pausing: Pausing): void {
    const { admin, budgetMs, clock, logger } = this.options;
    pausing.at ??= clock.monotonic();
    pausing.againAt = undefined;
    admin.pause(budgetMs).catch((error: unknown) => {
      logger.warn(
        `ProxySQL was not paused, which is tried again: ${error instanceof Error ? error.message : String(error)}`,
      );
      pausing.againAt = clock.monotonic() + PAUSE_AGAIN_MS;
    });
  }

  /** Asks for the counts, but not longer than there is time. */
  private async sample(deadline: number): Promise<Sample> {
    const { clock } = this.options;
    const answered = new AbortController();
    const limit = Math.max(SAMPLE_MS, Math.min(SAMPLE_LIMIT_MS, deadline - clock.monotonic()));
    const late = sleep(clock, limit, AbortSignal.any([answered.signal, this.stopped.signal]));
    const sample = await Promise.race([this.countConnections(), late.then(() => 'failed' as const)]);
    answered.abort();
    return sample;
  }

  /** By the REST interface; the admin interface, where that is needed, answers only after a pause is complete. */
  private async countConnections(): Promise<Sample> {
    const { admin, metrics } = this.options;
    let refused = false;
    try {
      const counts = connectionCountsIn(await metrics());
      if (counts !== undefined) {
        return counts;
      }
    } catch (error) {
      refused = isRefused(error);
    }
    try {
      return await admin.use(async (session) => ({
        connected: Number((await globalStatus(session, 'Client_Connections_connected')) ?? 0),
        created: Number((await globalStatus(session, 'Client_Connections_created')) ?? 0),
      }));
    } catch (error) {
      return refused && isRefused(error) ? 'refused' : 'failed';
    }
  }

  /**
   * Ends the state of draining when ProxySQL lives on: its container was started again, or nobody meant to end it. Otherwise the pod
   * would stay out of service for ever.
   */
  private watchForReturn(): void {
    const { clock, logger } = this.options;
    const drainedAt = clock.monotonic();
    void (async () => {
      while (!this.stopped.signal.aborted) {
        await sleep(clock, WATCH_MS, this.stopped.signal);
        const paused = await this.options.admin.isPaused().catch(() => undefined);
        if (
          this.stopped.signal.aborted ||
          paused === undefined ||
          (paused && clock.monotonic() - drainedAt < ABANDONED_MS)
        ) {
          continue;
        }
        if (paused) {
          logger.warn('ProxySQL was drained but not ended: it takes connections again');
          const resumed = await this.options.admin.resume().then(
            () => true,
            () => false,
          );
          if (!resumed) {
            continue;
          }
        } else {
          logger.info('ProxySQL was started again after a drain');
        }
        this.current = undefined;
        this.state = 'none';
        await this.options.onDraining(false);
        return;
      }
    })();
  }
}

/** Whether nobody listened. */
function isRefused(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' || (cause !== undefined && isRefused(cause));
}
