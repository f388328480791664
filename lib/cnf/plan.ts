import { podHost } from '../names';
import { DATA_DIR } from '../paths';
import { ADMIN_PORT, REST_PORT } from '../ports';
import { type Problem } from '../problem';
import { ALLOW_PLAINTEXT_ANNOTATION } from '../labels';
import {
  cnfBoolean,
  type CnfDocument,
  cnfGroup,
  cnfInteger,
  cnfList,
  type CnfSetting,
  cnfString,
  cnfStrings,
} from './ast';
import { type Backend, backendOf } from './backend';
import { type ConfigurationInput, type Draft, draftOf, shown } from './configuration-input';
import { hostgroupRow, HOSTGROUPS, hostgroupTable } from './hostgroups';
import { INLINE_ADMIN_VARIABLES, INLINE_MYSQL_VARIABLES, INLINE_QUERY_RULES, ORIGIN_GROUP } from './origin';
import {
  ADMIN_INTERFACES,
  DB_INTERFACES,
  POSTGRESQL_ADMIN_INTERFACES,
  POSTGRESQL_INTERFACES,
} from './protected-variables';
import { defaultQueryRules, queryRuleRows } from './query-rules';
import { userRows } from './users';
import { inlineVariables, overlay, settingsOf } from './variables';
import { FIRST_VERSIONS, hasFeature } from './versions';

/** A configuration and what is wrong with what it was made from. It is to be used only if nothing is. */
export interface Plan {
  readonly document: CnfDocument;
  readonly problems: readonly Problem[];
}

/** Makes the configuration and checks everything that goes into it, in one go: so nothing is written that was not checked. */
export function planConfiguration(input: ConfigurationInput): Plan {
  const draft = draftOf(input);
  checkVersion(draft);
  checkTls(draft);
  const backend = input.appBinding === undefined ? undefined : backendOf(input.appBinding, draft.problems);
  const admin = inlineVariables(draft, 'admin_variables');
  const mysql = inlineVariables(draft, 'mysql_variables');
  const rules = queryRuleRows(draft);
  const document = settingsOf({
    datadir: cnfString(DATA_DIR),
    admin_variables: cnfGroup(overlay(adminVariables(draft), admin)),
    mysql_variables: cnfGroup(overlay(mysqlVariables(draft, backend), mysql)),
    ...(speaksPostgresql(draft) && {
      // One thread, the fewest there can be: each costs memory, and a second of every pause.
      pgsql_variables: cnfGroup(settingsOf({ interfaces: cnfString(POSTGRESQL_INTERFACES), threads: cnfInteger(1) })),
    }),
    ...serverTables(backend),
    mysql_users: cnfList(userRows(draft)),
    mysql_query_rules: cnfList(rules ?? defaultQueryRules(backend?.topology ?? 'Standalone')),
    proxysql_servers: cnfList(peers(input)),
    [ORIGIN_GROUP]: cnfGroup(
      settingsOf({
        [INLINE_ADMIN_VARIABLES]: cnfStrings(admin.map(({ name }) => name.toLowerCase())),
        [INLINE_MYSQL_VARIABLES]: cnfStrings(mysql.map(({ name }) => name.toLowerCase())),
        [INLINE_QUERY_RULES]: cnfBoolean(rules !== undefined),
      }),
    ),
  });
  return { document, problems: draft.problems };
}

function checkVersion({ spec, version, tls, problems }: Draft): void {
  if (version === undefined) {
    problems.push({
      path: 'spec.version',
      value: shown(spec.version),
      message: 'this is not a version of ProxySQL',
      remedy: 'Write the tag of an official image, e.g. 3.0.1-debian',
    });
  } else if (tls && !hasFeature(version, 'tlsReload')) {
    problems.push({
      path: 'spec.version',
      value: shown(spec.version),
      message: 'this version of ProxySQL cannot take over a renewed certificate while it runs',
      remedy: `Choose ${FIRST_VERSIONS.tlsReload} or later`,
    });
  }
}

function checkTls({ tls, allowPlaintext, problems }: Draft): void {
  if (!tls && !allowPlaintext) {
    problems.push({
      path: 'spec.tls',
      message: 'TLS is required, but no certificate is asked for',
      remedy: `Name an issuer in spec.tls.issuerRef, or accept plaintext with the annotation ${ALLOW_PLAINTEXT_ANNOTATION}: "true"`,
    });
  }
}

/** PostgreSQL's listeners are open unless they are configured. */
function speaksPostgresql({ version }: Draft): boolean {
  return version === undefined || hasFeature(version, 'postgresql');
}

const SYNCED_TABLES = ['mysql_query_rules', 'mysql_servers', 'mysql_users', 'proxysql_servers'];

const SYNCED_TABLES_SETTINGS = SYNCED_TABLES.flatMap((table): CnfSetting[] => [
  { name: `cluster_${table}_save_to_disk`, value: cnfBoolean(true) },
  { name: `cluster_${table}_diffs_before_sync`, value: cnfInteger(3) },
]);

function adminVariables(draft: Draft): CnfSetting[] {
  return [
    ...settingsOf({
      mysql_ifaces: cnfString(ADMIN_INTERFACES),
      ...(speaksPostgresql(draft) && { pgsql_ifaces: cnfString(POSTGRESQL_ADMIN_INTERFACES) }),
      refresh_interval: cnfInteger(2000),
      cluster_check_interval_ms: cnfInteger(200),
      cluster_check_status_frequency: cnfInteger(100),
    }),
    ...SYNCED_TABLES_SETTINGS,
    ...settingsOf({ restapi_enabled: cnfBoolean(true), restapi_port: cnfInteger(REST_PORT.number) }),
  ];
}

function mysqlVariables({ tls }: Draft, backend: Backend | undefined): CnfSetting[] {
  const { ca, cert, key } = backend?.files ?? {};
  return settingsOf({
    threads: cnfInteger(4),
    max_connections: cnfInteger(2048),
    default_query_delay: cnfInteger(0),
    default_query_timeout: cnfInteger(36000000),
    have_compress: cnfBoolean(true),
    have_ssl: cnfBoolean(tls),
    poll_timeout: cnfInteger(2000),
    interfaces: cnfString(DB_INTERFACES),
    default_schema: cnfString('information_schema'),
    stacksize: cnfInteger(1048576),
    server_version: cnfString(backend?.version ?? '8.0.27'),
    connect_timeout_server: cnfInteger(10000),
    monitor_history: cnfInteger(60000),
    monitor_connect_interval: cnfInteger(200000),
    monitor_ping_interval: cnfInteger(200000),
    monitor_galera_healthcheck_interval: cnfInteger(2000),
    monitor_galera_healthcheck_timeout: cnfInteger(800),
    ping_interval_server_msec: cnfInteger(10000),
    ping_timeout_server: cnfInteger(200),
    commands_stats: cnfBoolean(true),
    sessions_sort: cnfBoolean(true),
    ...(ca !== undefined && { ssl_p2s_ca: cnfString(ca) }),
    ...(cert !== undefined && { ssl_p2s_cert: cnfString(cert) }),
    ...(key !== undefined && { ssl_p2s_key: cnfString(key) }),
  });
}

function serverTables(backend: Backend | undefined): { [name: string]: ReturnType<typeof cnfList> } {
  if (backend === undefined) {
    return { mysql_servers: cnfList([]) };
  }
  const rows = backend.servers.map(({ host, port }) =>
    cnfGroup(
      settingsOf({
        address: cnfString(host),
        port: cnfInteger(port),
        hostgroup: cnfInteger(HOSTGROUPS.writer),
        weight: cnfInteger(1),
        max_connections: cnfInteger(1000),
        use_ssl: cnfInteger(backend.tls ? 1 : 0),
      }),
    ),
  );
  const table = hostgroupTable(backend.topology);
  return {
    mysql_servers: cnfList(rows),
    ...(table !== undefined && { [table]: cnfList([hostgroupRow()]) }),
  };
}

function peers({ name, namespace, replicas }: ConfigurationInput): ReturnType<typeof cnfGroup>[] {
  return Array.from({ length: Math.max(0, replicas) }, (_, ordinal) =>
    cnfGroup(
      settingsOf({
        hostname: cnfString(podHost(name, namespace, ordinal)),
        port: cnfInteger(ADMIN_PORT.number),
        weight: cnfInteger(1),
      }),
    ),
  );
}
