import { printable } from '../printable';

/**
 * What a pod's sidecar reports. It is told to people, and nothing is decided by it: whether certificates are served is seen by a handshake, and
 * whether a pod is ready is kubelet's to say.
 */
export interface PodReport {
  /** Whether ProxySQL was let start, and what holds it. */
  readonly gate: ReportedVerdict;
  /** The answer to the last readiness probe. @default - there was none yet */
  readonly readiness?: ReportedVerdict;
  readonly configuration: {
    /** What is wrong with what is mounted, one sentence each: it is left out, or holds the gate. */
    readonly problems: readonly string[];
    /** Whether what is mounted became another configuration since ProxySQL was started. */
    readonly changedSinceStart: boolean;
  };
  /** Servers of the database as ProxySQL has them. @default - ProxySQL does not say, as before it runs */
  readonly servers?: readonly ReportedServer[];
}

/** A sidecar's answer to a probe. */
export interface ReportedVerdict {
  readonly ok: boolean;
  /** CamelCase. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

/** A server of the database. */
export interface ReportedServer {
  /** Host and port. */
  readonly address: string;
  /** Whether ProxySQL sends queries to it. */
  readonly inService: boolean;
  /** What ProxySQL finds wrong with it, in its own words. @default - nothing */
  readonly trouble?: string;
}

const MOST_PROBLEMS = 20;
const MOST_SERVERS = 100;
const MOST_OF_TEXT = 500;

/**
 * Reads a report as a pod sends it. Whatever is in it, what comes out is short and printable.
 * @throws Error where it is none
 */
export function readPodReport(text: string): PodReport {
  const report = recordOf(JSON.parse(text), 'the report');
  const configuration = recordOf(report['configuration'], 'configuration');
  const { readiness, servers } = report;
  return {
    gate: verdictOf(report['gate'], 'gate'),
    ...(readiness !== undefined && { readiness: verdictOf(readiness, 'readiness') }),
    configuration: {
      problems: listOf(configuration['problems'], 'problems')
        .slice(0, MOST_PROBLEMS)
        .map((problem) => textOf(problem, 'a problem')),
      changedSinceStart: configuration['changedSinceStart'] === true,
    },
    ...(servers !== undefined && { servers: listOf(servers, 'servers').slice(0, MOST_SERVERS).map(serverOf) }),
  };
}

function verdictOf(value: unknown, what: string): ReportedVerdict {
  const { ok, reason, message } = recordOf(value, what);
  return { ok: ok === true, reason: textOf(reason, `the reason of ${what}`), message: textOf(message, what) };
}

function serverOf(value: unknown): ReportedServer {
  const { address, inService, trouble } = recordOf(value, 'a server');
  return {
    address: textOf(address, 'an address'),
    inService: inService === true,
    ...(trouble !== undefined && { trouble: textOf(trouble, 'a trouble') }),
  };
}

function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}

function listOf(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) {
    throw new Error(`${what} is no list`);
  }
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw new Error(`${what} is no text`);
  }
  return printable(value, MOST_OF_TEXT);
}
