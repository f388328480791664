import { type Clock, systemClock } from '../runtime/clock';
import { createLogger, type Logger } from '../runtime/logger';
import { Caches } from './caches';
import { Client } from './kubernetes/client';
import { connect, type Connection } from './kubernetes/connection';
import { type Fence } from './kubernetes/fence';
import { Transport } from './kubernetes/transport';
import { Metrics } from './metrics';
import { HealthServer } from './runtime/health-server';
import { LeaderElection } from './runtime/leader-election';
import { type AskReport } from './reports';
import { type AskPod } from './served';
import { type Settings } from './settings';
import { Term } from './term';

/** What tests give instead of the real thing. */
export interface OperatorOverrides {
  readonly connection?: Connection;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly userAgent?: string;
  readonly ask?: AskPod;
  readonly askReport?: AskReport;
}

/** The operator: watches always, and acts while it leads. */
export class Operator implements Fence {
  readonly metrics: Metrics;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly transport: Transport;
  private readonly client: Client;
  private readonly caches: Caches;
  private readonly health: HealthServer;
  private readonly election: LeaderElection | undefined;
  private term: Term | undefined;
  private ending: Promise<void> = Promise.resolve();
  private synced = false;
  private leading = false;
  private stopped = false;

  /** @throws Error when nothing says where the API server is */
  constructor(
    private readonly settings: Settings,
    private readonly overrides: OperatorOverrides = {},
  ) {
    const { kubeconfig, context, namespaces, selector } = settings;
    this.logger = overrides.logger ?? createLogger({ name: 'operator', level: settings.logLevel });
    this.clock = overrides.clock ?? systemClock;
    this.random = overrides.random ?? Math.random;
    const connection =
      overrides.connection ??
      connect({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) });
    this.metrics = new Metrics({
      queue: () => this.term?.queue ?? { depth: 0, inFlight: 0, scheduled: 0 },
      rollouts: () => this.term?.rollouts.counts ?? { rolling: 0, waiting: 0 },
      leading: () => this.isOpen(),
      cached: () => this.caches.sizes(),
    });
    this.transport = new Transport(connection, {
      ...(overrides.userAgent !== undefined && { userAgent: overrides.userAgent }),
    });
    this.client = new Client({
      transport: this.transport,
      clock: this.clock,
      random: this.random,
      observer: this.metrics.onRequest,
    });
    const { clock, random, logger } = this;
    this.caches = new Caches({
      client: this.client,
      ...(namespaces !== undefined && { namespaces }),
      ...(selector !== undefined && { selector }),
      clock,
      random,
      logger,
    });
    this.metrics.follow(this.caches.proxysqls);
    this.health = new HealthServer({
      port: settings.healthPort,
      registry: this.metrics.registry,
      unhealthy: () => [],
      notReady: () => this.caches.missing(),
    });
    this.election = settings.leaderElection ? this.candidate(connection.namespace) : undefined;
  }

  /** Whether this process may write. */
  isOpen(): boolean {
    return this.election === undefined ? this.leading : this.election.isOpen();
  }

  /** Resolves once everything is watched. Returns the port of the health server. */
  async start(): Promise<number> {
    const port = await this.health.start();
    this.logger.info({ port, identity: this.settings.identity }, 'Started.');
    this.caches.start();
    this.election?.start();
    await this.caches.whenSettled();
    this.synced = true;
    this.logger.info({ proxysqls: this.caches.proxysqls.size }, 'Everything is known.');
    if (this.election === undefined) {
      this.leading = true;
    }
    this.beginWhenDue();
    return port;
  }

  /** Takes up nothing more, finishes what is under way, and lets another replica take over at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endTerm();
    await this.ending;
    await this.election?.stop();
    await this.caches.stop();
    await this.health.stop();
    await this.transport.close();
    this.logger.info('Stopped.');
  }

  private candidate(ownNamespace: string | undefined): LeaderElection {
    const { leaseNamespace, leaseName, leaseDurationMs, identity } = this.settings;
    return new LeaderElection({
      client: this.client,
      namespace: leaseNamespace ?? ownNamespace ?? 'default',
      name: leaseName,
      identity,
      clock: this.clock,
      random: this.random,
      logger: this.logger,
      leaseDurationMs,
      renewDeadlineMs: (leaseDurationMs * 2) / 3,
      retryPeriodMs: (leaseDurationMs * 2) / 15,
      onStartedLeading: () => {
        this.leading = true;
        this.beginWhenDue();
      },
      onStoppedLeading: () => {
        this.leading = false;
        this.endTerm();
      },
    });
  }

  /** A new term begins once the last one has ended, and only if this process still leads then. */
  private beginWhenDue(): void {
    void this.ending.then(() => {
      if (!this.synced || !this.leading || this.stopped || this.term !== undefined) {
        return;
      }
      const { settings, overrides, clock, random, logger, caches } = this;
      this.term = new Term({
        client: this.client.fenced(this),
        caches,
        images: settings.images,
        identity: settings.identity,
        concurrency: settings.concurrency,
        maxRollouts: settings.maxRollouts,
        clock,
        random,
        logger,
        onPass: this.metrics.onPass,
        ...(overrides.ask !== undefined && { ask: overrides.ask }),
        ...(overrides.askReport !== undefined && { askReport: overrides.askReport }),
      });
      this.term.begin();
    });
  }

  private endTerm(): void {
    const { term } = this;
    this.term = undefined;
    if (term !== undefined) {
      this.ending = term.end();
    }
  }
}
