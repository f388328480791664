import fc from 'fast-check';
import { type CnfDocument, type CnfGroup, lookUp, lookUpString } from '../../lib/cnf/ast';
import { ConfigurationError, type ConfigurationInput, renderConfiguration } from '../../lib/cnf/configuration';
import { parseCnf } from '../../lib/cnf/parser';
import { sqlUnquoted } from '../../lib/cnf/sql-quoting';
import { type AppBindingResource } from '../../lib/proxysql-resource';
import { spec } from './arbitraries';
import { binding, groupReplication, tlsGuide, withInline } from './tls-guide';

const render = (input: ConfigurationInput): CnfDocument => parseCnf(renderConfiguration(input));

function rows(document: CnfDocument, table: string): CnfGroup[] {
  const value = lookUp(document, table);
  return value?.kind === 'list' ? value.items.filter((item) => item.kind === 'group') : [];
}

function values(row: CnfGroup): { [name: string]: unknown } {
  return Object.fromEntries(row.settings.map(({ name, value }) => [name, 'value' in value ? value.value : value]));
}

function variables(document: CnfDocument, group: string): { [name: string]: unknown } {
  const value = lookUp(document, group);
  return value?.kind === 'group' ? values(value) : {};
}

const hosts = (appBinding: AppBindingResource): unknown[] =>
  rows(render({ ...tlsGuide, appBinding }), 'mysql_servers').map((row) => lookUpString(row.settings, 'address'));

describe('the configuration', () => {
  it('of the TLS guide is this file', () => {
    expect(renderConfiguration(tlsGuide)).toMatchSnapshot();
  });

  it('holds no credential and requires TLS of every user, whatever the specification', () => {
    fc.assert(
      fc.property(spec, (given) => {
        const text = renderConfiguration({ ...tlsGuide, spec: given });
        const document = parseCnf(text);
        const names = [...allNames(document)];
        expect(
          names.filter((name) => /password|credential|(admin|cluster|monitor|stats)_username$/i.test(name)),
        ).toEqual([]);
        expect(variables(document, 'mysql_variables').have_ssl).toBe(true);
        const users = rows(document, 'mysql_users').map(values);
        expect(users.map(({ use_ssl }) => use_ssl)).toEqual(users.map(() => 1));
        expect(users.map(({ username }) => sqlUnquoted(String(username), "'"))).toEqual(
          given.configuration?.init?.inline?.mysqlUsers?.map(({ username }) => username),
        );
      }),
    );
  });

  it('writes numbers as numbers, and as strings where ProxySQL could not read them', () => {
    const document = render(
      withInline({ mysqlVariables: { max_connections: 1540000.0, threshold_resultset_size: 2 ** 32, ratio: 0.5 } }),
    );
    expect(variables(document, 'mysql_variables')).toMatchObject({
      max_connections: 1540000,
      threshold_resultset_size: '4294967296',
      ratio: '0.5',
    });
  });

  it('doubles the quotes that ProxySQL puts values between', () => {
    const document = render(
      withInline(
        {
          mysqlUsers: [{ username: "o'brien", comment: "it's", default_schema: "d'b" }],
          mysqlVariables: { init_connect: 'SET a="b"' },
          mysqlQueryRules: [{ rule_id: 1, match_pattern: `"x" 'y'`, comment: `"x" 'y'` }],
        },
        { spec: { version: '3.0.1-debian', configSecret: { name: 'fragments' } } },
      ),
    );
    expect(values(rows(document, 'mysql_users')[0] as CnfGroup)).toMatchObject({
      username: "o''brien",
      comment: "it's",
      default_schema: "d''b",
    });
    expect(variables(document, 'mysql_variables').init_connect).toBe('SET a=""b""');
    expect(values(rows(document, 'mysql_query_rules')[0] as CnfGroup)).toEqual({
      rule_id: 1,
      match_pattern: `""x"" 'y'`,
      comment: `"x" ''y''`,
    });
  });

  it('brings values of columns into the type that ProxySQL reads', () => {
    const document = render(
      withInline({ mysqlQueryRules: [{ rule_id: '7', active: true, destination_hostgroup: '2', match_digest: 5 }] }),
    );
    expect(rows(document, 'mysql_query_rules').map(values)).toEqual([
      { rule_id: 7, active: 1, destination_hostgroup: 2, match_digest: '5' },
    ]);
  });

  it('takes initConfig where nothing newer is given', () => {
    const document = render({
      ...tlsGuide,
      spec: { version: '2.7.3', initConfig: { mysqlUsers: [{ username: 'a' }] } },
    });
    expect(rows(document, 'mysql_users').map(values)).toEqual([
      { username: 'a', active: 1, use_ssl: 1, default_hostgroup: 2 },
    ]);
  });

  it('lets users do without TLS only where plaintext is accepted', () => {
    const users = { mysqlUsers: [{ username: 'a', use_ssl: 0 }, { username: 'b' }] };
    const useSsl = (input: ConfigurationInput): unknown[] =>
      rows(render(input), 'mysql_users').map((row) => values(row).use_ssl);
    expect(useSsl(withInline(users, { allowPlaintext: true }))).toEqual([0, 1]);
    expect(useSsl(withInline(users, { allowPlaintext: true, tls: false }))).toEqual([0, 0]);
    expect(() => renderConfiguration(withInline(users))).toThrow(ConfigurationError);
  });

  it('switches TLS off only where plaintext is accepted', () => {
    const document = render({ ...tlsGuide, tls: false, allowPlaintext: true });
    expect(variables(document, 'mysql_variables').have_ssl).toBe(false);
    expect(() => renderConfiguration({ ...tlsGuide, tls: false })).toThrow(
      'spec.tls: TLS is required, but no certificate is asked for.',
    );
  });

  it('keeps the listeners of PostgreSQL inside the pod, where there are any', () => {
    expect(variables(render(tlsGuide), 'admin_variables').pgsql_ifaces).toBe('127.0.0.1:6132');
    expect(variables(render(tlsGuide), 'pgsql_variables').interfaces).toBe('127.0.0.1:6133');
    const older = render({ ...tlsGuide, spec: { version: '2.7.3' } });
    expect(variables(older, 'admin_variables').pgsql_ifaces).toBeUndefined();
    expect(lookUp(older, 'pgsql_variables')).toBeUndefined();
  });

  it('accepts protected variables that are given the value that they have anyhow', () => {
    const inline = {
      mysqlVariables: { have_ssl: 'true', interfaces: '0.0.0.0:6033' },
      adminVariables: { restapi_enabled: true, restapi_port: 6070, web_enabled: false },
    };
    expect(renderConfiguration(withInline(inline))).toBe(renderConfiguration(withInline({})));
  });

  it('configures no servers while there is no backend', () => {
    const { appBinding, ...rest } = tlsGuide;
    expect(appBinding).toBeDefined();
    expect(rows(render(rest), 'mysql_servers')).toEqual([]);
  });
});

describe('the backend', () => {
  it.each<[string, AppBindingResource['spec']['type'], string | undefined, number]>([
    ['MySQL of KubeDB', 'kubedb.com/mysql', 'mysql_group_replication_hostgroups', 3],
    ['MariaDB of KubeDB', 'kubedb.com/mariadb', 'mysql_galera_hostgroups', 3],
    ['PerconaXtraDB of KubeDB', 'kubedb.com/perconaxtradb', 'mysql_galera_hostgroups', 3],
    ['any other MySQL', 'mysql', undefined, 1],
    ['any other PerconaXtraDB', 'perconaxtradb', undefined, 1],
    ['a backend without a type', undefined, undefined, 1],
  ])('%s gets its hostgroups and rules', (_, type, table, rules) => {
    const { spec: given } = groupReplication;
    const document = render({ ...tlsGuide, appBinding: { ...groupReplication, spec: { ...given, type } } });
    const tables = document.map(({ name }) => name).filter((name) => name.endsWith('_hostgroups'));
    expect(tables).toEqual(table === undefined ? [] : [table]);
    expect(rows(document, 'mysql_query_rules')).toHaveLength(rules);
    expect(rows(document, 'mysql_servers').map(values)).toEqual([
      { address: 'mysql-server.demo.svc', port: 3306, hostgroup: 2, weight: 1, max_connections: 1000, use_ssl: 0 },
    ]);
  });

  it('without readers is sent no reads for them', () => {
    const document = render({ ...tlsGuide, appBinding: binding({ type: 'mysql' }) });
    expect(rows(document, 'mysql_query_rules').map((row) => values(row).destination_hostgroup)).toEqual([2]);
  });

  it.each<[string, Partial<AppBindingResource['spec']>, string[]]>([
    [
      'pods, when their number is given',
      { type: 'kubedb.com/mysql', appRef: { name: 'db', namespace: 'x' }, parameters: { replicas: 2 } },
      ['db-0.db-pods.x.svc', 'db-1.db-pods.x.svc'],
    ],
    [
      'members that KubeDB lists for Galera',
      { type: 'kubedb.com/mariadb', parameters: { address: 'gcomm://m-0.m-pods.demo,m-1.m-pods.demo' } },
      ['m-0.m-pods.demo.svc', 'm-1.m-pods.demo.svc'],
    ],
    [
      'its Service, when that list is none',
      { type: 'kubedb.com/mariadb', parameters: { address: 'gcomm://m-0.m-pods.demo,"' } },
      ['mysql-server.demo.svc'],
    ],
    [
      'hosts that are listed',
      { type: 'mysql', parameters: { hosts: ['a.example.org', 'b.example.org:3307'] } },
      ['a.example.org', 'b.example.org'],
    ],
    [
      'a Service in another namespace',
      { type: 'mysql', clientConfig: { service: { scheme: 'tcp', namespace: 'x', name: 'db', port: 3306 } } },
      ['db.x.svc'],
    ],
    ['a url', { type: 'mysql', clientConfig: { url: 'tcp(db.example.org:3306)/' } }, ['db.example.org']],
  ])('is reached through %s', (_, given, expected) => {
    expect(hosts(binding(given))).toEqual(expected);
  });

  it('is what its parameters say', () => {
    const document = render({
      ...tlsGuide,
      appBinding: binding({ type: 'perconaxtradb', parameters: { topology: 'Galera' } }),
    });
    expect(rows(document, 'mysql_galera_hostgroups').map(values)).toEqual([
      {
        writer_hostgroup: 2,
        backup_writer_hostgroup: 4,
        reader_hostgroup: 3,
        offline_hostgroup: 1,
        active: 1,
        max_writers: 1,
        writer_is_also_reader: 1,
        max_transactions_behind: 0,
      },
    ]);
  });

  it('is spoken to over TLS where its CA is known, with a client certificate where there is one', () => {
    const clientConfig = { ...groupReplication.spec.clientConfig, caBundle: 'Q0E=' };
    const files = (given: Partial<AppBindingResource['spec']>): unknown => {
      const document = render({ ...tlsGuide, appBinding: binding(given) });
      const { ssl_p2s_ca, ssl_p2s_cert, ssl_p2s_key } = variables(document, 'mysql_variables');
      const { use_ssl } = values(rows(document, 'mysql_servers')[0] as CnfGroup);
      return { use_ssl, ssl_p2s_ca, ssl_p2s_cert, ssl_p2s_key };
    };
    const ca = '/var/lib/certs/ca.crt';
    const pair = { ssl_p2s_cert: '/var/lib/certs/tls.crt', ssl_p2s_key: '/var/lib/certs/tls.key' };
    expect(files({})).toEqual({ use_ssl: 0 });
    expect(files({ clientConfig })).toEqual({ use_ssl: 1, ssl_p2s_ca: ca });
    expect(files({ clientConfig, tlsSecret: { name: 't' } })).toEqual({ use_ssl: 1, ssl_p2s_ca: ca, ...pair });
    expect(
      files({
        clientConfig: { ...groupReplication.spec.clientConfig, insecureSkipTLSVerify: true },
        tlsSecret: { name: 't' },
      }),
    ).toEqual({ use_ssl: 1, ...pair });
  });
});

function* allNames(document: CnfDocument): Generator<string> {
  for (const { name, value } of document) {
    yield name;
    if (value.kind === 'group') {
      yield* allNames(value.settings);
    } else if (value.kind === 'list') {
      for (const item of value.items) {
        yield* item.kind === 'group' ? allNames(item.settings) : [];
      }
    }
  }
}
