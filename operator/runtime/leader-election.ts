import { type KubernetesObject } from '../../lib/kubernetes';
import { type Clock, sleep, type Timer } from '../../runtime/clock';
import { type Logger } from '../../runtime/logger';
import { type Client } from '../kubernetes/client';
import { AlreadyExistsError, ConflictError, NotFoundError } from '../kubernetes/errors';
import { type Fence } from '../kubernetes/fence';

/** What a candidate can be told. */
export interface LeaderElectionOptions {
  /** A client without a fence: the lease itself has to be written before anybody leads. */
  readonly client: Client;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Different for each process, also for two that run on the same machine. */
  readonly identity: string;
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /**
   * How long others wait, after they last saw the lease renewed, before they take over, in milliseconds.
   *
   * @default 15000
   */
  readonly leaseDurationMs?: number;
  /**
   * How long a leader leads without having been able to renew, in milliseconds. Less than the lease's duration: the
   * difference is the time in which nobody leads, so that two never do.
   *
   * @default 10000
   */
  readonly renewDeadlineMs?: number;
  /**
   * Pause between two looks at the lease, in milliseconds.
   *
   * @default 2000
   */
  readonly retryPeriodMs?: number;
  readonly onStartedLeading?: () => void;
  readonly onStoppedLeading?: () => void;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

interface Lease extends KubernetesObject {
  readonly spec?: LeaseSpec;
}

/**
 * Sees to it that of several operators one acts. Times written by others are never compared with the own clock: a lease
 * has run out when it has not been seen to change for as long as it says.
 */
export class LeaderElection implements Fence {
  private readonly leaseDurationMs: number;
  private readonly renewDeadlineMs: number;
  private readonly retryPeriodMs: number;
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private lease: Lease | undefined;
  private lastVersion: string | undefined;
  /** When the lease was last seen to have changed, by the own clock. */
  private observedAt = 0;
  private leadsUntil = 0;
  private deadline: Timer | undefined;

  constructor(private readonly options: LeaderElectionOptions) {
    this.leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.retryPeriodMs = options.retryPeriodMs ?? 2_000;
    if (this.renewDeadlineMs >= this.leaseDurationMs || this.retryPeriodMs >= this.renewDeadlineMs) {
      throw new Error(
        `Leader election needs retry period < renew deadline < lease duration, but they are ` +
          `${this.retryPeriodMs} ms, ${this.renewDeadlineMs} ms and ${this.leaseDurationMs} ms.`,
      );
    }
  }

  /** Whether this process leads now. */
  isOpen(): boolean {
    return this.deadline !== undefined && this.options.clock.now() < this.leadsUntil;
  }

  /** Identity of who leads, as far as is known. */
  get leader(): string | undefined {
    return this.lease?.spec?.holderIdentity || undefined;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Stops leading and lets the others know, so that they need not wait for the lease to run out. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
    if (this.deadline === undefined) {
      return;
    }
    this.stepDown('stopped');
    try {
      if (this.lease === undefined) {
        await this.observe();
      }
      if (this.leader === this.options.identity) {
        await this.write({ ...this.lease?.spec, holderIdentity: '', leaseDurationSeconds: 1 }, this.retryPeriodMs);
      }
    } catch (error) {
      this.options.logger.warn(
        { err: error },
        'The lease could not be released; others have to wait for it to run out.',
      );
    }
  }

  private async run(): Promise<void> {
    const { clock, random, logger } = this.options;
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.acquireOrRenew().catch((error: unknown) => {
          // What is known of the lease is old. Who else holds it matters at once, above all to a leader.
          this.lease = undefined;
          if (isOutdated(error)) {
            return this.acquireOrRenew();
          }
          throw error;
        });
      } catch (error) {
        this.lease = undefined;
        logger[isOutdated(error) ? 'debug' : 'warn']({ err: error }, 'The lease could not be read or written.');
      }
      await sleep(clock, this.retryPeriodMs * (1 + random() / 5), signal);
    }
  }

  private async acquireOrRenew(): Promise<void> {
    const { clock, identity } = this.options;
    if (!this.isOpen() || this.lease === undefined) {
      await this.observe();
    }
    const spec = this.lease?.spec;
    const mine = spec?.holderIdentity === identity;
    const heldMs = (spec?.leaseDurationSeconds ?? this.leaseDurationMs / 1000) * 1000;
    if (spec?.holderIdentity && !mine) {
      this.stepDown(`the lease is held by ${spec.holderIdentity}`);
      if (clock.now() < this.observedAt + heldMs) {
        return;
      }
    }
    // The time counts from before the request: the others may see the lease change as early as that.
    const sentAt = clock.now();
    const now = new Date(sentAt).toISOString().replace('Z', '000Z');
    await this.write(
      {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.leaseDurationMs / 1000),
        acquireTime: mine ? spec.acquireTime : now,
        renewTime: now,
        leaseTransitions: (spec?.leaseTransitions ?? 0) + (mine || spec === undefined ? 0 : 1),
      },
      this.renewDeadlineMs / 2,
    );
    this.lead(sentAt + this.renewDeadlineMs);
  }

  /** Reads the lease, and notes the time when it is not as it was. */
  private async observe(): Promise<void> {
    const { client, clock, namespace, name } = this.options;
    const before = this.lastVersion;
    try {
      this.lease = await this.within(this.renewDeadlineMs / 2, (signal) =>
        client.get<Lease>('Lease', { namespace, name }, signal),
      );
    } catch (error) {
      if (!(error instanceof NotFoundError)) {
        throw error;
      }
      this.lease = undefined;
    }
    this.lastVersion = this.lease?.metadata.resourceVersion;
    if (this.lastVersion !== before) {
      this.observedAt = clock.now();
    }
  }

  private async write(spec: LeaseSpec, timeoutMs: number): Promise<void> {
    const { client, namespace, name, clock } = this.options;
    const metadata = this.lease?.metadata ?? { namespace, name };
    const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    this.lease = await this.within(timeoutMs, (signal) =>
      this.lease === undefined ? client.create(lease, signal) : client.update(lease, signal),
    );
    this.lastVersion = this.lease.metadata.resourceVersion;
    this.observedAt = clock.now();
  }

  /** A request that is broken off when it takes too long. */
  private async within<T>(ms: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const timer = this.options.clock.setTimeout(() => abort.abort(), ms);
    try {
      return await request(abort.signal);
    } finally {
      timer.clear();
    }
  }

  private lead(until: number): void {
    const { clock, logger, onStartedLeading } = this.options;
    if (until <= clock.now()) {
      // The answer came too late to rely on; the lease is renewed first.
      return;
    }
    const led = this.deadline !== undefined;
    this.deadline?.clear();
    this.leadsUntil = until;
    // Told at once when the time is over; the fence itself is shut by the clock, even where this timer is late.
    this.deadline = clock.setTimeout(
      () => this.stepDown('the lease could not be renewed in time'),
      until - clock.now(),
    );
    if (!led) {
      logger.info({ identity: this.options.identity }, 'Leading.');
      onStartedLeading?.();
    }
  }

  private stepDown(why: string): void {
    if (this.deadline === undefined) {
      return;
    }
    this.deadline.clear();
    this.deadline = undefined;
    this.options.logger.info({ identity: this.options.identity }, `No longer leading: ${why}.`);
    this.options.onStoppedLeading?.();
  }
}

/** The lease is not what it was thought to be. */
function isOutdated(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof AlreadyExistsError || error instanceof NotFoundError;
}
