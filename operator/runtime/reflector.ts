import { type KubernetesObject } from '../../lib/kubernetes';
import { type Clock, sleep } from '../../runtime/clock';
import { type Logger } from '../../runtime/logger';
import { type Client, type SelectOptions } from '../kubernetes/client';
import {
  ApiError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NotFoundError,
  ServerError,
  TooManyRequestsError,
} from '../kubernetes/errors';
import { type Kind, RESOURCES, resourceName } from '../kubernetes/resources';
import { exponentialDelay } from '../kubernetes/retry';
import { type Replacement, type Store } from './store';
import { Watchdog } from './watchdog';

/** How well a reflector knows its objects. */
export type ReflectorState =
  /** The first list has not come yet. */
  | { readonly phase: 'starting' }
  /** The store follows the API server. */
  | { readonly phase: 'watching' }
  /** The store is as it was when the connection broke, or still empty; connecting again. */
  | { readonly phase: 'interrupted'; readonly why: string }
  /** The kind is not installed, or may not be read. Tried again once in a while. */
  | { readonly phase: 'unavailable'; readonly why: string };

/** What a reflector can be told. */
export interface ReflectorOptions<T extends KubernetesObject> extends Omit<SelectOptions, 'signal'> {
  readonly client: Client;
  readonly kind: Kind;
  /** Several reflectors may fill one store when each has a namespace of its own. */
  readonly store: Store<T>;
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Told of each change of state. */
  readonly onState?: (state: ReflectorState) => void;
  /**
   * Begin with a watch that first tells everything that there is: that takes neither memory for a list nor the time between its pages. An
   * API server that cannot do so says so, and the reflector lists.
   *
   * @default true
   */
  readonly streaming?: boolean;
  /**
   * Objects per page where it has to list.
   *
   * @default 100
   */
  readonly pageSize?: number;
  /**
   * After how many seconds a watch is begun anew, at the earliest; at the latest after twice as many.
   *
   * @default 300
   */
  readonly watchSeconds?: number;
  /**
   * A watch that says nothing for so long, in milliseconds, is taken for dead. The API server sends a bookmark
   * about once a minute.
   *
   * @default 150000
   */
  readonly silenceMs?: number;
  /**
   * Longest pause between two attempts to connect, in milliseconds.
   *
   * @default 30000
   */
  readonly maxDelayMs?: number;
  /**
   * Longest pause before a kind that is not installed or may not be read is tried again, in milliseconds.
   *
   * @default 300000
   */
  readonly unavailableRetryMs?: number;
}

/** So many answers "cannot" in a row to a watch, and the version it starts from is no longer trusted. */
const FAILURES_BEFORE_RELIST = 5;

/** Keeps a store equal to what the API server has. */
export class Reflector<T extends KubernetesObject> {
  private readonly abort = new AbortController();
  private readonly settled: Promise<void>;
  private settle: () => void = () => undefined;
  private isSettled = false;
  private running: Promise<void> | undefined;
  private current: ReflectorState = { phase: 'starting' };
  private listed = false;
  private streaming: boolean;
  /** Undefined until the store is complete, and when it has to be filled anew. */
  private resourceVersion: string | undefined;
  /** Whether the watch under way has said anything since the store is complete. */
  private progressed = false;

  constructor(private readonly options: ReflectorOptions<T>) {
    this.settled = new Promise((resolve) => {
      this.settle = () => {
        this.isSettled = true;
        resolve();
      };
    });
    this.streaming = options.streaming ?? true;
  }

  get state(): ReflectorState {
    return this.current;
  }

  /** Whether the store has been complete once. It stays complete, if perhaps old, from then on. */
  get hasSynced(): boolean {
    return this.listed;
  }

  /** Whether the store has been complete once, or the kind known to be unavailable. */
  get hasSettled(): boolean {
    return this.isSettled;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves once the store is complete, or the kind is known to be unavailable. */
  whenSettled(): Promise<void> {
    return this.settled;
  }

  /** Ends the watch. The store stays as it is. */
  async stop(): Promise<void> {
    this.abort.abort();
    this.settle();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, random, maxDelayMs = 30_000, unavailableRetryMs = 300_000 } = this.options;
    const { signal } = this.abort;
    let failures = 0;
    while (!signal.aborted) {
      let baseDelayMs = 100;
      let longestDelayMs = maxDelayMs;
      let askedMs = 0;
      this.progressed = false;
      try {
        await this.listAndWatch();
        // A watch that ends in peace goes on at once, unless it ends without a word each time.
        failures = this.progressed ? 0 : failures + 1;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        failures = this.progressed ? 1 : failures + 1;
        askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
        if (this.handle(error, failures) === 'unavailable') {
          baseDelayMs = 1000;
          longestDelayMs = unavailableRetryMs;
        }
      }
      if (failures > 0) {
        await sleep(clock, askedMs + exponentialDelay(failures, baseDelayMs, longestDelayMs, random), signal);
      }
    }
  }

  private async listAndWatch(): Promise<void> {
    if (this.resourceVersion === undefined && this.streaming) {
      try {
        await this.watch();
        return;
      } catch (error) {
        // It never can, or not yet: a second after the first request for a kind, or a start, there is no cache to stream from.
        if (!(error instanceof InvalidError || error instanceof TooManyRequestsError)) {
          throw error;
        }
        this.streaming = error instanceof TooManyRequestsError;
      }
    }
    if (this.resourceVersion === undefined) {
      await this.list();
    }
    await this.watch();
  }

  /** The store has what the API server had at that version, once it forgets what was not told. */
  private complete(replacement: Replacement<T>, resourceVersion: string): void {
    replacement.complete(resourceVersion);
    this.resourceVersion = resourceVersion;
    this.listed = true;
    this.settle();
  }

  private async list(): Promise<void> {
    const { client, kind, store, namespace, pageSize = 100 } = this.options;
    const replacement = store.replace(namespace);
    try {
      let resourceVersion = '';
      const pages = client.pages<T>(kind, { ...this.selection(), limit: pageSize, signal: this.abort.signal });
      for await (const page of pages) {
        page.items.forEach((object) => replacement.put(object));
        resourceVersion = page.resourceVersion;
      }
      this.complete(replacement, resourceVersion);
    } finally {
      replacement.abandon();
    }
  }

  /** From the version that the store has, or from nothing. */
  private async watch(): Promise<void> {
    const { client, kind, store, namespace, clock, random, watchSeconds = 300 } = this.options;
    const { resourceVersion } = this;
    /** Until the store is complete. */
    const replacement = resourceVersion === undefined ? store.replace(namespace) : undefined;
    let filling = replacement;
    const watchdog = new Watchdog(clock, this.options.silenceMs ?? 150_000, this.abort.signal);
    try {
      const events = client.watch<T>(kind, {
        ...this.selection(),
        ...(resourceVersion !== undefined && { resourceVersion }),
        timeoutSeconds: Math.round(watchSeconds * (1 + random())),
        signal: watchdog.signal,
        onOpen: () => {
          if (filling === undefined) {
            this.become({ phase: 'watching' });
          }
        },
      });
      for await (const event of events) {
        watchdog.feed();
        if (event.type === 'BOOKMARK') {
          if (filling !== undefined && event.initialEventsEnd) {
            this.complete(filling, event.resourceVersion);
            this.become({ phase: 'watching' });
            filling = undefined;
          }
        } else if (event.type === 'DELETED') {
          (filling ?? store).delete(event.object);
        } else {
          (filling ?? store).put(event.object);
        }
        if (filling === undefined) {
          this.progressed = true;
          this.resourceVersion =
            event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
        }
      }
    } catch (error) {
      if (watchdog.signal.aborted && !this.progressed) {
        // Not even a bookmark: the API server may have been put back to an older day, and wait for a version that is long to come.
        this.resourceVersion = undefined;
      }
      throw error;
    } finally {
      watchdog.stop();
      replacement?.abandon();
    }
  }

  private handle(error: unknown, failures: number): 'unavailable' | 'interrupted' {
    const { kind, store, logger, namespace } = this.options;
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof NotFoundError || error instanceof ForbiddenError) {
      this.resourceVersion = undefined;
      if (error instanceof NotFoundError) {
        // With its definition, all objects of a kind are gone.
        store.replace(namespace).complete('');
      }
      const what =
        error instanceof NotFoundError ? `The API server has no ${resourceName(RESOURCES[kind])} (not installed)` : why;
      if (this.become({ phase: 'unavailable', why: what })) {
        logger.warn({ kind, namespace }, what);
      }
      this.settle();
      return 'unavailable';
    }
    if (error instanceof GoneError || (error instanceof ServerError && failures >= FAILURES_BEFORE_RELIST)) {
      this.resourceVersion = undefined;
    }
    logger.info({ kind, namespace, failures }, `Watch interrupted: ${why}`);
    this.become({ phase: 'interrupted', why });
    return 'interrupted';
  }

  private selection(): Omit<SelectOptions, 'signal'> {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.options;
    return { namespace, labelSelector, fieldSelector, metadataOnly };
  }

  /** True when the state is another one than before. */
  private become(state: ReflectorState): boolean {
    const changed = JSON.stringify(state) !== JSON.stringify(this.current);
    this.current = state;
    if (changed) {
      this.options.onState?.(state);
    }
    return changed;
  }
}
