import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { AdminLoginRefusedError } from '../runtime/mysql/admin';
import { lookAgainAfter, nextSetback, retryAfter, type Setback } from './decide';
import { type Trouble } from './truth';

export interface FailuresOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** An admin interface that is just opening is nothing to report. */
const ADMIN_MISSES_TOLD = 5;

/** Keeps account of what went wrong with certificates, what is told about it, and when it is tried again. */
export class Failures {
  /** When to ask ProxySQL's admin interface again, milliseconds since the epoch; undefined when it was there. */
  adminRetryAt: number | undefined;
  private refusal: Trouble | undefined;
  private faultTrouble: Trouble | undefined;
  private readonly held = new Map<string, Setback>();
  private faults = 0;
  private adminMisses = 0;

  constructor(private readonly options: FailuresOptions) {}

  /** When to try again what failed, though ProxySQL had no part in it, milliseconds since the epoch; undefined when nothing did. */
  get faultRetryAt(): number | undefined {
    return this.faultTrouble?.retryAt;
  }

  /** What is told; undefined when all is well. */
  get trouble(): Trouble | undefined {
    return this.faultTrouble ?? this.refusal;
  }

  /** The sets that ProxySQL did not take over, by their ids. */
  get setbacks(): ReadonlyMap<string, Setback> {
    return this.held;
  }

  /** ProxySQL did not take a set over. */
  refused(id: string, reason: string, message: string): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    const setback = nextSetback(this.held.get(id), now, random());
    this.held.set(id, setback);
    this.refusal = { reason, message, at: now, retryAt: setback.retryAt };
    logger.error({ reason, attempt: setback.count, retryAt: new Date(setback.retryAt).toISOString() }, message);
  }

  /** A set was seen to be served. */
  overcome(id: string): void {
    this.held.delete(id);
    this.refusal = undefined;
  }

  /** A set is wanted and installed: unless it was refused, nothing is wrong any more. */
  settled(id: string): void {
    if (!this.held.has(id)) {
      this.refusal = undefined;
    }
  }

  /** Forgets what happened to other sets. */
  keepOnly(ids: readonly (string | undefined)[]): void {
    [...this.held.keys()].filter((id) => !ids.includes(id)).forEach((id) => this.held.delete(id));
  }

  /** Something else failed. What fails once more before it was to be tried again does not put that off. */
  fault(error: unknown): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    if (this.faultRetryAt !== undefined && now < this.faultRetryAt) {
      return;
    }
    this.faults += 1;
    const retryAt = retryAfter(this.faults, now, random());
    const message = error instanceof Error ? error.message : String(error);
    this.faultTrouble = { reason: 'InstallFailed', message, at: now, retryAt };
    logger.error({ reason: 'InstallFailed' }, `The certificate could not be brought in order: ${message}`);
  }

  /** What failed is tried again by then: the clock may have been set back. */
  retryNotAfter(time: number): void {
    const { faultRetryAt, faultTrouble } = this;
    if (faultTrouble !== undefined && faultRetryAt !== undefined) {
      this.faultTrouble = { ...faultTrouble, retryAt: Math.min(faultRetryAt, time) };
    }
    if (this.adminRetryAt !== undefined) {
      this.adminRetryAt = Math.min(this.adminRetryAt, time);
    }
  }

  /** To be called when the work that failed was done. */
  faultIsOver(): void {
    this.faults = 0;
    this.faultTrouble = undefined;
  }

  /**
   * The admin interface, which opens after the MySQL port when ProxySQL starts, could not be asked. Where it lets nobody in, that takes
   * longer to change.
   */
  adminMissed(error: unknown): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    const message = error instanceof Error ? error.message : String(error);
    this.adminMisses += 1;
    const retryAt =
      error instanceof AdminLoginRefusedError
        ? retryAfter(this.adminMisses, now, random())
        : now + lookAgainAfter(this.adminMisses, random());
    if (this.adminMisses === ADMIN_MISSES_TOLD) {
      logger.warn({ reason: 'AdminUnavailable' }, `ProxySQL cannot be told to reload: ${message}`);
    }
    if (this.adminMisses >= ADMIN_MISSES_TOLD) {
      this.refusal = { reason: 'AdminUnavailable', message, at: now, retryAt };
    }
    this.adminRetryAt = retryAt;
  }

  adminAnswered(): void {
    this.adminMisses = 0;
    this.adminRetryAt = undefined;
  }
}
