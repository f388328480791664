import { createHash } from 'node:crypto';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type Clock } from '../../runtime/clock';
import { type Logger } from '../../runtime/logger';
import { type Client } from '../kubernetes/client';
import { NotFoundError } from '../kubernetes/errors';

/** Something that a user should get to know about an object. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  /** A sentence. */
  readonly message: string;
  /** What was done or tried, one word in CamelCase. */
  readonly action: string;
}

/** What a recorder can be told. */
export interface EventRecorderOptions {
  readonly client: Client;
  /** Who reports, such as `proxysql.kubedb.com/operator`. */
  readonly controller: string;
  /** Which of several instances. */
  readonly instance: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * For how long an event that comes again is counted instead of written anew, in milliseconds.
   *
   * @default 600000
   */
  readonly seriesMs?: number;
  /**
   * Shortest time between two writes of the same event's count, in milliseconds.
   *
   * @default 60000
   */
  readonly countEveryMs?: number;
  /**
   * Events that one object may have at once; one more comes back every `refillMs`.
   *
   * @default 25
   */
  readonly burst?: number;
  /**
   * @default 60000
   */
  readonly refillMs?: number;
}

interface Series {
  readonly namespace: string;
  readonly name: string;
  count: number;
  lastAt: number;
  writtenAt: number;
}

interface Budget {
  tokens: number;
  at: number;
}

const LONGEST_NOTE = 1024;

/** Writes events: one for each thing that happens, and a count when it happens again. */
export class EventRecorder {
  private readonly series = new Map<string, Series>();
  private readonly budgets = new Map<string, Budget>();
  private readonly pending = new Set<Promise<void>>();
  private lastSweep = 0;

  constructor(private readonly options: EventRecorderOptions) {}

  /** Reports something. Never fails: an event that cannot be written is logged and lost. */
  record(object: KubernetesObject, note: EventNote): void {
    const now = this.options.clock.now();
    this.sweep(now);
    const { uid, name } = object.metadata;
    const about = uid ?? `${object.kind}/${object.metadata.namespace ?? ''}/${name}`;
    const key = [about, note.type, note.reason, note.action, note.message].join('\n');
    const series = this.series.get(key);
    if (series !== undefined) {
      series.count++;
      series.lastAt = now;
      if (now - series.writtenAt >= (this.options.countEveryMs ?? 60_000)) {
        series.writtenAt = now;
        this.write(() => this.patchCount(key, series, object, note));
      }
      return;
    }
    if (!this.spend(about, now)) {
      this.options.logger.debug({ object: about, reason: note.reason }, 'Too many events about one object: left out.');
      return;
    }
    const digest = createHash('sha256').update(`${key}\n${now}`).digest('hex').slice(0, 16);
    const started: Series = {
      namespace: object.metadata.namespace ?? 'default',
      name: `${name.slice(0, 230)}.${digest}`,
      count: 1,
      lastAt: now,
      writtenAt: now,
    };
    this.series.set(key, started);
    this.write(() => this.create(started, object, note));
  }

  /** Waits for the events under way. */
  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async create(series: Series, object: KubernetesObject, note: EventNote): Promise<void> {
    const { apiVersion, kind, metadata } = object;
    const { namespace, name, uid, resourceVersion } = metadata;
    await this.options.client.create({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: series.namespace, name: series.name },
      eventTime: microTime(series.lastAt),
      reportingController: this.options.controller,
      reportingInstance: this.options.instance,
      action: note.action,
      reason: note.reason,
      type: note.type,
      note: shorten(note.message),
      regarding: { apiVersion, kind, namespace, name, uid, resourceVersion },
    });
  }

  private async patchCount(key: string, series: Series, object: KubernetesObject, note: EventNote): Promise<void> {
    const { namespace, name, count, lastAt } = series;
    try {
      const patch = { series: { count, lastObservedTime: microTime(lastAt) } };
      await this.options.client.patch('Event', { namespace, name }, { type: 'merge', patch });
    } catch (error) {
      if (!(error instanceof NotFoundError)) {
        throw error;
      }
      // The API server forgets events after an hour: this one begins anew.
      this.series.delete(key);
      this.record(object, note);
    }
  }

  private write(send: () => Promise<void>): void {
    const written = send()
      .catch((error: unknown) => this.options.logger.debug({ err: error }, 'An event could not be written.'))
      .finally(() => this.pending.delete(written));
    this.pending.add(written);
  }

  /** A bucket of tokens per object, so that one that goes wild does not flood the rest. */
  private spend(about: string, now: number): boolean {
    const { burst = 25, refillMs = 60_000 } = this.options;
    const budget = this.budgets.get(about) ?? { tokens: burst, at: now };
    const refilled = Math.min(burst, budget.tokens + (now - budget.at) / refillMs);
    const enough = refilled >= 1;
    // What is left out costs nothing: who goes on and on would never get one back.
    this.budgets.set(about, { tokens: enough ? refilled - 1 : refilled, at: now });
    return enough;
  }

  /** Forgets what is too old to matter. */
  private sweep(now: number): void {
    const { seriesMs = 600_000, burst = 25, refillMs = 60_000 } = this.options;
    if (now - this.lastSweep < seriesMs / 10) {
      return;
    }
    this.lastSweep = now;
    for (const [key, series] of this.series) {
      if (now - series.lastAt > seriesMs) {
        this.series.delete(key);
      }
    }
    for (const [about, budget] of this.budgets) {
      if (budget.tokens + (now - budget.at) / refillMs >= burst) {
        this.budgets.delete(about);
      }
    }
  }
}

/** The API server's MicroTime: six digits after the second. */
function microTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}

/** The API server takes 1024 bytes. */
function shorten(message: string): string {
  if (Buffer.byteLength(message) <= LONGEST_NOTE) {
    return message;
  }
  // A character cut in the middle decodes to a replacement character, which is left out.
  const cut = Buffer.from(message)
    .subarray(0, LONGEST_NOTE - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${cut}…`;
}
