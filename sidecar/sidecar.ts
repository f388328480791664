import { type Server } from 'node:http';
import path from 'node:path';
import { type PodReport, type ReportedVerdict } from '../lib/graph/pod-report';
import { type CertificateAliasName } from '../lib/names';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { mysqlPing } from '../runtime/mysql/handshake';
import { AdminAccounts } from './admin-accounts';
import { BackendMount } from './backend-mount';
import { judgeServers } from './backend-servers';
import { CertificateKeeper } from './certificate-keeper';
import { ConfigurationKeeper } from './configuration-keeper';
import { Drainer } from './drainer';
import { decideGate } from './gate';
import { Generations } from './generations';
import { createHttpServer } from './http-server';
import { CertificateMount, identityOf, type Inspection } from './inspect';
import { renderMetrics } from './metrics';
import { listen, MetricsServer } from './metrics-server';
import { PeersKeeper } from './peers-keeper';
import { ProxySqlAdmin } from './proxysql-admin';
import { readProxysqlMetrics } from './proxysql-metrics';
import { decideReadiness } from './readiness';
import { createReportServer } from './report-server';
import { type Settings } from './settings';
import { type MountStatus, type Status } from './status';
import { type Gate, mountedTruth } from './truth';
import { FolderWatcher } from './watcher';

export interface SidecarOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Puts the parts together: mounts lead to an installed certificate and a configuration, those open the gate, and all of it is told. */
export class Sidecar {
  private readonly accounts: AdminAccounts;
  private readonly configuration: ConfigurationKeeper;
  private readonly admin: ProxySqlAdmin;
  private readonly peers: PeersKeeper;
  private readonly keeper: CertificateKeeper | undefined;
  private readonly drainer: Drainer;
  private readonly watcher: FolderWatcher;
  private readonly metrics: MetricsServer;
  private readonly http: Server;
  private readonly reports: Server;
  private readonly mounts = new Map<CertificateAliasName, CertificateMount>();
  private readonly inspections = new Map<CertificateAliasName, Inspection>();
  private readonly backend: BackendMount;
  private gate: Gate = { open: false, reason: 'Starting', message: 'The mounted files have not been looked at yet.' };
  /** The answer to the last readiness probe. */
  private readiness: ReportedVerdict | undefined;
  private timer: Timer | undefined;
  private retry: Timer | undefined;
  private stopped = false;

  constructor(private readonly options: SidecarOptions) {
    const { settings, clock, random, logger } = options;
    const { folders, ports, expected } = settings;
    for (const [alias, names] of Object.entries(expected) as [CertificateAliasName, (typeof expected)['server']][]) {
      this.mounts.set(alias, new CertificateMount(folders.certificates[alias], alias, names ?? {}));
    }
    this.backend = new BackendMount(folders.backend);
    this.accounts = new AdminAccounts(folders.run, logger);
    this.configuration = new ConfigurationKeeper(folders, settings.allowPlaintext, this.accounts, clock, logger);
    this.admin = new ProxySqlAdmin({ port: ports.admin, accounts: this.accounts });
    this.peers = new PeersKeeper({ admin: this.admin, clock, random, logger });
    const server = this.mounts.get('server');
    if (server !== undefined) {
      this.keeper = new CertificateKeeper(
        {
          server,
          client: this.mounts.get('client'),
          generations: new Generations(path.join(folders.run, 'tls'), folders.data),
          admin: this.admin,
          port: ports.db,
          overlapMs: settings.trustOverlapMs,
          safetyIntervalMs: settings.safetyIntervalMs,
          clock,
          random,
          logger,
        },
        () => this.updateGate(),
      );
    }
    this.drainer = new Drainer({
      admin: this.admin,
      metrics: async () => await readProxysqlMetrics(ports.rest),
      budgetMs: settings.drainBudgetMs,
      clock,
      logger,
      onDraining: async (draining) => await this.keeper?.setDraining(draining),
    });
    this.http = createHttpServer({
      startup: () => this.startup(),
      ready: async () => await this.ready(),
      status: () => this.status(),
      drain: async () => await this.drainer.drain(),
      ...(settings.drainToken !== undefined && { drainToken: settings.drainToken }),
    });
    this.reports = createReportServer(async () => await this.report());
    this.watcher = new FolderWatcher(clock, logger);
    this.metrics = new MetricsServer({
      restPort: ports.rest,
      own: async () => await renderMetrics(this.status()),
      secure: this.mounts.size > 0,
      logger,
    });
  }

  /** Starts everything; the gate opens by itself once the mounted files allow it. */
  async start(): Promise<void> {
    const { ports } = this.options.settings;
    await this.accounts.load();
    await this.configuration.load();
    this.watchFolders();
    await Promise.all([
      listen(this.http, ports.http),
      listen(this.reports, ports.report),
      this.metrics.listen(ports.metrics),
      this.configuration.mountsChanged(),
      this.keeper?.start(),
      this.lookAtMounts(),
    ]);
    void this.peers.want(this.configuration.peers());
    this.lookAgainLater();
    this.updateGate();
    this.retryConfiguration();
    await this.drainer.adopt();
  }

  /** Ends everything; what is being written is finished first. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.clear();
    this.retry?.clear();
    this.drainer.stop();
    this.watcher.close();
    this.metrics.close();
    for (const server of [this.http, this.reports]) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all([this.keeper?.stop(), this.peers.stop()]);
  }

  /** What is known at this moment. */
  status(): Status {
    const certificate = this.keeper?.truth();
    const peers = this.peers.truth();
    return {
      gate: this.gate,
      ready: this.readiness?.ok ?? false,
      drain: this.drainer.state,
      configuration: this.configuration.truth(),
      ...(peers !== undefined && { peers }),
      mounts: this.mountStatus(),
      ...(certificate !== undefined && { certificate }),
    };
  }

  /** What the operator is told; ProxySQL is asked now. */
  private async report(): Promise<PodReport> {
    const { problems, changedSinceStart } = this.configuration.truth();
    const servers = this.gate.open ? await this.admin.servers().then(judgeServers, () => undefined) : undefined;
    return {
      gate: this.startup(),
      ...(this.readiness !== undefined && { readiness: this.readiness }),
      configuration: { problems, changedSinceStart },
      ...(servers !== undefined && { servers }),
    };
  }

  private mountStatus(): MountStatus[] {
    const mounts: MountStatus[] = [...this.inspections].map(([alias, inspection]) => ({
      alias,
      ...mountedTruth(inspection),
    }));
    const backend = this.backend.truth();
    return backend === undefined ? mounts : [...mounts, { alias: 'backend', ...backend }];
  }

  private watchFolders(): void {
    const { folders } = this.options.settings;
    const composed = (): void => void this.lookAtConfiguration();
    [folders.config, folders.auth, folders.monitor, folders.users, folders.init].forEach((folder) =>
      this.watcher.watch(folder, composed),
    );
    for (const alias of this.mounts.keys()) {
      this.watcher.watch(folders.certificates[alias], () => {
        if (alias !== 'metrics-exporter') {
          void this.keeper?.mountsChanged();
        }
        void this.lookAtMounts();
      });
    }
    this.watcher.watch(folders.backend, () => void this.lookAtMounts());
  }

  private async lookAtConfiguration(): Promise<void> {
    await this.configuration.mountsChanged();
    this.updateGate();
    this.retryConfiguration();
    await this.peers.want(this.configuration.peers());
  }

  /** What could not be read or written, for example as the disk was full, is not left for the safety interval: it can hold the gate. */
  private retryConfiguration(): void {
    const { retryDelayMs } = this.configuration;
    this.retry?.clear();
    if (retryDelayMs !== undefined && !this.stopped) {
      this.retry = this.options.clock.setTimeout(() => void this.lookAtConfiguration(), retryDelayMs);
    }
  }

  /** Looks at what is mounted again and again, since events can get lost; the keeper does so for the certificates that it installs. */
  private lookAgainLater(): void {
    const { clock, settings } = this.options;
    this.timer = clock.setTimeout(() => {
      void this.lookAtConfiguration();
      void this.lookAtMounts();
      this.lookAgainLater();
    }, settings.safetyIntervalMs);
  }

  /** Looks at everything that is mounted, to tell about it and to serve the metrics with the newest certificate. */
  private async lookAtMounts(): Promise<void> {
    const now = this.options.clock.now();
    try {
      for (const [alias, mount] of this.mounts) {
        this.inspections.set(alias, await mount.inspect(now));
      }
      await this.backend.look(now);
    } catch (error) {
      this.options.logger.warn(
        `Mounted files cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    try {
      this.serveMetrics();
    } catch (error) {
      this.options.logger.warn(
        `Metrics cannot be served with the mounted certificate: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private serveMetrics(): void {
    const identity = (['metrics-exporter', 'server'] as const).map((alias) => identityOf(this.inspections.get(alias)));
    const chosen = identity.find((candidate) => candidate !== undefined);
    if (chosen !== undefined) {
      this.metrics.useIdentity(chosen);
    }
  }

  private updateGate(): void {
    const next = decideGate(this.gate, this.configuration.truth(), this.keeper?.truth(), this.options.clock.now());
    if (next.open !== this.gate.open || next.message !== this.gate.message) {
      this.options.logger.info({ reason: next.reason }, `The gate is ${next.open ? 'open' : 'shut'}: ${next.message}`);
    }
    this.gate = next;
  }

  private startup(): ReportedVerdict {
    return { ok: this.gate.open, reason: this.gate.reason, message: this.gate.message };
  }

  private async ready(): Promise<ReportedVerdict> {
    const { drainer, gate } = this;
    const asked = gate.open && drainer.state === 'none';
    const askedAt = this.options.clock.monotonic();
    const [, uptime, listens] = asked
      ? await Promise.all([this.keeper?.look(), this.admin.uptime(), this.keeper === undefined && this.listens()])
      : [undefined, undefined, false];
    if (uptime !== undefined) {
      void this.configuration.proxysqlStarted(askedAt - uptime);
    }
    const verdict = decideReadiness({
      gate,
      draining: drainer.state !== 'none',
      adminAnswers: uptime !== undefined,
      certificate: this.keeper?.truth(),
      listens,
    });
    if (verdict.ok !== (this.readiness?.ok ?? false)) {
      this.options.logger.info(
        { reason: verdict.reason },
        `The pod is ${verdict.ok ? '' : 'not '}ready: ${verdict.message}`,
      );
    }
    this.readiness = verdict;
    return verdict;
  }

  private async listens(): Promise<boolean> {
    return await mysqlPing({ host: '127.0.0.1', port: this.options.settings.ports.db }).then(
      () => true,
      () => false,
    );
  }
}
