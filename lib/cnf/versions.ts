/** What `spec.version` says about ProxySQL: it is the tag of the official image. */

/** A version as numbers; the suffix names the image's distribution. */
export interface ProxySQLVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What follows the first hyphen, e.g. `debian`. */
  readonly suffix?: string;
}

/** Reads `2.7.3` or `3.0.1-debian`; undefined for anything else. */
export function parseVersion(text: string): ProxySQLVersion | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:-([A-Za-z0-9][-A-Za-z0-9._]*))?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, major, minor, patch, suffix] = match;
  const numbers = { major: Number(major), minor: Number(minor), patch: Number(patch) };
  return suffix === undefined ? numbers : { ...numbers, suffix };
}

/** Things that not every ProxySQL can do. */
export type Feature = keyof typeof FIRST_VERSIONS;

/** The first version that has each feature. */
export const FIRST_VERSIONS = {
  /** `PROXYSQL RELOAD TLS`: new certificates without a restart. */
  tlsReload: '2.3.0',
  /** Client certificates demanded by `spiffe_id` in a user's attributes, with all URI SANs looked at. */
  spiffeId: '2.3.0',
  /** `mysql-have_ssl` is true unless it is set. */
  haveSslByDefault: '2.6.0',
  /** Clients may log in by `caching_sha2_password`. */
  cachingSha2Password: '2.6.0',
  /** Members of a replication group are found from any one of them. */
  groupReplicationDiscovery: '2.6.0',
  /** TLS parameters per database server in `mysql_servers_ssl_params`. */
  serversSslParams: '2.6.0',
  /** Listeners for PostgreSQL, open unless they are configured. */
  postgresql: '3.0.0',
  /** The prefix `mysql-` or `admin-` of a variable in the configuration file is dropped; before, the variable was unknown. */
  prefixedVariables: '3.0.4',
  /** The table `stats_tls_certificates` and the counters of loads. */
  tlsStatistics: '3.0.9',
} as const;

/** Whether a version has a feature. */
export function hasFeature(version: ProxySQLVersion, feature: Feature): boolean {
  const first = parseVersion(FIRST_VERSIONS[feature]);
  return first !== undefined && compare(version, first) >= 0;
}

function compare(left: ProxySQLVersion, right: ProxySQLVersion): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}
