import { conditionOf } from '../lib/graph/gates/conditions';
import { type Unanswered } from '../lib/graph/world';
import { type KubernetesObject, type ObjectReference, describeReference, referenceTo } from '../lib/kubernetes';
import { DB_PORT } from '../lib/ports';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { HandshakeError, mysqlTlsHandshake } from '../runtime/mysql/handshake';
import { type PodStatus } from './shrink';
import { type WatchedPod, WatchedPods } from './watched-pods';

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
/** A pod may be too busy for a handshake or two: only after this time in vain it counts as one that does not answer. */
const SILENCE_MS = 30_000;

interface Watched extends WatchedPod {
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
}

type Answer = { readonly fingerprint: string } | { readonly why: string };

/**
 * Looks at what pods really serve, by a handshake with each: when a pod becomes ready or another certificate is expected, again until it
 * serves that, then rarely. What a pod was seen to serve counts until it says something else, or another container runs in it.
 */
export class ServedWatch {
  private readonly pods: WatchedPods<Watched, Answer>;

  constructor(private readonly options: ServedWatchOptions) {
    this.pods = new WatchedPods({
      clock: options.clock,
      ask: async ({ address }) => await this.ask(address),
      heard: (key, pod, watched, answer) => this.answered(key, pod, watched, answer),
    });
  }

  /** What is known of the pods of a ProxySQL: fingerprints by pod name. */
  seen(key: string): ReadonlyMap<string, string> {
    return this.pods.known(key, ({ fingerprint }) => fingerprint);
  }

  /** Pods of a ProxySQL that do not answer, by name. */
  unanswered(key: string): ReadonlyMap<string, Unanswered> {
    return this.pods.known(key, ({ unanswered }) => unanswered);
  }

  /** Tells which pods there are, and which certificate they should serve. */
  expect(key: string, pods: readonly KubernetesObject[], fingerprint: string): void {
    const before = this.pods.of(key);
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
          this.pods.askIn(0, key, referenceTo(pod), known);
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
        this.pods.askIn(0, key, referenceTo(pod), watched);
      }
    }
    this.pods.keep(key, now);
  }

  forget(key: string): void {
    this.pods.forget(key);
  }

  stop(): void {
    this.pods.stop();
  }

  private answered(key: string, pod: ObjectReference, watched: Watched, answer: Answer): void {
    const { random } = this.options;
    watched.attempts++;
    const right = 'fingerprint' in answer && answer.fingerprint === watched.expected;
    const delay = right
      ? RECHECK_MS * (0.5 + random())
      : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 1.5 ** (watched.attempts - 1)) * (0.75 + random() / 2);
    if (right) {
      watched.attempts = 0;
    }
    this.pods.askIn(delay, key, pod, watched);
    if (
      'fingerprint' in answer ? this.heard(pod, watched, answer.fingerprint) : this.silent(pod, watched, answer.why)
    ) {
      this.options.onChange(key);
    }
  }

  private async ask(address: string): Promise<Answer> {
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
