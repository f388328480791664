import { type Clock, sleep } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type ConnectionCounts, decideDrain, type DrainStep } from './drain-decision';
import { globalStatus, type ProxySqlAdmin } from './proxysql-admin';
import { connectionCountsIn, readProxysqlMetrics } from './proxysql-metrics';

/** How a drain ended. */
export interface DrainReport {
  /** `empty`: all clients have gone. `budget`: time ran out. `unavailable`: ProxySQL could not be asked, so there was nothing to wait for. */
  readonly outcome: 'empty' | 'budget' | 'unavailable';
  /** Client connections that were left. */
  readonly remaining: number;
  readonly tookMs: number;
}

/** Where a drain is. */
export type DrainState = 'none' | 'draining' | 'drained';

export interface DrainerOptions {
  readonly admin: Pick<ProxySqlAdmin, 'isPaused' | 'pause' | 'resume' | 'use'>;
  /** ProxySQL's REST interface. */
  readonly restPort: number;
  readonly budgetMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told before anything else happens, so that the pod is not ready any more; and when the pod may be ready again. */
  readonly onDraining: (draining: boolean) => Promise<void>;
}

const SAMPLE_MS = 50;
const WATCH_MS = 1000;
/** The kubelet ends ProxySQL as soon as its request to drain is answered; one that lives on for so long was not meant to end. */
const ABANDONED_MS = 15_000;

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
    if (this.current === undefined && (await this.options.admin.isPaused().catch(() => false))) {
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
    const startedAt = clock.now();
    this.state = 'draining';
    await this.options.onDraining(true);
    logger.info('Draining: the pod is not ready any more');
    const { outcome, remaining } = await this.waitForClients(startedAt).catch((error: unknown) => {
      logger.warn(`Draining ended early: ${error instanceof Error ? error.message : String(error)}`);
      return { outcome: 'unavailable' as const, remaining: 0 };
    });
    this.state = 'drained';
    const report = { outcome, remaining, tookMs: clock.now() - startedAt };
    logger.info(report, 'Drained');
    this.watchForReturn();
    return report;
  }

  private async waitForClients(startedAt: number): Promise<Pick<DrainReport, 'outcome' | 'remaining'>> {
    const { clock, budgetMs, admin } = this.options;
    let pausedAt: number | undefined;
    let counts = await this.countConnections();
    let lastCreatedAt = startedAt;
    let emptySince: number | undefined;
    let failure: unknown;
    for (;;) {
      const now = clock.now();
      emptySince = counts.connected > 0 ? undefined : (emptySince ?? now);
      const step: DrainStep = decideDrain({
        now,
        startedAt,
        deadline: startedAt + budgetMs,
        pausedAt,
        lastCreatedAt,
        emptySince,
      });
      if (step === 'finish' || step === 'give-up') {
        return { outcome: step === 'finish' ? 'empty' : 'budget', remaining: counts.connected };
      }
      if (step === 'pause') {
        pausedAt = now;
        // New connections are refused long before the command is answered, so its end is not waited for.
        admin.pause(budgetMs).catch((error: unknown) => (failure = error));
      }
      await sleep(clock, SAMPLE_MS, this.stopped.signal);
      if (this.stopped.signal.aborted) {
        return { outcome: 'unavailable', remaining: counts.connected };
      }
      if (failure !== undefined) {
        throw failure;
      }
      const next = await this.countConnections();
      if (next.created !== counts.created) {
        lastCreatedAt = clock.now();
      }
      counts = next;
    }
  }

  /** By the REST interface; the admin interface, where that is needed, answers only after a pause is complete. */
  private async countConnections(): Promise<ConnectionCounts> {
    const { admin, restPort } = this.options;
    const metrics = await readProxysqlMetrics(restPort).catch(() => '');
    return (
      connectionCountsIn(metrics) ??
      (await admin.use(async (session) => ({
        connected: Number((await globalStatus(session, 'Client_Connections_connected')) ?? 0),
        created: Number((await globalStatus(session, 'Client_Connections_created')) ?? 0),
      })))
    );
  }

  /**
   * Ends the state of draining when ProxySQL lives on: its container was started again, or nobody meant to end it. Otherwise the pod
   * would stay out of service for ever.
   */
  private watchForReturn(): void {
    const { clock, logger } = this.options;
    const drainedAt = clock.now();
    void (async () => {
      while (!this.stopped.signal.aborted) {
        await sleep(clock, WATCH_MS, this.stopped.signal);
        const paused = await this.options.admin.isPaused().catch(() => undefined);
        if (this.stopped.signal.aborted || paused === undefined || (paused && clock.now() - drainedAt < ABANDONED_MS)) {
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
