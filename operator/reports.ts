import http from 'node:http';
import { conditionOf } from '../lib/graph/gates/conditions';
import { type PodReport, readPodReport } from '../lib/graph/pod-report';
import { describeReference, type KubernetesObject, type ObjectReference, referenceTo } from '../lib/kubernetes';
import { REPORT_PORT } from '../lib/ports';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { isSame } from './compare';
import { type PodStatus } from './shrink';
import { type WatchedPod, WatchedPods } from './watched-pods';

/** Asks the sidecar of a pod for its report. An Error says why there is none. */
export type AskReport = (address: string, signal: AbortSignal) => Promise<PodReport>;

/** What the watch over reports needs. */
export interface ReportWatchOptions {
  /** @default - over HTTP */
  readonly ask?: AskReport;
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Told when a report says something else than the one before, or does not count any more. */
  readonly onChange: (key: string) => void;
}

/** A pod is given some time to start, and to become ready, before it is asked why it is not. */
const FIRST_MS = 10_000;
/** A pod that has something to tell is asked again soon, since it may be over. */
const TROUBLE_MS = 15_000;
const WELL_MS = 60_000;
/** So many times in vain, and what was reported before does not count any more. */
const MOST_FAILURES = 3;

interface Watched extends WatchedPod {
  readonly uid: string | undefined;
  readonly address: string;
  ready: boolean;
  report: PodReport | undefined;
  failures: number;
}

/**
 * Asks sidecars once in a while what they know and nobody else does: why a pod does not start, what of its configuration was left out, how the
 * database looks from there. A pod that does not answer is no news: an older sidecar has no report, and whether pods can be reached is told by
 * what they serve.
 */
export class ReportWatch {
  private readonly pods: WatchedPods<Watched, PodReport | Error>;
  private readonly ending = new AbortController();

  constructor(private readonly options: ReportWatchOptions) {
    this.pods = new WatchedPods({
      clock: options.clock,
      ask: async ({ address }) => await this.ask(address),
      heard: (key, pod, watched, answer) => this.answered(key, pod, watched, answer),
    });
  }

  /** What is known of the pods of a ProxySQL, by pod name. */
  seen(key: string): ReadonlyMap<string, PodReport> {
    return this.pods.known(key, ({ report }) => report);
  }

  /** Tells which pods there are. */
  expect(key: string, pods: readonly KubernetesObject[]): void {
    const before = this.pods.of(key);
    const now = new Map<string, Watched>();
    for (const pod of pods) {
      const { metadata, status } = pod;
      const { podIP } = (status ?? {}) as PodStatus;
      if (podIP === undefined || metadata.deletionTimestamp !== undefined) {
        continue;
      }
      const ready = conditionOf(pod, 'Ready')?.status === 'True';
      const known = before.get(metadata.name);
      const isSamePod = known?.uid === metadata.uid && known?.address === podIP;
      const watched: Watched =
        known !== undefined && isSamePod
          ? known
          : { uid: metadata.uid, address: podIP, ready, report: undefined, failures: 0, timer: undefined };
      now.set(metadata.name, watched);
      if (watched !== known || known.ready !== ready) {
        watched.ready = ready;
        this.askAround(FIRST_MS, key, referenceTo(pod), watched);
      }
    }
    this.pods.keep(key, now);
  }

  forget(key: string): void {
    this.pods.forget(key);
  }

  stop(): void {
    this.ending.abort();
    this.pods.stop();
  }

  /** At different times, so that pods which came together are not asked together. */
  private askAround(delayMs: number, key: string, pod: ObjectReference, watched: Watched): void {
    this.pods.askIn(delayMs * (0.75 + this.options.random() / 2), key, pod, watched);
  }

  private answered(key: string, pod: ObjectReference, watched: Watched, answer: PodReport | Error): void {
    const before = watched.report;
    if (answer instanceof Error) {
      watched.failures++;
      if (watched.failures === MOST_FAILURES) {
        watched.report = undefined;
      }
      this.options.logger.debug({ pod: describeReference(pod), why: answer.message }, 'A sidecar gives no report.');
    } else {
      watched.failures = 0;
      watched.report = answer;
    }
    this.askAround(answer instanceof Error || isWell(answer) ? WELL_MS : TROUBLE_MS, key, pod, watched);
    if (!isSame(before, watched.report)) {
      this.options.onChange(key);
    }
  }

  private async ask(address: string): Promise<PodReport | Error> {
    const { ask = askOverHttp } = this.options;
    try {
      return await ask(address, this.ending.signal);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

function isWell({ gate, readiness, configuration, servers = [] }: PodReport): boolean {
  return (
    gate.ok &&
    readiness?.ok === true &&
    configuration.problems.length === 0 &&
    !configuration.changedSinceStart &&
    servers.every(({ inService, trouble }) => inService && trouble === undefined)
  );
}

const TIMEOUT_MS = 3000;
/** A report of a hundred servers that all have something to tell is not as long. */
const MOST_BYTES = 256 * 1024;

/** @throws Error where the pod does not answer in time, or with something else */
export async function askOverHttp(
  host: string,
  signal: AbortSignal,
  port: number = REPORT_PORT.number,
): Promise<PodReport> {
  const request = http.get({
    host,
    port,
    path: '/report',
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // What goes wrong in the middle of an answer is told twice.
    request.on('error', reject);
    request.once('response', resolve);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      // Leaving the loop destroys the connection.
      throw new Error(`the report is longer than ${MOST_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  if (response.statusCode !== 200) {
    throw new Error(`the answer is ${response.statusCode}`);
  }
  return readPodReport(Buffer.concat(chunks).toString());
}
