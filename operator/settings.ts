import { createHash } from 'node:crypto';
import os from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { type Images } from '../lib/objects/images';
import { PACKAGE_VERSION } from '../lib/package-version';
import { type LogLevel } from '../runtime/logger';

/** How the operator is run. */
export interface Settings {
  /** @default - see `connect` */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Namespaces that are served; undefined for all. */
  readonly namespaces?: readonly string[];
  /** Label selector of the ProxySQLs that are served; undefined for all. */
  readonly selector?: string;
  readonly leaderElection: boolean;
  /** Name of this process among its replicas. */
  readonly identity: string;
  /** Namespace of the Lease; undefined for that of the kubeconfig. */
  readonly leaseNamespace?: string;
  readonly leaseName: string;
  readonly leaseDurationMs: number;
  readonly images: Images;
  readonly healthPort: number;
  readonly logLevel: LogLevel;
  /** ProxySQLs that are worked on at the same time. */
  readonly concurrency: number;
  /** ProxySQLs whose pods a new version of the operator replaces at the same time. */
  readonly maxRollouts: number;
}

/** Settings that make no sense. Its message is for the person who gave them. */
export class SettingsError extends Error {
  constructor(
    message: string,
    /** What the process ends with: 0 where help was asked for. */
    readonly exitCode: number,
  ) {
    super(message);
  }
}

interface Flag {
  readonly flags: string;
  /** Environment variable that gives the value where the flag does not. */
  readonly env?: string;
  readonly description: string;
  readonly default?: string;
  readonly check?: (value: string) => string | undefined;
}

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Every flag, its environment variable, and what it takes. */
export const FLAGS: readonly Flag[] = [
  {
    flags: '--kubeconfig <file>',
    description: "kubeconfig; when absent what KUBECONFIG names, then the pod's service account",
  },
  { flags: '--context <name>', env: 'OPERATOR_CONTEXT', description: 'context of the kubeconfig' },
  {
    flags: '--namespaces <names>',
    env: 'OPERATOR_NAMESPACES',
    description: 'namespaces to serve, separated by commas; all when absent',
    check: (value) =>
      value.split(',').every((name) => DNS_LABEL.test(name.trim()))
        ? undefined
        : 'must be names of namespaces, separated by commas',
  },
  {
    flags: '--selector <labels>',
    env: 'OPERATOR_SELECTOR',
    description: 'label selector of the ProxySQLs to serve, to share a large fleet; all when absent',
  },
  {
    flags: '--leader-election <on|off>',
    env: 'OPERATOR_LEADER_ELECTION',
    description: 'whether replicas elect one that acts',
    default: 'on',
    check: oneOf(['on', 'off']),
  },
  {
    flags: '--lease-duration <seconds>',
    env: 'OPERATOR_LEASE_DURATION',
    description: 'after how long without a sign of the leader another one takes over',
    default: '15',
    check: integer(3, 3600),
  },
  {
    flags: '--lease-namespace <name>',
    env: 'POD_NAMESPACE',
    description: 'namespace of the Lease; that of the kubeconfig when absent',
    check: (value) => (DNS_LABEL.test(value) ? undefined : 'must be the name of a namespace'),
  },
  {
    flags: '--identity <name>',
    env: 'POD_NAME',
    description: 'name of this process among its replicas; host name and process id when absent',
  },
  {
    flags: '--proxysql-repository <repository>',
    env: 'OPERATOR_PROXYSQL_REPOSITORY',
    description: 'repository of the ProxySQL image, whose tag is spec.version',
  },
  {
    flags: '--runtime-image <image>',
    env: 'OPERATOR_RUNTIME_IMAGE',
    description: 'image of the sidecar, with its tag',
  },
  {
    flags: '--health-port <port>',
    env: 'OPERATOR_HEALTH_PORT',
    description: 'port of /healthz, /readyz and /metrics; 0 takes any free one',
    default: '8080',
    check: integer(0, 65535),
  },
  {
    flags: '--log-level <level>',
    env: 'OPERATOR_LOG_LEVEL',
    description: `least severe entries that are logged: ${LOG_LEVELS.join(', ')}`,
    default: 'info',
    check: oneOf(LOG_LEVELS),
  },
  {
    flags: '--concurrency <number>',
    env: 'OPERATOR_CONCURRENCY',
    description: 'ProxySQLs that are worked on at the same time',
    default: '8',
    check: integer(1, 64),
  },
  {
    flags: '--max-rollouts <number>',
    env: 'OPERATOR_MAX_ROLLOUTS',
    description: 'ProxySQLs whose pods a new version of the operator replaces at the same time',
    default: '10',
    check: integer(1, 100_000),
  },
];

/**
 * Reads the settings from the command line, then from the environment, then the defaults.
 *
 * @param argv arguments without program and script
 * @throws SettingsError for a wrong flag or value, and for `--help` and `--version`, whose text is its message
 */
export function readSettings(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Settings {
  const values = parse(argv, env);
  const namespaces = values['namespaces']?.split(',').map((name) => name.trim());
  const { kubeconfig, context, selector } = values;
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespaces !== undefined && { namespaces }),
    ...(selector !== undefined && { selector }),
    leaderElection: values['leaderElection'] === 'on',
    identity: values['identity'] ?? `${os.hostname()}-${process.pid}`,
    ...(values['leaseNamespace'] !== undefined && { leaseNamespace: values['leaseNamespace'] }),
    leaseName: leaseName(namespaces, selector),
    leaseDurationMs: Number(values['leaseDuration']) * 1000,
    images: {
      ...(values['proxysqlRepository'] !== undefined && { proxysqlRepository: values['proxysqlRepository'] }),
      ...(values['runtimeImage'] !== undefined && { runtime: values['runtimeImage'] }),
    },
    healthPort: Number(values['healthPort']),
    logLevel: values['logLevel'] as LogLevel,
    concurrency: Number(values['concurrency']),
    maxRollouts: Number(values['maxRollouts']),
  };
}

/** Operators that serve different parts of a cluster do not stand in each other's way: each part has a Lease of its own. */
function leaseName(namespaces: readonly string[] | undefined, selector: string | undefined): string {
  if (namespaces === undefined && selector === undefined) {
    return 'proxysql-operator';
  }
  const part = JSON.stringify([[...(namespaces ?? [])].sort(), selector ?? '']);
  return `proxysql-operator-${createHash('sha256').update(part).digest('hex').slice(0, 8)}`;
}

type Values = { readonly [name: string]: string | undefined };

function parse(argv: readonly string[], env: NodeJS.ProcessEnv): Values {
  let printed = '';
  const print = (text: string): void => void (printed += text);
  const program = new Command('operator')
    .description('Keeps what every ProxySQL asks for, and starts nothing whose TLS is not proven.')
    .version(PACKAGE_VERSION)
    .configureOutput({ writeOut: print, writeErr: print })
    .allowExcessArguments(false)
    .exitOverride();
  const options = FLAGS.map((flag) => ({
    flag,
    option: new Option(
      flag.flags,
      [
        flag.description,
        ...(flag.env === undefined ? [] : [`(env: ${flag.env})`]),
        ...(flag.default === undefined ? [] : [`(default: ${flag.default})`]),
      ].join(' '),
    ),
  }));
  options.forEach(({ option }) => program.addOption(option));
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    const code = error instanceof CommanderError ? error.exitCode : 1;
    throw new SettingsError(printed.trimEnd() || String(error), code);
  }
  const given = program.opts<Values>();
  return Object.fromEntries(
    options.map(({ flag, option }) => {
      const name = option.attributeName();
      const fromEnv = flag.env === undefined ? undefined : env[flag.env] || undefined;
      const value = given[name] ?? fromEnv ?? flag.default;
      const wrong = value === undefined ? undefined : flag.check?.(value);
      if (wrong !== undefined) {
        const where = given[name] === undefined ? flag.env : option.long;
        throw new SettingsError(`${where} ${wrong}, but it is "${value}".`, 1);
      }
      return [name, value];
    }),
  );
}

function oneOf(values: readonly string[]): (value: string) => string | undefined {
  return (value) => (values.includes(value) ? undefined : `must be one of ${values.join(', ')}`);
}

function integer(least: number, most: number): (value: string) => string | undefined {
  return (value) =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}
