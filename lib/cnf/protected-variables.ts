import { ADMIN_PORT, DB_PORT, REST_PORT } from '../ports';
import { isCnfName } from './ast';

/** The two groups of variables that a user may add to. */
export type VariableGroup = 'admin_variables' | 'mysql_variables';

/** Where ProxySQL listens for applications. */
export const DB_INTERFACES = `0.0.0.0:${DB_PORT.number}`;

/** Where ProxySQL listens for its peers and the sidecar. */
export const ADMIN_INTERFACES = `0.0.0.0:${ADMIN_PORT.number}`;

/** PostgreSQL's listeners cannot be switched off, but they can be kept inside the pod. */
export const POSTGRESQL_ADMIN_INTERFACES = '127.0.0.1:6132';
export const POSTGRESQL_INTERFACES = '127.0.0.1:6133';

const CREDENTIAL = 'it is a credential, and those are added in the pod from Secrets';
const LISTENER = 'Services, probes, network policy and the sidecar rely on it';
const PLAIN_LISTENER = 'it would open a listener outside the protection of TLS';
const BACKEND_TLS = 'it follows from the AppBinding';

const PROTECTED: { readonly [group in VariableGroup]: ReadonlyMap<string, string> } = {
  admin_variables: new Map([
    ['admin_credentials', CREDENTIAL],
    ['stats_credentials', CREDENTIAL],
    ['cluster_username', CREDENTIAL],
    ['cluster_password', CREDENTIAL],
    ['mysql_ifaces', LISTENER],
    ['mysql_interface', LISTENER],
    ['pgsql_ifaces', PLAIN_LISTENER],
    ['telnet_admin_ifaces', PLAIN_LISTENER],
    ['telnet_stats_ifaces', PLAIN_LISTENER],
    ['web_enabled', PLAIN_LISTENER],
    ['web_port', PLAIN_LISTENER],
    ['restapi_enabled', 'the sidecar reads the metrics there'],
    ['restapi_port', 'the sidecar reads the metrics there'],
    ['ssl_keylog_file', 'it would write down the keys of TLS sessions'],
  ]),
  mysql_variables: new Map([
    ['interfaces', LISTENER],
    ['have_ssl', 'it follows from spec.tls'],
    ['monitor_username', CREDENTIAL],
    ['monitor_password', CREDENTIAL],
    ['ssl_p2s_ca', BACKEND_TLS],
    ['ssl_p2s_cert', BACKEND_TLS],
    ['ssl_p2s_key', BACKEND_TLS],
  ]),
};

/** Values of protected variables that change nothing, so that writing them is no mistake. */
const HARMLESS: { readonly [group in VariableGroup]: ReadonlyMap<string, string> } = {
  admin_variables: new Map([
    ['mysql_ifaces', ADMIN_INTERFACES],
    ['restapi_enabled', 'true'],
    ['restapi_port', String(REST_PORT.number)],
    ['web_enabled', 'false'],
  ]),
  mysql_variables: new Map([['interfaces', DB_INTERFACES]]),
};

/** Whether a name is a variable's: without the prefix that ProxySQL shows it with. */
export function isVariableName(name: string): boolean {
  return isCnfName(name) && /^\w+$/.test(name);
}

/** Why a variable is not the user's to set; undefined if it is. ProxySQL does not tell upper from lower case in names of variables. */
export function protectionOf(group: VariableGroup, name: string): string | undefined {
  const reason = PROTECTED[group].get(name.toLowerCase());
  return reason ?? (isCredentialName(name) ? CREDENTIAL : undefined);
}

/** Whether a variable's value must not be repeated in messages. */
export function isCredentialName(name: string): boolean {
  return /password|passwd|credential|secret/i.test(name);
}

/** Whether a protected variable is only given the value that it has anyhow. `haveSsl` is that of `have_ssl`. */
export function isHarmless(group: VariableGroup, name: string, value: string, haveSsl: boolean): boolean {
  const key = name.toLowerCase();
  if (group === 'mysql_variables' && key === 'have_ssl') {
    return value === String(haveSsl);
  }
  return HARMLESS[group].get(key) === value;
}
