import { checkConfiguration } from '../../lib/cnf/checks';
import { type ConfigurationInput } from '../../lib/cnf/configuration';
import { describeProblem } from '../../lib/problem';
import { type AppBindingResource, type InlineConfiguration, type MysqlUser } from '../../lib/proxysql-resource';
import { binding, tlsGuide, withInline } from './tls-guide';

const messages = (input: ConfigurationInput): string[] => checkConfiguration(input).map(describeProblem);

const INLINE = 'spec.configuration.init.inline';

describe('a configuration that is right', () => {
  it('has no problems', () => {
    expect(messages(tlsGuide)).toEqual([]);
  });
});

describe('the version', () => {
  it.each([
    [
      'latest',
      'spec.version (given: "latest"): this is not a version of ProxySQL. Write the tag of an official image, e.g. 3.0.1-debian.',
    ],
    [
      '2.0.4',
      'spec.version (given: "2.0.4"): this version of ProxySQL cannot take over a renewed certificate while it runs. Choose 2.3.0 or later.',
    ],
  ])('%s is refused', (version, message) => {
    expect(messages({ ...tlsGuide, spec: { version } })).toEqual([message]);
  });
});

describe('TLS', () => {
  it('is required', () => {
    expect(messages({ ...tlsGuide, tls: false })).toEqual([
      'spec.tls: TLS is required, but no certificate is asked for. Name an issuer in spec.tls.issuerRef, or accept plaintext with the annotation cdk8s-proxysql.io/allow-plaintext: "true".',
    ]);
  });
});

describe('variables', () => {
  const variable = (inline: InlineConfiguration, version = '3.0.1-debian'): string[] =>
    messages(withInline(inline, { spec: { version } }));

  it.each<[string, string | number | boolean, string]>([
    ['interfaces', '0.0.0.0:3306', 'Services, probes, network policy and the sidecar rely on it'],
    ['have_ssl', 'false', 'it follows from spec.tls'],
    ['HAVE_SSL', false, 'it follows from spec.tls'],
    ['mysql-have_ssl', 'false', 'it follows from spec.tls'],
    ['ssl_p2s_ca', '/x', 'it follows from the AppBinding'],
    ['ssl_p2s_cert', '/x', 'it follows from the AppBinding'],
    ['ssl_p2s_key', '/x', 'it follows from the AppBinding'],
    ['monitor_username', 'root', 'it is a credential, and those are added in the pod from Secrets'],
  ])('mysqlVariables.%s is protected', (name, value, reason) => {
    expect(variable({ mysqlVariables: { [name]: value } })).toEqual([
      `${INLINE}.mysqlVariables.${name} (given: ${JSON.stringify(value)}): this variable cannot be set, since ${reason}. Leave it out.`,
    ]);
  });

  it.each<[string, string | number | boolean]>([
    ['mysql_ifaces', '0.0.0.0:1'],
    ['mysql_interface', '0.0.0.0:1'],
    ['pgsql_ifaces', '0.0.0.0:1'],
    ['telnet_admin_ifaces', '0.0.0.0:1'],
    ['telnet_stats_ifaces', '0.0.0.0:1'],
    ['web_enabled', true],
    ['web_port', 1],
    ['restapi_enabled', false],
    ['restapi_port', 1],
    ['ssl_keylog_file', '/x'],
    ['cluster_username', 'x'],
  ])('adminVariables.%s is protected', (name, value) => {
    expect(variable({ adminVariables: { [name]: value } })).toEqual([
      expect.stringMatching(
        new RegExp(`^${INLINE}.adminVariables.${name} .*this variable cannot be set, since .*Leave it out.$`),
      ),
    ]);
  });

  it.each<[keyof InlineConfiguration, string]>([
    ['adminVariables', 'admin_credentials'],
    ['adminVariables', 'stats_credentials'],
    ['adminVariables', 'cluster_password'],
    ['mysqlVariables', 'monitor_password'],
    ['mysqlVariables', 'some_future_password'],
    ['mysqlVariables', 'mysql-monitor_password'],
  ])('%s.%s is refused without its value being repeated', (field, name) => {
    const found = variable({ [field]: { [name]: 'hunter2' } });
    expect(found).toEqual([
      `${INLINE}.${field}.${name}: this variable cannot be set, since it is a credential, and those are added in the pod from Secrets. Leave it out.`,
    ]);
  });

  it.each(['mysql-threads', 'a b', 'x"', '', 'true', '1st'])('%j is no name', (name) => {
    expect(variable({ mysqlVariables: { [name]: 1 } })).toEqual([
      `${INLINE}.mysqlVariables.${name}: this is not the name of a variable. Write letters, digits and underscores, without the prefix mysql- or admin-.`,
    ]);
  });

  it.each<[string, unknown]>([
    ['an object', { a: 1 }],
    ['a list', [1]],
    ['NUL', 'a\0b'],
    ['a number that JSON has rounded', 2 ** 60],
  ])('cannot hold %s', (_, value) => {
    const mysqlVariables = { threads: value } as unknown as NonNullable<InlineConfiguration['mysqlVariables']>;
    expect(variable({ mysqlVariables })).toEqual([
      `${INLINE}.mysqlVariables.threads (given: ${JSON.stringify(value)}): a variable cannot have this value. Write a string without NUL characters, a number or a boolean; a number of more than 15 digits as a string.`,
    ]);
  });

  it('of the admin group hold no double quotes', () => {
    expect(variable({ adminVariables: { version: 'a"b' } })).toEqual([
      `${INLINE}.adminVariables.version (given: "a\\"b"): ProxySQL cannot keep double quotes in admin variables: it writes them back into its database without escaping. Write the value without them.`,
    ]);
  });

  it.each<[keyof InlineConfiguration, string, string]>([
    ['mysqlVariables', 'thread', 'threads'],
    ['mysqlVariables', 'Max_Connection', 'max_connections'],
    ['mysqlVariables', 'query_cache_size_M', 'query_cache_size_mb'],
    ['adminVariables', 'refresh_intervall', 'refresh_interval'],
  ])('%s.%s is nearly another', (field, name, meant) => {
    expect(variable({ [field]: { [name]: 4 } })).toEqual([
      `${INLINE}.${field}.${name}: ProxySQL has no such variable, and would ignore it. Did you mean ${meant}? Rename it, or leave it out.`,
    ]);
  });

  it.each(['bogus', 'cluster_future_users_save_to_disk'])('may be called %s in a version to come', (name) => {
    expect(variable({ adminVariables: { [name]: 1 }, mysqlVariables: { [name]: 'x' } })).toEqual([]);
  });

  it.each([
    ['lots', '"lots"'],
    [true, 'true'],
    [0.5, '0.5'],
    ['', '""'],
  ])('that hold a whole number do not hold %j', (value, given) => {
    expect(variable({ mysqlVariables: { max_connections: value } })).toEqual([
      `${INLINE}.mysqlVariables.max_connections (given: ${given}): a whole number belongs here, and ProxySQL would make something else of this. Write a whole number.`,
    ]);
  });

  it.each([
    ['yes', '"yes"'],
    [2, '2'],
  ])('that are true or false are not %j', (value, given) => {
    expect(variable({ adminVariables: { read_only: value } })).toEqual([
      `${INLINE}.adminVariables.read_only (given: ${given}): true or false belongs here, and ProxySQL would make nothing of this. Write true or false.`,
    ]);
  });

  it('may be written as numbers, strings and booleans that mean the same', () => {
    expect(
      variable({
        mysqlVariables: {
          max_connections: '100',
          THREADS: 4,
          have_compress: 'TRUE',
          commands_stats: 0,
          init_connect: '',
        },
      }),
    ).toEqual([]);
  });

  it('know the authentication plugins', () => {
    const path = `${INLINE}.mysqlVariables.default_authentication_plugin`;
    const plugin = (value: string, version?: string): string[] =>
      variable({ mysqlVariables: { default_authentication_plugin: value } }, version);
    expect(plugin('caching_sha2_password')).toEqual([]);
    expect(plugin('mysql_clear_password')).toEqual([
      `${path} (given: "mysql_clear_password"): ProxySQL does not know this authentication plugin and would keep its default. Write one of mysql_native_password, caching_sha2_password.`,
    ]);
    expect(plugin('caching_sha2_password', '2.5.5')).toEqual([
      `${path} (given: "caching_sha2_password"): this version of ProxySQL cannot let clients log in by caching_sha2_password. Set spec.version to 2.6.0 or later, or leave the variable out.`,
    ]);
  });
});

describe('users', () => {
  const PATH = `${INLINE}.mysqlUsers[0]`;

  it.each(['bob@corp', 'a:b', 'app user', '.', '..', '..hidden', 'jürgen', 'a'.repeat(254)])(
    'called %j can have no password in the users Secret',
    (username) => {
      expect(messages(withInline({ mysqlUsers: [{ username }] }))).toEqual([
        `${PATH}.username (given: ${JSON.stringify(username)}): no key of the users Secret can be this name, and the user's password is sought under it. Use letters, digits, hyphens, dots and underscores, or give the user's password in the key MySQLUsers.cnf of a Secret that configuration.init.secretName names.`,
      ]);
      const init = { inline: { mysqlUsers: [{ username }] }, secretName: 'fragments' };
      expect(messages({ ...tlsGuide, spec: { ...tlsGuide.spec, configuration: { init } } })).toEqual([]);
    },
  );

  it.each(['app', 'App-1', 'a.b_c', '.hidden'])('may be called %s', (username) => {
    expect(messages(withInline({ mysqlUsers: [{ username }] }))).toEqual([]);
  });

  it('called as the generated administrator could not be kept apart from it', () => {
    const inline = { mysqlUsers: [{ username: 'cluster' }] };
    expect(messages(withInline(inline))).toEqual([
      `${PATH}.username (given: "cluster"): the generated auth Secret has this name for the administrator, and ProxySQL keeps both in one table. Use another name, or name an auth Secret of your own with another administrator.`,
    ]);
    const authSecret = { name: 'mine', externallyManaged: true };
    expect(messages(withInline(inline, { spec: { ...tlsGuide.spec, authSecret } }))).toEqual([]);
  });

  const user = (columns: object, changes: Partial<ConfigurationInput> = {}): string[] =>
    messages(withInline({ mysqlUsers: [{ username: 'app', ...columns } as MysqlUser] }, changes));

  it('are listed once', () => {
    expect(messages(withInline({ mysqlUsers: [{ username: 'a' }, { username: 'a' }] }))).toEqual([
      `${INLINE}.mysqlUsers[1].username (given: "a"): the user is listed twice, and only the last entry would count. Leave one entry.`,
    ]);
  });

  it.each<[string, object, string]>([
    ['a name', { username: '' }, 'username: the user has no name. Write the name of the user'],
    [
      'a name without NUL',
      { username: 'a\0' },
      'username (given: "a\\u0000"): this is not a string without NUL characters. Correct it',
    ],
    [
      'whole numbers where they belong',
      { max_connections: 1.5 },
      'max_connections (given: 1.5): this is not a whole number from 0 to 2147483647. Correct it',
    ],
    [
      'the columns that ProxySQL reads',
      { frontend: 0 },
      'frontend (given: 0): ProxySQL does not read this column from its configuration file, so that the user would get frontend=1 all the same. Leave it out',
    ],
    [
      'a schema that ProxySQL has room for',
      { default_schema: 'x'.repeat(65) },
      `default_schema (given: "${'x'.repeat(65)}"): the name of a schema has at most 64 bytes. Correct it`,
    ],
    [
      'attributes in JSON',
      { attributes: '{spiffe_id' },
      'attributes (given: "{spiffe_id"): attributes are not a JSON object, and ProxySQL would stop at them. Write a JSON object, e.g. {"spiffe_id": "spiffe://example.org/app"}',
    ],
    [
      'attributes that are an object',
      { attributes: '[]' },
      'attributes (given: "[]"): attributes are not a JSON object, and ProxySQL would stop at them. Write a JSON object, e.g. {"spiffe_id": "spiffe://example.org/app"}',
    ],
    [
      'a SPIFFE ID that is one',
      { attributes: '{"spiffe_id":"app"}' },
      'attributes (given: "{\\"spiffe_id\\":\\"app\\"}"): spiffe_id is neither a SPIFFE ID nor ! and a regular expression. Write spiffe://..., or ! and a regular expression',
    ],
    [
      'a SPIFFE ID that is a string',
      { attributes: '{"spiffe_id":1}' },
      'attributes (given: "{\\"spiffe_id\\":1}"): spiffe_id is not a string. Write spiffe://..., or ! and a regular expression',
    ],
    [
      'TLS',
      { use_ssl: 0 },
      'use_ssl (given: 0): TLS is required: one user without it opens a way around it for all others (COM_CHANGE_USER). Leave use_ssl out, or accept plaintext with the annotation cdk8s-proxysql.io/allow-plaintext: "true"',
    ],
  ])('need %s', (_, columns, message) => {
    expect(user(columns)).toEqual([`${PATH}.${message}.`]);
  });

  it('have no password here, and it is not repeated', () => {
    expect(user({ password: 'hunter2' })).toEqual([
      `${PATH}.password: a password does not belong here. Remove it, change it, and put the new one into the users Secret under the name of the user.`,
    ]);
  });

  it('have known columns only', () => {
    expect(user({ colour: 'red' })).toEqual([
      expect.stringMatching(/mysqlUsers\[0\].colour: mysql_users has no such column. Write one of active, use_ssl, /),
    ]);
  });

  it('cannot show a client certificate without TLS, nor to an old version', () => {
    const attributes = '{"spiffe_id":"spiffe://example.org/app"}';
    const given = `(given: ${JSON.stringify(attributes)})`;
    expect(user({ attributes })).toEqual([]);
    expect(user({ attributes: '{"spiffe_id":"!^spiffe://x/"}' })).toEqual([]);
    expect(user({ attributes }, { tls: false, allowPlaintext: true })).toEqual([
      `${PATH}.attributes ${given}: spiffe_id demands a client certificate, which nobody can show without TLS. Set spec.tls, or leave spiffe_id out.`,
    ]);
    expect(user({ attributes }, { spec: { version: '2.2.0' } })).toContain(
      `${PATH}.attributes ${given}: this version of ProxySQL does not check client certificates as it should. Set spec.version to 2.3.0 or later, or leave spiffe_id out.`,
    );
  });

  it('cannot require TLS where there is none', () => {
    expect(user({ use_ssl: 1 }, { tls: false, allowPlaintext: true })).toEqual([
      `${PATH}.use_ssl (given: 1): without TLS this user could never log in. Set spec.tls, or leave use_ssl out.`,
    ]);
  });
});

describe('query rules', () => {
  const PATH = `${INLINE}.mysqlQueryRules[0]`;
  const rule = (columns: object): string[] =>
    messages(withInline({ mysqlQueryRules: [columns] as InlineConfiguration['mysqlQueryRules'] }));

  it.each<[string, object, string]>([
    [
      'a number',
      { apply: 1 },
      'rule_id: ProxySQL would leave this rule out, as it has no rule_id. Number the rules in the order in which they are to be tried',
    ],
    [
      'values of the right type',
      { rule_id: 1, flagIN: 'x' },
      'flagIN (given: "x"): this is not a whole number of at most 32 bits. Correct it',
    ],
    [
      'text for patterns',
      { rule_id: 1, match_pattern: true },
      'match_pattern (given: true): this is not a string without NUL characters. Correct it',
    ],
    [
      'digests that are some',
      { rule_id: 1, digest: 'x'.repeat(3) },
      'digest (given: "xxx"): this is not the digest of a query. Write it as ProxySQL shows it: 0x and 16 hexadecimal digits',
    ],
    [
      'numbers that the table takes',
      { rule_id: 1, cache_ttl: 0 },
      'cache_ttl (given: 0): this is not a whole number from 1 to 2147483647. Correct it',
    ],
    [
      'flags that are some',
      { rule_id: 1, active: -1 },
      'active (given: -1): this is not a whole number from 0 to 1. Correct it',
    ],
    [
      'a pattern to replace',
      { rule_id: 1, match_digest: '^SELECT', replace_pattern: 'x' },
      'replace_pattern (given: "x"): ProxySQL would leave this rule out, as it rewrites what match_pattern matches, and there is none (match_digest is no help). Add match_pattern, or leave replace_pattern out',
    ],
    [
      'attributes in JSON',
      { rule_id: 1, attributes: '{' },
      'attributes (given: "{"): ProxySQL would leave this rule out, as its attributes are not JSON. Write a JSON object, or leave attributes out',
    ],
  ])('need %s', (_, columns, message) => {
    expect(rule(columns)).toEqual([`${PATH}.${message}.`]);
  });

  it.each([
    { cache_ttl: 1, retries: 1000, multiplex: 2, proxy_port: 65535, log: true, apply: '1' },
    { cache_ttl: -1, log: -1, multiplex: -1, retries: -1, flagOUT: -1 },
    { match_pattern: 'x', replace_pattern: '', attributes: '' },
    { attributes: `{"note": "it's"}` },
  ])('are kept with %j, as ProxySQL keeps them', (columns) => {
    expect(rule({ rule_id: 1, ...columns })).toEqual([]);
  });

  it('have known columns only', () => {
    expect(rule({ rule_id: 1, flagin: 0 })).toEqual([
      expect.stringMatching(
        /flagin: mysql_query_rules has no such column, and ProxySQL would ignore it. Write one of rule_id, /,
      ),
    ]);
  });

  it('have numbers of their own', () => {
    expect(messages(withInline({ mysqlQueryRules: [{ rule_id: 1 }, { rule_id: 1 }] }))).toEqual([
      `${INLINE}.mysqlQueryRules[1].rule_id (given: 1): two rules have this rule_id, and only the last would count. Give each rule a number of its own.`,
    ]);
  });
});

describe('the backend', () => {
  const service = { scheme: 'mysql', name: 'db', port: 3306 };

  it.each<[string, Partial<AppBindingResource['spec']>, string]>([
    [
      'a known type',
      { type: 'kubedb.com/postgres' },
      'spec.type (given: "kubedb.com/postgres"): ProxySQL cannot use a backend of this type. Write one of ',
    ],
    [
      'a known topology',
      { parameters: { topology: 'Ring' } },
      'spec.parameters.topology (given: "Ring"): this topology is not known. Write one of GroupReplication, Galera, Standalone, or leave it out.',
    ],
    [
      'a sensible number of servers',
      { type: 'kubedb.com/mysql', parameters: { replicas: 0 } },
      'spec.parameters.replicas (given: 0): the number of database servers is not between 1 and 99. Write how many pods the database has, or leave it out.',
    ],
    [
      'addresses in its list',
      { parameters: { hosts: ['a', 'b c'] } },
      'spec.parameters.hosts (given: ["a","b c"]): this is not a list of addresses. List each server as host or host:port.',
    ],
    [
      'a protocol',
      { clientConfig: { service: { ...service, scheme: 'http' } } },
      'spec.clientConfig.service.scheme (given: "http"): ProxySQL speaks to databases in the MySQL protocol only. Write mysql.',
    ],
    [
      'a port',
      { clientConfig: { service: { ...service, port: 0 } } },
      'spec.clientConfig.service (given: {"name":"db","port":0}): this does not name a Service and a port between 1 and 65535. Write the name of the Service and its port, mostly 3306.',
    ],
    [
      'an address',
      { clientConfig: {} },
      'spec.clientConfig: it gives neither a service nor a url. Give a service, or a url such as tcp(db.example.org:3306)/; user and password belong in the Secret that spec.secret names.',
    ],
    [
      'a url without credentials, which are not repeated',
      { clientConfig: { url: 'root:hunter2@tcp(db:3306)/' } },
      'spec.clientConfig.url: the url is not of the form tcp(host:3306)/ or mysql://host:3306/ with a port up to 65535 and nothing else in it. Give a service, or a url such as tcp(db.example.org:3306)/; user and password belong in the Secret that spec.secret names.',
    ],
    [
      'a url with a port',
      { clientConfig: { url: 'tcp(db:70000)/' } },
      'spec.clientConfig.url (given: "tcp(db:70000)/"): the url is not of the form tcp(host:3306)/ or mysql://host:3306/ with a port up to 65535 and nothing else in it. Give a service, or a url such as tcp(db.example.org:3306)/; user and password belong in the Secret that spec.secret names.',
    ],
    [
      'a CA where there is a client certificate',
      { tlsSecret: { name: 'x' } },
      'spec.clientConfig.caBundle: there is a tlsSecret but no caBundle, so that the certificate of the database could not be verified. Give the CA of the database in base64, or set insecureSkipTLSVerify to true.',
    ],
  ])('needs %s', (_, spec, message) => {
    expect(messages({ ...tlsGuide, appBinding: binding(spec) })).toEqual([
      expect.stringContaining(`AppBinding ${message}`),
    ]);
  });
});
