import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { lookAgainAfter, nextSetback, type Setback } from './decide';
import { commandsFor, decidePeers, type Peer, peersFromRows, RUNTIME_PEERS_QUERY } from './peers';
import { AdminCommandError, AdminLoginRefusedError, type ProxySqlAdmin } from './proxysql-admin';
import { type Trouble } from './truth';

/** What is known about the cluster's other members. */
export interface PeersTruth {
  /** How many the mounted configuration names, this ProxySQL included. */
  readonly wanted: number;
  /** Whether ProxySQL was seen to go by them. */
  readonly applied: boolean;
  readonly trouble?: Trouble;
}

export interface PeersOptions {
  readonly admin: Pick<ProxySqlAdmin, 'use'>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** An admin interface that is just opening is nothing to report. */
const MISSES_TOLD = 5;

/** ProxySQL took the commands and goes by something else. */
class NotTakenOverError extends Error {}

/** Brings the peers of the mounted configuration to a ProxySQL that runs, so that scaling needs no restart. */
export class PeersKeeper {
  private wanted: readonly Peer[] | undefined;
  private settled: readonly Peer[] | undefined;
  private setback: Setback | undefined;
  private misses = 0;
  private trouble: Trouble | undefined;
  private timer: Timer | undefined;
  private stopped = false;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: PeersOptions) {}

  /** To be called with what the mounted configuration names; resolves when that was tried. */
  async want(peers: readonly Peer[] | undefined): Promise<void> {
    this.wanted = peers;
    await this.enqueue();
  }

  /** Undefined where the configuration says nothing about peers. */
  truth(): PeersTruth | undefined {
    const { wanted, settled, trouble } = this;
    return wanted === undefined
      ? undefined
      : {
          wanted: wanted.length,
          applied: decidePeers({ wanted, settled, applied: false }) === 'nothing',
          ...(trouble !== undefined && { trouble }),
        };
  }

  /** Stops for good; what is under way is finished first. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.queue;
    this.timer?.clear();
  }

  private async enqueue(): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.timer?.clear();
      if (!this.stopped) {
        await this.settle().catch((error: unknown) => this.retryAfter(error));
      }
    });
    await this.queue;
  }

  private async settle(): Promise<void> {
    const { wanted, settled } = this;
    if (wanted === undefined || decidePeers({ wanted, settled, applied: false }) === 'nothing') {
      this.recovered();
      return;
    }
    const changed = await this.options.admin.use(async (session) => {
      let runtime: readonly Peer[] | undefined;
      let applied = false;
      for (;;) {
        switch (decidePeers({ wanted, settled, runtime, applied })) {
          case 'look':
            runtime = peersFromRows(await session.rows(RUNTIME_PEERS_QUERY));
            break;
          case 'apply':
            for (const command of commandsFor(wanted)) {
              await session.execute(command);
            }
            applied = true;
            runtime = undefined;
            break;
          case 'fail':
            throw new NotTakenOverError('ProxySQL loaded the peers, but goes by others');
          default:
            return applied;
        }
      }
    });
    this.settled = wanted;
    this.recovered();
    if (changed) {
      this.options.logger.info({ peers: wanted.length }, 'ProxySQL goes by the peers of the mounted configuration');
    }
  }

  private recovered(): void {
    this.setback = undefined;
    this.misses = 0;
    this.trouble = undefined;
  }

  /** A ProxySQL that is not there is looked for soon again; one that does not do what it is told, or lets nobody in, is given time. */
  private retryAfter(error: unknown): void {
    const { clock, random, logger } = this.options;
    const now = clock.now();
    const message = error instanceof Error ? error.message : String(error);
    const refused = error instanceof AdminCommandError || error instanceof NotTakenOverError;
    let retryAt: number;
    if (refused || error instanceof AdminLoginRefusedError) {
      this.setback = nextSetback(this.setback, now, random());
      retryAt = this.setback.retryAt;
    } else {
      retryAt = now + lookAgainAfter(this.misses + 1, random());
    }
    this.misses += refused ? 0 : 1;
    if (refused || this.misses >= MISSES_TOLD) {
      const reason = refused ? 'PeersNotTakenOver' : 'AdminUnavailable';
      if (this.trouble?.message !== message) {
        logger.warn({ reason }, `ProxySQL does not know its peers yet: ${message}`);
      }
      this.trouble = { reason, message, at: now, retryAt };
    }
    this.timer = clock.setTimeout(() => void this.enqueue(), retryAt - now);
  }
}
