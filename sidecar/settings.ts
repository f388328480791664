import { type CertificateAliasName, CERTIFICATE_ALIASES } from '../lib/names';
import {
  AUTH_DIR,
  BACKEND_CERT_DIR,
  CLIENT_CERT_DIR,
  CONFIG_DIR,
  DATA_DIR,
  INIT_DIR,
  METRICS_CERT_DIR,
  MONITOR_DIR,
  RUN_DIR,
  SERVER_CERT_DIR,
  USERS_DIR,
} from '../lib/paths';
import { ADMIN_PORT, DB_PORT, METRICS_PORT, REPORT_PORT, REST_PORT, SIDECAR_PORT } from '../lib/ports';
import { type ExpectedNames } from '../lib/proof/proof';
import { type LogLevel } from '../runtime/logger';

/** Folders that the sidecar reads and writes. */
export interface Folders {
  readonly run: string;
  readonly data: string;
  readonly config: string;
  readonly auth: string;
  readonly monitor: string;
  readonly users: string;
  readonly init: string;
  readonly backend: string;
  readonly certificates: Readonly<Record<CertificateAliasName, string>>;
}

export interface Ports {
  readonly db: number;
  readonly admin: number;
  readonly rest: number;
  readonly metrics: number;
  readonly http: number;
  readonly report: number;
}

/** All that the sidecar is told. Times are in milliseconds. */
export interface Settings {
  readonly folders: Folders;
  readonly ports: Ports;
  /** What each mounted certificate must be valid for; an alias that is not here is not used. */
  readonly expected: Readonly<Partial<Record<CertificateAliasName, ExpectedNames>>>;
  /** Whether plaintext logins are tolerated; without a server certificate they must be. */
  readonly allowPlaintext: boolean;
  /** What a drain may take at most. */
  readonly drainBudgetMs: number;
  /** What a request to drain must carry; without it, network policy alone decides who may ask. */
  readonly drainToken?: string;
  /** How long an authority that was replaced stays trusted for client certificates. */
  readonly trustOverlapMs: number;
  /** When to look at everything again though nothing was reported. */
  readonly safetyIntervalMs: number;
  readonly logLevel: LogLevel;
}

/** The environment is not as the pod template gives it. */
export class SettingsError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Reads the settings from the environment. Only EXPECTED_NAMES has to be there; folders and ports are the pod template's unless the
 * environment moves them.
 * @throws SettingsError
 */
export function readSettings(env: Environment): Settings {
  const expected = readExpected(env['EXPECTED_NAMES']);
  const allowPlaintext = readBoolean(env, 'ALLOW_PLAINTEXT', false);
  if (expected.server === undefined && !allowPlaintext) {
    throw new SettingsError(
      'EXPECTED_NAMES has no "server", so there is no certificate to serve. Add one, or set ALLOW_PLAINTEXT=true to serve without TLS.',
    );
  }
  return {
    folders: {
      run: env['RUN_DIR'] ?? RUN_DIR,
      data: env['DATA_DIR'] ?? DATA_DIR,
      config: env['CONFIG_DIR'] ?? CONFIG_DIR,
      auth: env['AUTH_DIR'] ?? AUTH_DIR,
      monitor: env['MONITOR_DIR'] ?? MONITOR_DIR,
      users: env['USERS_DIR'] ?? USERS_DIR,
      init: env['INIT_DIR'] ?? INIT_DIR,
      backend: env['BACKEND_CERT_DIR'] ?? BACKEND_CERT_DIR,
      certificates: {
        server: env['SERVER_CERT_DIR'] ?? SERVER_CERT_DIR,
        client: env['CLIENT_CERT_DIR'] ?? CLIENT_CERT_DIR,
        'metrics-exporter': env['METRICS_CERT_DIR'] ?? METRICS_CERT_DIR,
      },
    },
    ports: {
      db: readNumber(env, 'DB_PORT', DB_PORT.number, { largest: 65535 }),
      admin: readNumber(env, 'ADMIN_PORT', ADMIN_PORT.number, { largest: 65535 }),
      rest: readNumber(env, 'REST_PORT', REST_PORT.number, { largest: 65535 }),
      metrics: readNumber(env, 'METRICS_PORT', METRICS_PORT.number, { largest: 65535 }),
      http: readNumber(env, 'SIDECAR_PORT', SIDECAR_PORT.number, { largest: 65535 }),
      report: readNumber(env, 'REPORT_PORT', REPORT_PORT.number, { largest: 65535 }),
    },
    expected,
    allowPlaintext,
    drainBudgetMs: readNumber(env, 'DRAIN_BUDGET_SECONDS', 30) * SECOND,
    ...(env['DRAIN_TOKEN'] && { drainToken: env['DRAIN_TOKEN'] }),
    trustOverlapMs: readNumber(env, 'TRUST_OVERLAP_HOURS', 24) * HOUR,
    safetyIntervalMs: readNumber(env, 'SAFETY_INTERVAL_SECONDS', 300, { smallest: 1 }) * SECOND,
    logLevel: readLogLevel(env['LOG_LEVEL']),
  };
}

function readExpected(text: string | undefined): Settings['expected'] {
  const wanted =
    'It must be a JSON object such as {"server":{"dnsNames":["proxy.demo.svc"],"ipAddresses":["127.0.0.1"]}}.';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    throw new SettingsError(`EXPECTED_NAMES is ${text === undefined ? 'not set' : 'not JSON'}. ${wanted}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SettingsError(`EXPECTED_NAMES is not an object. ${wanted}`);
  }
  const unknown = Object.keys(parsed).find((alias) => !CERTIFICATE_ALIASES.some((known) => known === alias));
  if (unknown !== undefined) {
    throw new SettingsError(
      `EXPECTED_NAMES has the alias "${unknown}". Those that exist are ${CERTIFICATE_ALIASES.join(', ')}.`,
    );
  }
  for (const [alias, names] of Object.entries(parsed)) {
    if (!isExpectedNames(names)) {
      throw new SettingsError(`EXPECTED_NAMES: the names of "${alias}" are not lists of strings. ${wanted}`);
    }
  }
  return parsed as Settings['expected'];
}

function isExpectedNames(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((list) => Array.isArray(list) && list.every((name: unknown) => typeof name === 'string'))
  );
}

function readNumber(
  env: Environment,
  name: string,
  fallback: number,
  { smallest = 0, largest = Number.MAX_SAFE_INTEGER } = {},
): number {
  const text = env[name];
  if (text === undefined || text === '') {
    return fallback;
  }
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < smallest || value > largest) {
    const from = smallest === 0 ? '' : ` from ${smallest} on`;
    const to = largest === Number.MAX_SAFE_INTEGER ? '' : ` up to ${largest}`;
    throw new SettingsError(`${name} is "${text}". It must be a whole number${from}${to}.`);
  }
  return value;
}

function readBoolean(env: Environment, name: string, fallback: boolean): boolean {
  const text = env[name];
  if (text === undefined || text === '') {
    return fallback;
  }
  if (text !== 'true' && text !== 'false') {
    throw new SettingsError(`${name} is "${text}". It must be true or false.`);
  }
  return text === 'true';
}

function readLogLevel(text: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (text || 'info'));
  if (level === undefined) {
    throw new SettingsError(`LOG_LEVEL is "${text}". It must be one of ${LOG_LEVELS.join(', ')}.`);
  }
  return level;
}
