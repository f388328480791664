import http from 'node:http';
import { conditionOf } from '../lib/graph/gates/conditions';
import { type PodReport, readPodReport } from '../lib/graph/pod-report';
import { describeReference, type KubernetesObject, type ObjectReference, referenceTo } from '../lib/kubernetes';
import { REPORT_PORT } from '../lib/ports';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { isSame } from './compare';
import { Turns } from './runtime/turns';
import { type PodStatus } from './shrink';

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
const MOST_AT_ONCE = 32;

interface Watched {
  readonly uid: string | undefined;
  readonly address: string;
  ready: boolean;
  report: PodReport | undefined;
  failures: number;
  timer: Timer | undefined;
}

/**
 * Asks sidecars once in a while what they know and nobody else does: why a pod does not start, what of its configuration was left out, how the
 * database looks from there. A pod that does not answer is no news: an older sidecar has no report, and whether pods can be reached is told by
 * what they serve.
 */
export class ReportWatch {
  private readonly pods = new Map<string, Map<string, Watched>>();
  private readonly turns = new Turns(MOST_AT_ONCE);
  private readonly ending = new AbortController();

  constructor(private readonly options: ReportWatchOptions) {}

  /** What is known of the pods of a ProxySQL, by pod name. */
  seen(key: string): ReadonlyMap<string, PodReport> {
    const known = new Map<string, PodReport>();
    for (const [name, { report }] of this.pods.get(key) ?? []) {
      if (report !== undefined) {
        known.set(name, report);
      }
    }
    return known;
  }

  /** Tells which pods there are. */
  expect(key: string, pods: readonly KubernetesObject[]): void {
    const before = this.pods.get(key) ?? new Map<string, Watched>();
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
        this.schedule(key, referenceTo(pod), watched, FIRST_MS);
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
    this.ending.abort();
    [...this.pods.keys()].forEach((key) => this.forget(key));
  }

  private schedule(key: string, pod: ObjectReference, watched: Watched, delayMs: number): void {
    const { clock, random } = this.options;
    watched.timer?.clear();
    watched.timer = clock.setTimeout(() => void this.look(key, pod, watched), delayMs * (0.75 + random() / 2));
  }

  private async look(key: string, pod: ObjectReference, watched: Watched): Promise<void> {
    const answer = await this.turns.take(async () => await this.ask(watched));
    if (this.ending.signal.aborted || this.pods.get(key)?.get(pod.name) !== watched) {
      return;
    }
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
    this.schedule(key, pod, watched, answer instanceof Error || isWell(answer) ? WELL_MS : TROUBLE_MS);
    if (!isSame(before, watched.report)) {
      this.options.onChange(key);
    }
  }

  private async ask({ address }: Watched): Promise<PodReport | Error> {
    const { ask = askOverHttp } = this.options;
    try {
      this.ending.signal.throwIfAborted();
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
