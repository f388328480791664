import { conditionOf } from '../lib/graph/gates/conditions';
import { type Unanswered } from '../lib/graph/world';
import { type KubernetesObject, type ObjectReference, describeReference, referenceTo } from '../lib/kubernetes';
import { DB_PORT } from '../lib/ports';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { HandshakeError, mysqlTlsHandshake } from '../runtime/mysql/handshake';
import { Turns } from './runtime/turns';
import { type PodStatus } from './shrink';

/**
 * Asks a pod for the certificate that it serves: its fingerprint, or undefined where it does not answer. An Error says why it does not, as
 * words in the middle of a sentence.
 */
export type AskPod = (address: string) => Promise<string | undefined>;

/** What a fingerprint is in place of where a pod serves no TLS at all. */
export const NO_TLS = 'no TLS';

/** What the watch over served certificates needs. */
export interface ServedWatchOptions {
  readonly ask?: AskPod;
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Told when it is known anew what a pod serves, or that it does not say so. */
  readonly onChange: (key: string) => void;
}

/** A pod that serves another certificate than it should is asked again soon, as it may be changing over just now. */
const FIRST_RETRY_MS = 150;
const LONGEST_RETRY_MS = 30_000;
/** A pod that serves what it should is asked again once in a while. */
const RECHECK_MS = 600_000;
const MOST_AT_ONCE = 32;
/** A pod may be too busy for a handshake or two: only after this time in vain it counts as one that does not answer. */
const SILENCE_MS = 30_000;

interface Watched {
  /** Pod, container and address: another one of these is another server. */
  readonly server: string;
  readonly address: string;
  expected: string;
  /** What it was last seen to serve. */
  fingerprint: string | undefined;
  /** Since when it is asked in vain; undefined once it answers. */
  silentSince: number | undefined;
  /** There once the silence lasts. */
  unanswered: Unanswered | undefined;
  attempts: number;
  timer: Timer | undefined;
}

/**
 * Looks at what pods really serve, by a handshake with each: when a pod becomes ready or another certificate is expected, again until it
 * serves that, then rarely. What a pod was seen to serve counts until it says something else, or another container runs in it.
 */
export class ServedWatch {
  private readonly pods = new Map<string, Map<string, Watched>>();
  /** Not all at once, however many there are. */
  private readonly turns = new Turns(MOST_AT_ONCE);
  private stopped = false;

  constructor(private readonly options: ServedWatchOptions) {}

  /** What is known of the pods of a ProxySQL: fingerprints by pod name. */
  seen(key: string): ReadonlyMap<string, string> {
    return this.known(key, ({ fingerprint }) => fingerprint);
  }

  /** Pods of a ProxySQL that do not answer, by name. */
  unanswered(key: string): ReadonlyMap<string, Unanswered> {
    return this.known(key, ({ unanswered }) => unanswered);
  }

  /** Tells which pods there are, and which certificate they should serve. */
  expect(key: string, pods: readonly KubernetesObject[], fingerprint: string): void {
    const before = this.pods.get(key) ?? new Map<string, Watched>();
    const now = new Map<string, Watched>();
    for (const pod of pods) {
      const server = serverOf(pod);
      if (server === undefined) {
        continue;
      }
      const { name } = pod.metadata;
      const known = before.get(name);
      if (known?.server === server.id) {
        now.set(name, known);
        if (known.expected !== fingerprint) {
          known.expected = fingerprint;
          known.attempts = 0;
          this.schedule(key, referenceTo(pod), known, 0);
        }
      } else {
        const watched: Watched = {
          server: server.id,
          address: server.address,
          expected: fingerprint,
          fingerprint: undefined,
          silentSince: undefined,
          unanswered: undefined,
          attempts: 0,
          timer: undefined,
        };
        now.set(name, watched);
        this.schedule(key, referenceTo(pod), watched, 0);
      }
    }
    for (const [name, watched] of before) {
      if (now.get(name) !== watched) {
        watched.timer?.clear();
      }
    }
    this.pods.set(key, now);
  }

  forget(key: string): void {
    this.pods.get(key)?.forEach(({ timer }) => timer?.clear());
    this.pods.delete(key);
  }

  stop(): void {
    this.stopped = true;
    [...this.pods.keys()].forEach((key) => this.forget(key));
  }

  private known<T>(key: string, what: (watched: Watched) => T | undefined): ReadonlyMap<string, T> {
    const known = new Map<string, T>();
    for (const [name, watched] of this.pods.get(key) ?? []) {
      const value = what(watched);
      if (value !== undefined) {
        known.set(name, value);
      }
    }
    return known;
  }

  private schedule(key: string, pod: ObjectReference, watched: Watched, delayMs: number): void {
    watched.timer?.clear();
    watched.timer = this.options.clock.setTimeout(() => void this.look(key, pod, watched), delayMs);
  }

  private async look(key: string, pod: ObjectReference, watched: Watched): Promise<void> {
    const { random } = this.options;
    const answer = await this.turns.take(async () =>
      this.stopped ? { why: 'stopped' } : await this.ask(watched.address),
    );
    if (this.stopped || this.pods.get(key)?.get(pod.name) !== watched) {
      return;
    }
    watched.attempts++;
    const right = 'fingerprint' in answer && answer.fingerprint === watched.expected;
    const delay = right
      ? RECHECK_MS * (0.5 + random())
      : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 1.5 ** (watched.attempts - 1)) * (0.75 + random() / 2);
    if (right) {
      watched.attempts = 0;
    }
    this.schedule(key, pod, watched, delay);
    if (
      'fingerprint' in answer ? this.heard(pod, watched, answer.fingerprint) : this.silent(pod, watched, answer.why)
    ) {
      this.options.onChange(key);
    }
  }

  private async ask(address: string): Promise<{ fingerprint: string } | { why: string }> {
    const { ask = askByHandshake } = this.options;
    try {
      const fingerprint = await ask(address);
      return fingerprint === undefined ? { why: 'no answer' } : { fingerprint };
    } catch (error) {
      return { why: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Returns whether that is news. */
  private heard(pod: ObjectReference, watched: Watched, fingerprint: string): boolean {
    const news = fingerprint !== watched.fingerprint || watched.unanswered !== undefined;
    watched.fingerprint = fingerprint;
    watched.silentSince = undefined;
    watched.unanswered = undefined;
    if (news) {
      const expected = fingerprint === watched.expected;
      this.options.logger.info({ pod: describeReference(pod), fingerprint, expected }, 'Looked at what a pod serves.');
    }
    return news;
  }

  /** Returns whether that is news: once, whatever the attempts after it say. */
  private silent(pod: ObjectReference, watched: Watched, why: string): boolean {
    const { clock, logger } = this.options;
    const { address } = watched;
    const since = (watched.silentSince ??= clock.now());
    if (watched.unanswered !== undefined || clock.now() - since < SILENCE_MS) {
      return false;
    }
    watched.unanswered = { address, why, since };
    logger.warn(
      { pod: describeReference(pod), address, port: DB_PORT.number, why, since: new Date(since).toISOString() },
      'A pod does not say what it serves: check that NetworkPolicies let the operator reach it.',
    );
    return true;
  }
}

/** A ready pod as a server; undefined while it is not ready. */
function serverOf(pod: KubernetesObject): { id: string; address: string } | undefined {
  const { metadata, status } = pod;
  const { podIP, containerStatuses } = (status ?? {}) as PodStatus;
  if (conditionOf(pod, 'Ready')?.status !== 'True' || podIP === undefined || metadata.deletionTimestamp !== undefined) {
    return undefined;
  }
  const containers = containerStatuses?.map(({ containerID, restartCount }) => `${containerID} ${restartCount}`) ?? [];
  return { id: [metadata.uid, podIP, ...containers].join(' '), address: podIP };
}

async function askByHandshake(host: string): Promise<string> {
  const { number: port } = DB_PORT;
  try {
    return (await mysqlTlsHandshake({ host, port })).leaf.fingerprint;
  } catch (error) {
    if (error instanceof HandshakeError && error.failure === 'no-tls') {
      return NO_TLS;
    }
    // Whoever asks knows the address.
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replace(`${host}:${port}`, '').replace(/^[: ]+/, ''), { cause: error });
  }
}
