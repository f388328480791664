import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type CertificateSet, isServed } from './certificate-set';
import { decide, isNotTakenOver, type Situation, type Step } from './decide';
import { Failures } from './failures';
import { type Generations } from './generations';
import {
  changesAt,
  type CertificateMount,
  type Inspected,
  type Inspection,
  type WantedSet,
  wantedSet,
} from './inspect';
import { Observer } from './observer';
import { AdminCommandError, type ProxySqlAdmin } from './proxysql-admin';
import { type FormerAuthority } from './trust';
import { type CertificateTruth, mountedTruth } from './truth';

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

/** What a turn begins with. */
interface Look {
  /** At the mounted files. */
  readonly inspect?: boolean;
  /** At what is served. */
  readonly handshake?: boolean;
}

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
  private readonly observer: Observer;
  private readonly failures: Failures;
  private reloadInDoubt = false;
  private reloads = 0;
  private reloadFailures = 0;
  private draining = false;
  /** When to look at everything though nothing was reported, milliseconds since the epoch. */
  private inspectDueAt = Infinity;
  private timer: Timer | undefined;
  private queue: Promise<void> = Promise.resolve();
  /** The turn that will look at what is served; undefined once it has begun. */
  private nextLook: Promise<void> | undefined;

  constructor(
    private readonly options: KeeperOptions,
    private readonly onChange: () => void,
  ) {
    this.observer = new Observer(options);
    this.failures = new Failures(options);
  }

  /** Finds out what is there, and brings everything in order as far as possible now. */
  async start(): Promise<void> {
    // The first of all turns: files may change before it is over.
    this.queue = this.load();
    await this.mountsChanged();
  }

  private async load(): Promise<void> {
    const state = await this.options.generations.load();
    this.installed = state.installed;
    this.lastGood = state.lastGood;
    this.loadedId = state.loadedId;
    this.former = state.former;
    if (this.installed !== undefined) {
      // A crash may have come between the two halves of this.
      await this.options.generations.select(this.installed.id);
    }
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
    await this.enqueue({ inspect: true });
  }

  /** Looks at what is served now, and acts on it. Probes come however long a turn takes: all who ask before the next one begins share it. */
  async look(): Promise<void> {
    this.nextLook ??= this.enqueue({ handshake: true });
    await this.nextLook;
  }

  /** Looks at the mounted files and at what is served, though nothing was reported. */
  private async lookAtEverything(): Promise<void> {
    await this.enqueue({ inspect: true, handshake: true });
  }

  /** While draining, nothing is changed and nothing is expected to be served. */
  async setDraining(draining: boolean): Promise<void> {
    this.draining = draining;
    this.observer.forget();
    await this.enqueue({ handshake: true });
  }

  /** What is known at this moment. */
  truth(): CertificateTruth {
    const { inspection, installed, loadedId } = this;
    const wanted = this.wanted?.set;
    const { seen, served } = this.observer;
    const { trouble } = this.failures;
    const presented = seen.state === 'serving' ? seen.presented : undefined;
    return {
      mounted: mountedTruth(inspection),
      ...(installed !== undefined && { installed }),
      ...(served !== undefined && { served }),
      ...('message' in seen && { unserved: seen.message }),
      servedIsInstalled:
        presented !== undefined && [installed, this.lastGood].some((set) => set && isServed(set, presented)),
      // A handshake does not show which clients are trusted, so the whole set must be the one that ProxySQL has loaded.
      servedIsMounted:
        presented !== undefined &&
        wanted !== undefined &&
        wanted.id === installed?.id &&
        wanted.id === loadedId &&
        isServed(wanted, presented),
      ...(trouble !== undefined && { trouble }),
      reloads: this.reloads,
      reloadFailures: this.reloadFailures,
      formerAuthorities: this.former.length,
    };
  }

  /** Takes its turn: looks, then brings everything in order. What fails is told and tried again, but never thrown. */
  private async enqueue(look: Look): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.timer?.clear();
      let until: number | undefined;
      try {
        if (look.inspect) {
          await this.inspect();
        }
        if (look.handshake) {
          this.nextLook = undefined;
          await this.handshake();
        }
        until = await this.settle();
        if (look.inspect) {
          // Only such a turn does all that can have failed.
          this.failures.faultIsOver();
        }
      } catch (error) {
        // The file system let us down, for example as it is full.
        this.failures.fault(error);
      }
      this.wakeAt(until);
      this.onChange();
    });
    await this.queue;
  }

  /** Takes one step after the other until there is nothing to do but wait; tells until when. */
  private async settle(): Promise<number | undefined> {
    for (;;) {
      const step = decide(this.situation());
      if (step.do === 'wait') {
        return step.until;
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
      seen: this.observer.seen,
      inDoubt: this.reloadInDoubt,
      setbacks: this.failures.setbacks,
      adminRetryAt: this.failures.adminRetryAt,
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
    const { server, clock, safetyIntervalMs, logger } = this.options;
    const now = clock.now();
    const before = this.inspection;
    this.inspection = await server.inspect(now);
    if (this.inspection.proven) {
      await this.want(this.inspection, now);
    } else {
      this.wanted = undefined;
      const { reason, message } = this.inspection;
      if (before?.proven !== false || before.message !== message) {
        logger.warn({ reason }, `The mounted server certificate is refused: ${message}`);
      }
    }
    this.inspectDueAt = now + safetyIntervalMs;
  }

  private async want(server: Inspected, now: number): Promise<void> {
    const { client, overlapMs, generations } = this.options;
    this.wanted = wantedSet({
      server,
      client: await client?.inspect(now),
      installed: await generations.currentFiles(),
      former: this.former,
      overlapMs,
      now,
    });
    this.failures.keepOnly([this.wanted.set.id, this.installed?.id]);
    if (this.wanted.set.id === this.installed?.id) {
      this.failures.settled(this.installed.id);
      await this.rememberFormer(this.wanted.trust.former);
    }
  }

  /** An authority can become a former one though the same files stay: once the client certificate has moved too. Its overlap begins then. */
  private async rememberFormer(former: readonly FormerAuthority[]): Promise<void> {
    if (JSON.stringify(former) !== JSON.stringify(this.former)) {
      this.former = former;
      await this.options.generations.note({ former });
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
    this.reloadInDoubt = false;
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
        // The files are proven, so they may stay: if ProxySQL is not there, it will read them when it starts.
        this.failures.adminMissed(error);
        return;
      }
      this.setBack(id, 'ReloadRefused', `ProxySQL did not reload the certificate: ${message}`);
      return;
    }
    this.failures.adminAnswered();
    this.reloads += 1;
    this.reloadInDoubt = true;
    this.loadedId = id;
    this.observer.forget();
    await generations.note({ loadedId: id });
    logger.debug('ProxySQL reloaded its certificate');
  }

  private async handshake(): Promise<void> {
    if (this.installed === undefined || this.draining) {
      return;
    }
    if (!(await this.observer.look())) {
      return;
    }
    const refused = isNotTakenOver(this.situation());
    // One reload is judged once, however often it is looked at: each failure makes the wait for the next attempt longer.
    this.reloadInDoubt = false;
    if (refused) {
      this.setBack(
        this.installed.id,
        'NotTakenOver',
        'ProxySQL reloaded, but a handshake still shows another certificate or chain than the installed one',
      );
    }
  }

  private async confirm(): Promise<void> {
    const set = this.installed as CertificateSet;
    this.lastGood = set;
    this.failures.overcome(set.id);
    await this.options.generations.note({ lastGoodId: set.id });
    await this.options.generations.prune([set.id]);
  }

  private async restore(): Promise<void> {
    const { generations, logger } = this.options;
    const good = this.lastGood as CertificateSet;
    await generations.select(good.id);
    this.installed = good;
    this.reloadInDoubt = false;
    logger.warn({ fingerprint: good.leaf }, 'Went back to the last good certificate');
  }

  private setBack(id: string, reason: string, message: string): void {
    this.failures.refused(id, reason, message);
    this.reloadFailures += 1;
  }

  /**
   * Wakes at the next moment at which something can change without an event. Each is an absolute time: however often others look
   * meanwhile, none is put off.
   * @param until - when deciding has something to do, milliseconds since the epoch
   */
  private wakeAt(until: number | undefined): void {
    const { clock, safetyIntervalMs } = this.options;
    const now = clock.now();
    // The clock may have been set back.
    this.inspectDueAt = Math.min(this.inspectDueAt, now + safetyIntervalMs);
    this.failures.retryNotAfter(now + safetyIntervalMs);
    const look = this.installed !== undefined && !this.draining ? this.observer.lookAgainAt : undefined;
    const { faultRetryAt } = this.failures;
    const inspect =
      faultRetryAt === undefined
        ? [this.inspection && changesAt(this.inspection), this.wanted?.trust.nextChange, this.inspectDueAt]
        : // What is due besides cannot be done better before.
          [faultRetryAt];
    const next = Math.min(...[look, until, ...inspect].filter((time) => time !== undefined));
    this.timer = clock.setTimeout(
      () => void (next === look ? this.look() : this.lookAtEverything()),
      Math.max(0, next - now),
    );
  }
}
