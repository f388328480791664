import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { HandshakeError, mysqlTlsHandshake, type Presented } from '../runtime/mysql/handshake';
import { lookAgainAfter, type Seen } from './decide';
import { type ServedTruth } from './truth';

export interface ObserverOptions {
  /** ProxySQL's MySQL port. */
  readonly port: number;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Finds out what ProxySQL serves, by what it shows to everybody: a handshake. */
export class Observer {
  seen: Seen = { state: 'unknown' };
  /** What was last seen to be served, though it may not be any more. */
  served: ServedTruth | undefined;
  /** When to look again as nothing was served, milliseconds since the epoch. */
  lookAgainAt: number | undefined;
  private misses = 0;

  constructor(private readonly options: ObserverOptions) {}

  /** Makes a handshake, and tells whether a certificate was shown. */
  async look(): Promise<boolean> {
    const { port, clock, random } = this.options;
    try {
      const presented = await mysqlTlsHandshake({ host: '127.0.0.1', port });
      this.seen = { state: 'serving', presented };
      this.misses = 0;
      this.lookAgainAt = undefined;
      this.note(presented);
      return true;
    } catch (error) {
      if (!(error instanceof HandshakeError)) {
        this.lookAgainAt = undefined;
        throw error;
      }
      this.seen = { state: error.failure === 'no-tls' ? 'no-tls' : 'down', message: error.message };
      this.misses += 1;
      this.lookAgainAt = clock.now() + lookAgainAfter(this.misses, random());
      return false;
    }
  }

  /** To be called when something was changed: what was seen before says nothing any more. */
  forget(): void {
    this.seen = { state: 'unknown' };
  }

  private note({ leaf, chain }: Presented): void {
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
}
