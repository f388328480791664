import { type KubernetesObject, type ObjectReference, describeReference, referenceTo } from '../lib/kubernetes';
import { DB_PORT } from '../lib/ports';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { HandshakeError, mysqlTlsHandshake } from '../runtime/mysql/handshake';
import { type PodStatus } from './shrink';

/** Asks a pod for the certificate that it serves: its fingerprint, or undefined where it could not be asked. */
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
  /** Told when it is known anew what a pod serves. */
  readonly onChange: (key: string) => void;
}

/** A pod that serves another certificate than it should is asked again soon, as it may be changing over just now. */
const FIRST_RETRY_MS = 150;
const LONGEST_RETRY_MS = 30_000;
/** A pod that serves what it should is asked again once in a while. */
const RECHECK_MS = 600_000;
const MOST_AT_ONCE = 32;

interface Watched {
  /** Pod, container and address: another one of these is another server. */
  readonly server: string;
  readonly address: string;
  expected: string;
  fingerprint: string | undefined;
  attempts: number;
  timer: Timer | undefined;
}

/**
 * Looks at what pods really serve, by a handshake with each: when a pod becomes ready or another certificate is expected, again until it
 * serves that, then rarely. What cannot be asked stays unknown.
 */
export class ServedWatch {
  private readonly pods = new Map<string, Map<string, Watched>>();
  private readonly waiting: (() => void)[] = [];
  private asking = 0;
  private stopped = false;

  constructor(private readonly options: ServedWatchOptions) {}

  /** What is known of the pods of a ProxySQL: fingerprints by pod name. */
  seen(key: string): ReadonlyMap<string, string> {
    const seen = new Map<string, string>();
    for (const [name, { fingerprint }] of this.pods.get(key) ?? []) {
      if (fingerprint !== undefined) {
        seen.set(name, fingerprint);
      }
    }
    return seen;
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
    this.waiting.splice(0).forEach((resume) => resume());
  }

  private schedule(key: string, pod: ObjectReference, watched: Watched, delayMs: number): void {
    watched.timer?.clear();
    watched.timer = this.options.clock.setTimeout(() => void this.look(key, pod, watched), delayMs);
  }

  private async look(key: string, pod: ObjectReference, watched: Watched): Promise<void> {
    const { ask = askByHandshake, random, logger } = this.options;
    await this.turn();
    const fingerprint = this.stopped ? undefined : await ask(watched.address);
    this.asking--;
    this.waiting.shift()?.();
    if (this.stopped || this.pods.get(key)?.get(pod.name) !== watched) {
      return;
    }
    watched.attempts++;
    const right = fingerprint === watched.expected;
    const delay = right
      ? RECHECK_MS * (0.5 + random())
      : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 1.5 ** (watched.attempts - 1)) * (0.75 + random() / 2);
    if (right) {
      watched.attempts = 0;
    }
    this.schedule(key, pod, watched, delay);
    if (fingerprint !== watched.fingerprint) {
      watched.fingerprint = fingerprint;
      logger.info({ pod: describeReference(pod), fingerprint, expected: right }, 'Looked at what a pod serves.');
      this.options.onChange(key);
    }
  }

  /** Not all at once, however many there are. */
  private async turn(): Promise<void> {
    while (this.asking >= MOST_AT_ONCE && !this.stopped) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.asking++;
  }
}

/** A ready pod as a server; undefined while it is not ready. */
function serverOf({ metadata, status }: KubernetesObject): { id: string; address: string } | undefined {
  const { podIP, conditions, containerStatuses } = (status ?? {}) as PodStatus;
  const ready = conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
  if (!ready || podIP === undefined || metadata.deletionTimestamp !== undefined) {
    return undefined;
  }
  const containers = containerStatuses?.map(({ containerID, restartCount }) => `${containerID} ${restartCount}`) ?? [];
  return { id: [metadata.uid, podIP, ...containers].join(' '), address: podIP };
}

async function askByHandshake(host: string): Promise<string | undefined> {
  try {
    return (await mysqlTlsHandshake({ host, port: DB_PORT.number })).leaf.fingerprint;
  } catch (error) {
    return error instanceof HandshakeError && error.failure === 'no-tls' ? NO_TLS : undefined;
  }
}
