import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { HandshakeError, mysqlTlsHandshake, type Presented } from '../runtime/mysql/handshake';
import { type CertificateSet, isServed } from './certificate-set';
import {
  decide,
  isNotTakenOver,
  lookAgainAfter,
  nextSetback,
  type Seen,
  type Setback,
  type Situation,
  type Step,
} from './decide';
import { type Generations } from './generations';
import { changesAt, type CertificateMount, type Inspection, type WantedSet, wantedSet } from './inspect';
import { AdminCommandError, type ProxySqlAdmin } from './proxysql-admin';
import { type FormerAuthority } from './trust';
import { type CertificateTruth, mountedTruth, type ServedTruth, type Trouble } from './truth';

export interface KeeperOptions {
  readonly server: CertificateMount;
  /** The client certificate, whose authorities are trusted too. */
  readonly client?: CertificateMount;
  readonly generations: Generations;
  readonly admin: Pick<ProxySqlAdmin, 'reloadTls'>;
  /** ProxySQL's MySQL port. */
  readonly port: number;
  readonly overlapMs: number;
  readonly safetyIntervalMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** An admin interface that is just opening is nothing to report. */
const ADMIN_MISSES_TOLD = 5;

/**
 * Keeps what ProxySQL serves the same as what is mounted: it looks, asks `decide` for the next step, takes it, and looks again, until
 * there is nothing to do. All of it runs one after the other, so no two changes ever meet.
 */
export class CertificateKeeper {
  private inspection: Inspection | undefined;
  private wanted: WantedSet | undefined;
  private installed: CertificateSet | undefined;
  private lastGood: CertificateSet | undefined;
  private loadedId: string | undefined;
  private former: readonly FormerAuthority[] = [];
  private seen: Seen = { state: 'unknown' };
  private served: ServedTruth | undefined;
  private readonly setbacks = new Map<string, Setback>();
  private trouble: Trouble | undefined;
  private reloadsSinceServed = 0;
  private reloads = 0;
  private reloadFailures = 0;
  private misses = 0;
  private adminMisses = 0;
  private lookAgainAt: number | undefined;
  private draining = false;
  private faults = 0;
  private timer: Timer | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: KeeperOptions,
    private readonly onChange: () => void,
  ) {}

  /** Finds out what is there, and brings everything in order as far as possible now. */
  async start(): Promise<void> {
    const state = await this.options.generations.load();
    this.installed = state.installed;
    this.lastGood = state.lastGood;
    this.loadedId = state.loadedId;
    this.former = state.former;
    if (this.installed !== undefined) {
      // A crash may have come between the two halves of this.
      await this.options.generations.select(this.installed.id);
    }
    await this.mountsChanged();
  }

  /** Stops for good; what is under way is finished first. */
  async stop(): Promise<void> {
    this.draining = true;
    this.timer?.clear();
    await this.queue;
    this.timer?.clear();
  }

  /** To be called when mounted files changed. */
  async mountsChanged(): Promise<void> {
    await this.enqueue(async () => await this.inspect());
  }

  /** Looks at what is served now, and acts on it. */
  async look(): Promise<void> {
    await this.enqueue(async () => await this.handshake());
  }

  /** Looks at the mounted files and at what is served, though nothing was reported. */
  private async lookAtEverything(): Promise<void> {
    await this.enqueue(async () => {
      await this.inspect();
      await this.handshake();
    });
  }

  /** While draining, nothing is changed and nothing is expected to be served. */
  async setDraining(draining: boolean): Promise<void> {
    this.draining = draining;
    this.seen = { state: 'unknown' };
    await this.enqueue(async () => await this.handshake());
  }

  /** What is known at this moment. */
  truth(): CertificateTruth {
    const { inspection, installed, served } = this;
    const presented = this.seen.state === 'serving' ? this.seen.presented : undefined;
    return {
      mounted: mountedTruth(inspection),
      ...(installed !== undefined && { installed }),
      ...(served !== undefined && { served }),
      ...('message' in this.seen && { unserved: this.seen.message }),
      servedIsInstalled:
        presented !== undefined && [installed, this.lastGood].some((set) => set && isServed(set, presented)),
      servedIsMounted: presented !== undefined && this.wanted !== undefined && isServed(this.wanted.set, presented),
      ...(this.trouble !== undefined && { trouble: this.trouble }),
      reloads: this.reloads,
      reloadFailures: this.reloadFailures,
      formerAuthorities: this.former.length,
    };
  }

  /** Takes its turn: looks, then brings everything in order. What fails is told and tried again, but never thrown. */
  private async enqueue(look: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.timer?.clear();
      try {
        await look();
        await this.settle();
        this.faults = 0;
      } catch (error) {
        this.retryAfterFault(error);
      }
      this.onChange();
    });
    await this.queue;
  }

  /** The file system let us down, for example as it is full. */
  private retryAfterFault(error: unknown): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    this.faults += 1;
    const { retryAt } = nextSetback({ count: this.faults - 1, retryAt: 0 }, now, random());
    const message = error instanceof Error ? error.message : String(error);
    this.trouble = { reason: 'InstallFailed', message, at: now, retryAt };
    logger.error({ reason: 'InstallFailed' }, `The certificate could not be brought in order: ${message}`);
    this.timer = clock.setTimeout(() => void this.mountsChanged(), retryAt - now);
  }

  /** Takes one step after the other until there is nothing to do but wait. */
  private async settle(): Promise<void> {
    for (;;) {
      const step = decide(this.situation());
      if (step.do === 'wait') {
        this.wakeAt(step.until);
        return;
      }
      await this.take(step);
    }
  }

  private situation(): Situation {
    return {
      now: this.options.clock.now(),
      wanted: this.wanted?.set,
      installed: this.installed,
      lastGood: this.lastGood,
      loadedId: this.loadedId,
      seen: this.seen,
      reloads: this.reloadsSinceServed,
      setbacks: this.setbacks,
      draining: this.draining,
    };
  }

  private async take(step: Exclude<Step, { do: 'wait' }>): Promise<void> {
    switch (step.do) {
      case 'install':
        return await this.install();
      case 'reload':
        return await this.reload();
      case 'look':
        return await this.handshake();
      case 'confirm':
        return await this.confirm();
      case 'restore':
        return await this.restore();
    }
  }

  private async inspect(): Promise<void> {
    const { server, client, overlapMs, clock, generations } = this.options;
    const now = clock.now();
    const before = this.inspection;
    this.inspection = await server.inspect(now);
    if (this.inspection.proven) {
      this.wanted = wantedSet({
        server: this.inspection,
        client: await client?.inspect(now),
        installed: await generations.currentFiles(),
        former: this.former,
        overlapMs,
        now,
      });
      this.forgetSetbacks();
      if (this.wanted.set.id === this.installed?.id && !this.setbacks.has(this.installed.id)) {
        this.trouble = undefined;
      }
      return;
    }
    this.wanted = undefined;
    const { reason, message } = this.inspection;
    if (before?.proven !== false || before.message !== message) {
      this.options.logger.warn({ reason }, `The mounted server certificate is refused: ${message}`);
    }
  }

  private forgetSetbacks(): void {
    for (const id of this.setbacks.keys()) {
      if (id !== this.wanted?.set.id && id !== this.installed?.id) {
        this.setbacks.delete(id);
      }
    }
  }

  private async install(): Promise<void> {
    const { generations, logger } = this.options;
    const { files, trust } = this.wanted as WantedSet;
    const first = this.installed === undefined;
    this.installed = await generations.install(files);
    this.former = trust.former;
    if (first) {
      // The gate was shut until now, so ProxySQL can only start with this set.
      this.loadedId = this.installed.id;
    }
    this.reloadsSinceServed = 0;
    await generations.note({ former: this.former, loadedId: this.loadedId });
    logger.info({ fingerprint: this.installed.leaf }, 'Installed the mounted certificate');
  }

  private async reload(): Promise<void> {
    const { admin, generations, logger } = this.options;
    const id = (this.installed as CertificateSet).id;
    try {
      await admin.reloadTls();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof AdminCommandError)) {
        this.waitForAdmin(message);
        return;
      }
      this.setBack(id, 'ReloadRefused', `ProxySQL did not reload the certificate: ${message}`);
      return;
    }
    this.adminMisses = 0;
    this.reloads += 1;
    this.reloadsSinceServed += 1;
    this.loadedId = id;
    this.seen = { state: 'unknown' };
    await generations.note({ loadedId: id });
    logger.debug('ProxySQL reloaded its certificate');
  }

  /**
   * The admin interface opens after the MySQL port when ProxySQL starts. The files are proven, so they may stay: if ProxySQL is not there,
   * it will read them when it starts.
   */
  private waitForAdmin(message: string): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    this.adminMisses += 1;
    this.seen = { state: 'down', message };
    this.lookAgainAt = now + lookAgainAfter(this.adminMisses, random());
    if (this.adminMisses === ADMIN_MISSES_TOLD) {
      logger.warn({ reason: 'AdminUnavailable' }, `ProxySQL cannot be told to reload: ${message}`);
    }
    if (this.adminMisses >= ADMIN_MISSES_TOLD) {
      this.trouble = { reason: 'AdminUnavailable', message, at: now, retryAt: this.lookAgainAt };
    }
  }

  private async handshake(): Promise<void> {
    const { port, clock, random } = this.options;
    if (this.installed === undefined || this.draining) {
      return;
    }
    try {
      const presented = await mysqlTlsHandshake({ host: '127.0.0.1', port });
      this.seen = { state: 'serving', presented };
      this.misses = 0;
      this.lookAgainAt = undefined;
      this.noteServed(presented);
    } catch (error) {
      if (!(error instanceof HandshakeError)) {
        throw error;
      }
      this.seen = { state: error.failure === 'no-tls' ? 'no-tls' : 'down', message: error.message };
      this.misses += 1;
      this.lookAgainAt = clock.now() + lookAgainAfter(this.misses, random());
      return;
    }
    if (isNotTakenOver(this.situation())) {
      this.setBack(
        this.installed.id,
        'NotTakenOver',
        'ProxySQL reloaded, but a handshake still shows another certificate or chain than the installed one',
      );
    }
  }

  private noteServed({ leaf, chain }: Presented): void {
    const now = this.options.clock.now();
    const same = this.served?.fingerprint === leaf.fingerprint;
    if (!same) {
      this.options.logger.info(
        { fingerprint: leaf.fingerprint, issuer: leaf.issuer, notAfter: new Date(leaf.notAfter).toISOString() },
        'A certificate is served',
      );
    }
    this.served = {
      ...leaf,
      chain: chain.map(({ fingerprint }) => fingerprint),
      since: same && this.served !== undefined ? this.served.since : now,
      seenAt: now,
    };
  }

  private async confirm(): Promise<void> {
    const set = this.installed as CertificateSet;
    this.lastGood = set;
    this.setbacks.delete(set.id);
    this.trouble = undefined;
    this.reloadsSinceServed = 0;
    await this.options.generations.note({ lastGoodId: set.id });
    await this.options.generations.prune([set.id]);
  }

  private async restore(): Promise<void> {
    const { generations, logger } = this.options;
    const good = this.lastGood as CertificateSet;
    await generations.select(good.id);
    this.installed = good;
    this.reloadsSinceServed = 0;
    logger.warn({ fingerprint: good.leaf }, 'Went back to the last good certificate');
  }

  private setBack(id: string, reason: string, message: string): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    const setback = nextSetback(this.setbacks.get(id), now, random());
    this.setbacks.set(id, setback);
    this.reloadFailures += 1;
    this.trouble = { reason, message, at: now, retryAt: setback.retryAt };
    logger.error({ reason, attempt: setback.count, retryAt: new Date(setback.retryAt).toISOString() }, message);
  }

  /** The next moment at which something can change without an event. */
  private wakeAt(until: number | undefined): void {
    const { clock, safetyIntervalMs } = this.options;
    const now = clock.now();
    const look = this.installed !== undefined && !this.draining ? this.lookAgainAt : undefined;
    const inspect = [
      until,
      this.inspection && changesAt(this.inspection),
      this.wanted?.trust.nextChange,
      now + safetyIntervalMs,
    ].filter((time) => time !== undefined);
    const next = Math.min(look ?? Infinity, ...inspect);
    this.timer = clock.setTimeout(
      () => void (next === look ? this.look() : this.lookAtEverything()),
      Math.max(0, next - now),
    );
  }
}
