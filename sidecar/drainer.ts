import { type Clock, sleep } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type AdminSession } from '../runtime/mysql/admin';
import { type ConnectionCounts, decideDrain, type DrainPhase, type DrainStep } from './drain-decision';
import { globalStatus, type ProxySqlAdmin } from './proxysql-admin';

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
  readonly admin: ProxySqlAdmin;
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
    const { clock, admin, logger } = this.options;
    const startedAt = clock.now();
    this.state = 'draining';
    await this.options.onDraining(true);
    logger.info('Draining: the pod is not ready any more');
    const { outcome, remaining } = await admin
      .use(async (session) => await this.waitForClients(session, startedAt))
      .catch((error: unknown) => {
        logger.warn(`Draining ended early: ${error instanceof Error ? error.message : String(error)}`);
        return { outcome: 'unavailable' as const, remaining: 0 };
      });
    this.state = 'drained';
    const report = { outcome, remaining, tookMs: clock.now() - startedAt };
    logger.info(report, 'Drained');
    this.watchForReturn();
    return report;
  }

  private async waitForClients(
    session: AdminSession,
    startedAt: number,
  ): Promise<Pick<DrainReport, 'outcome' | 'remaining'>> {
    const { clock, budgetMs } = this.options;
    let phase: DrainPhase = 'settling';
    let counts = await countConnections(session);
    let lastCreatedAt = startedAt;
    let emptySince: number | undefined;
    for (;;) {
      const now = clock.now();
      emptySince = counts.connected > 0 ? undefined : (emptySince ?? now);
      const step: DrainStep = decideDrain({
        now,
        startedAt,
        deadline: startedAt + budgetMs,
        phase,
        counts,
        lastCreatedAt,
        emptySince,
      });
      if (step === 'finish' || step === 'give-up') {
        return { outcome: step === 'finish' ? 'empty' : 'budget', remaining: counts.connected };
      }
      if (step === 'pause') {
        await session.execute('PROXYSQL PAUSE');
        phase = 'paused';
      } else {
        await sleep(clock, SAMPLE_MS, this.stopped.signal);
      }
      const next = await countConnections(session);
      if (next.created !== counts.created) {
        lastCreatedAt = clock.now();
      }
      counts = next;
    }
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
          await this.options.admin.resume().catch(() => undefined);
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

async function countConnections(session: AdminSession): Promise<ConnectionCounts> {
  return {
    connected: Number((await globalStatus(session, 'Client_Connections_connected')) ?? 0),
    created: Number((await globalStatus(session, 'Client_Connections_created')) ?? 0),
  };
}
