import { parseLibconfig, type ConfigGroup, type ConfigValue } from './libconfig';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A row of mysql_users as far as the double knows it. */
export interface User {
  readonly username: string;
  /** Clear text, or `*` and the hexadecimal double SHA-1. */
  readonly password: string;
  readonly useSsl: boolean;
  /** From the attributes: the URI that a client certificate must have; a leading `!` makes it a pattern. */
  readonly spiffeId?: string;
}

/** What the double takes from a proxysql.cnf. */
export interface Settings {
  readonly dataDir?: string;
  readonly admin: readonly Address[];
  readonly adminCredentials: ReadonlyMap<string, string>;
  readonly rest?: Address;
  readonly mysql: readonly Address[];
  readonly threads: number;
  readonly haveSsl: boolean;
  readonly defaultPlugin: 'mysql_native_password' | 'caching_sha2_password';
  readonly serverVersion: string;
  readonly users: readonly User[];
  readonly peers: readonly PeerRow[];
  readonly servers: readonly ServerRow[];
}

/** A row of proxysql_servers: hostname, port, weight, comment. */
export type PeerRow = readonly [string, string, string, string];

/** A row of mysql_servers: hostgroup, hostname, port. */
export type ServerRow = readonly [string, string, string];

/** @throws Error when the text is no configuration */
export function readSettings(text: string): Settings {
  const root = parseLibconfig(text);
  const admin = group(root['admin_variables']);
  const mysql = group(root['mysql_variables']);
  return {
    dataDir: typeof root['datadir'] === 'string' ? root['datadir'] : undefined,
    admin: addresses(admin['mysql_ifaces'] ?? '0.0.0.0:6032'),
    adminCredentials: credentials(
      String(admin['admin_credentials'] ?? 'admin:admin'),
      String(admin['stats_credentials'] ?? 'stats:stats'),
    ),
    rest:
      admin['restapi_enabled'] === true ? { host: '0.0.0.0', port: Number(admin['restapi_port'] ?? 6070) } : undefined,
    mysql: addresses(mysql['interfaces'] ?? '0.0.0.0:6033'),
    threads: Number(mysql['threads'] ?? 4),
    haveSsl: String(mysql['have_ssl'] ?? 'true') === 'true',
    defaultPlugin:
      mysql['default_authentication_plugin'] === 'caching_sha2_password'
        ? 'caching_sha2_password'
        : 'mysql_native_password',
    serverVersion: String(mysql['server_version'] ?? '8.0.11'),
    users: list(root['mysql_users']).map(group).map(user),
    peers: list(root['proxysql_servers']).map(group).map(peer),
    servers: list(root['mysql_servers']).map(group).map(server),
  };
}

function peer(row: ConfigGroup): PeerRow {
  return [
    String(row['hostname'] ?? ''),
    String(row['port'] ?? 6032),
    String(row['weight'] ?? 0),
    String(row['comment'] ?? ''),
  ];
}

function server(row: ConfigGroup): ServerRow {
  return [
    String(row['hostgroup'] ?? row['hostgroup_id'] ?? 0),
    String(row['address'] ?? row['hostname'] ?? ''),
    String(row['port'] ?? 3306),
  ];
}

function user(row: ConfigGroup): User {
  const attributes = typeof row['attributes'] === 'string' && row['attributes'] !== '' ? row['attributes'] : '{}';
  const spiffeId = (JSON.parse(attributes) as { spiffe_id?: string }).spiffe_id;
  return {
    username: String(row['username'] ?? ''),
    password: String(row['password'] ?? ''),
    useSsl: Number(row['use_ssl'] ?? 0) === 1,
    ...(spiffeId !== undefined && { spiffeId }),
  };
}

function addresses(value: ConfigValue): Address[] {
  return String(value)
    .split(';')
    .filter(Boolean)
    .map((address) => {
      const colon = address.lastIndexOf(':');
      return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
    });
}

function credentials(...texts: string[]): ReadonlyMap<string, string> {
  return new Map(
    texts
      .flatMap((text) => text.split(';'))
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );
}

function group(value: ConfigValue | undefined): ConfigGroup {
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function list(value: ConfigValue | undefined): ConfigValue[] {
  return Array.isArray(value) ? value : [];
}
