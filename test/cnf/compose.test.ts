import fc from 'fast-check';
import { type CnfDocument, type CnfGroup, isCnfText, lookUp } from '../../lib/cnf/ast';
import { composeConfiguration, type Composition, type Credentials } from '../../lib/cnf/compose';
import { renderConfiguration } from '../../lib/cnf/configuration';
import { parseCnf } from '../../lib/cnf/parser';
import { sqlUnquoted } from '../../lib/cnf/sql-quoting';
import { describeProblem } from '../../lib/problem';
import { type InlineConfiguration } from '../../lib/proxysql-resource';
import { spec, text } from './arbitraries';
import { tlsGuide, withInline } from './tls-guide';

const credentials: Credentials = {
  admin: { username: 'cluster', password: 'AdminSecret1' },
  stats: { username: 'stats-reader', password: 'StatsSecret1' },
  monitor: { username: 'proxysql', password: 'MonitorSecret1' },
  users: {},
  allowPlaintext: false,
};

function compose(inline: InlineConfiguration, changes: Partial<Credentials> = {}): Composition {
  return composeConfiguration(renderConfiguration(withInline(inline)), { ...credentials, ...changes });
}

const messages = ({ problems }: Composition): string[] => problems.map(describeProblem);

function variables({ cnf }: Composition, group: string): { [name: string]: unknown } {
  const value = lookUp(parseCnf(cnf), group);
  return value?.kind === 'group' ? values(value) : {};
}

function rows({ cnf }: Composition, table: string): { [name: string]: unknown }[] {
  const value = lookUp(parseCnf(cnf), table);
  return value?.kind === 'list' ? value.items.filter((item) => item.kind === 'group').map(values) : [];
}

function values(group: CnfGroup): { [name: string]: unknown } {
  return Object.fromEntries(group.settings.map(({ name, value }) => [name, 'value' in value ? value.value : value]));
}

describe('composing the configuration in the pod', () => {
  it('adds the accounts and changes nothing else', () => {
    const base = renderConfiguration(tlsGuide);
    const composition = composeConfiguration(base, credentials);
    expect(composition).toMatchObject({ problems: [], fatal: false });
    expect(variables(composition, 'admin_variables')).toMatchObject({
      admin_credentials: 'cluster:AdminSecret1',
      stats_credentials: 'stats-reader:StatsSecret1',
      cluster_username: 'cluster',
      cluster_password: 'AdminSecret1',
    });
    expect(variables(composition, 'mysql_variables')).toMatchObject({
      monitor_username: 'proxysql',
      monitor_password: 'MonitorSecret1',
    });
    const added =
      /^ {2}(admin_credentials|stats_credentials|cluster_username|cluster_password|monitor_username|monitor_password) = .*\n/gm;
    expect(composition.cnf.replace(added, '')).toBe(base.slice(0, base.indexOf('cdk8s_proxysql')));
  });

  it('gives every user the password from the Secret and requires TLS, whatever they are', () => {
    fc.assert(
      fc.property(spec, text, (given, secret) => {
        const password = `p${secret}`;
        const users = given.configuration?.init?.inline?.mysqlUsers ?? [];
        fc.pre(users.every(({ username }) => !['cluster', 'stats-reader'].includes(username)));
        const passwords = Object.fromEntries(users.map(({ username }) => [username, password]));
        const composition = composeConfiguration(renderConfiguration({ ...tlsGuide, spec: given }), {
          ...credentials,
          users: passwords,
        });
        expect(composition).toMatchObject({ problems: [], fatal: false });
        const found = rows(composition, 'mysql_users').map((row) => ({
          username: sqlUnquoted(String(row.username), "'"),
          password: sqlUnquoted(String(row.password), "'"),
          use_ssl: row.use_ssl,
        }));
        expect(found).toEqual(users.map(({ username }) => ({ username, password, use_ssl: 1 })));
      }),
    );
  });

  it('never fails on text, and never repeats a password in a problem', () => {
    const anything = fc.string({ unit: 'binary', minLength: 6, maxLength: 12 }).map((value) => `${value}#hunter2#`);
    fc.assert(
      fc.property(anything, anything, anything, (admin, monitor, user) => {
        const composition = compose(
          { mysqlUsers: [{ username: 'app' }] },
          {
            admin: { username: 'cluster', password: admin },
            monitor: { username: 'proxysql', password: monitor },
            users: { app: user },
          },
        );
        expect(messages(composition).join('\n')).not.toContain('hunter2');
        const usable = isCnfText(admin) && isCnfText(monitor) && !/[:;"]/.test(admin);
        expect(composition.fatal).toBe(!usable);
        expect(rows(composition, 'mysql_users')).toHaveLength(usable && isCnfText(user) ? 1 : 0);
      }),
    );
  });

  it('leaves a user without a password out', () => {
    const composition = compose(
      { mysqlUsers: [{ username: 'app' }, { username: 'empty' }, { username: 'toString' }, { username: 'b' }] },
      { users: { b: '*0123', empty: '' } },
    );
    expect(rows(composition, 'mysql_users')).toEqual([expect.objectContaining({ username: 'b', password: '*0123' })]);
    expect(messages(composition)).toEqual(
      ['app', 'empty', 'toString'].map(
        (user) =>
          `users Secret, key "${user}": there is no password; the user was left out. Add the password or its hash under this key.`,
      ),
    );
  });

  it('leaves a user out whose name is an administrator’s', () => {
    const composition = compose(
      { mysqlUsers: [{ username: 'boss' }] },
      { users: { boss: 'x' }, admin: { username: 'boss', password: 'AdminSecret1' } },
    );
    expect(rows(composition, 'mysql_users')).toEqual([]);
    expect(messages(composition)).toEqual([
      'users Secret, key "boss": ProxySQL has this name for an administrator; the user was left out. Choose another name.',
    ]);
  });

  it('leaves a user out whose password cannot be written', () => {
    const composition = compose({ mysqlUsers: [{ username: 'app' }] }, { users: { app: 'a\0b' } });
    expect(messages(composition)).toEqual([
      'users Secret, key "app": the password is not text without NUL characters; the user was left out. Choose another one.',
    ]);
  });
});

describe('what ProxySQL must not start with', () => {
  const account = (username: string, password: string): { username: string; password: string } => ({
    username,
    password,
  });

  it.each<[string, Partial<Credentials>, string]>([
    ['no administrator', { admin: account('', 'x') }, 'auth Secret, key username: it is empty. Fill it in.'],
    ['no password', { admin: account('cluster', '') }, 'auth Secret, key password: it is empty. Fill it in.'],
    [
      'a password that is no text',
      { monitor: account('proxysql', 'hunter2\0') },
      'monitor Secret, key password: it is not text without NUL characters. Choose another one.',
    ],
    [
      'a password that would be two',
      { admin: account('cluster', 'hunter2;root:x') },
      'auth Secret, key password: it contains one of : ; and ", with which it would end early in the list of accounts that ProxySQL keeps. Choose one of letters and digits.',
    ],
    [
      'a password that ProxySQL would write back unescaped',
      { admin: account('cluster', 'hunter2"); --') },
      'auth Secret, key password: it contains one of : ; and ", with which it would end early in the list of accounts that ProxySQL keeps. Choose one of letters and digits.',
    ],
    [
      'the well-known default',
      { admin: account('admin', 'admin') },
      'auth Secret, key password: it is the well-known default. Choose a random one.',
    ],
    [
      'a name that peers cannot use',
      { admin: account('admin', 'hunter2') },
      'auth Secret, key username: ProxySQL lets a user of the name admin connect from its own host only, so peers could not synchronize. Choose another name, e.g. cluster.',
    ],
    [
      'one name for two accounts',
      { stats: account('cluster', 'hunter2') },
      'auth Secret, key username: the statistics account has the same name. Choose another name.',
    ],
  ])('%s', (_, changes, message) => {
    const composition = compose({}, changes);
    expect(composition).toMatchObject({ cnf: '', fatal: true });
    expect(messages(composition)).toContain(message);
    expect(messages(composition).join()).not.toContain('hunter2');
  });

  it('lets a single proxy have an administrator of the name admin', () => {
    const base = renderConfiguration({ ...tlsGuide, replicas: 1 });
    const admin = { username: 'admin', password: 'other' };
    expect(composeConfiguration(base, { ...credentials, admin })).toMatchObject({ fatal: false, problems: [] });
  });

  it('a configuration without TLS, unless plaintext is accepted', () => {
    const base = renderConfiguration({ ...tlsGuide, tls: false, allowPlaintext: true });
    const refused = composeConfiguration(base, credentials);
    expect(refused).toMatchObject({ cnf: '', fatal: true });
    expect(messages(refused)).toEqual([
      'configuration: have_ssl: TLS is required but switched off. Set spec.tls, or accept plaintext.',
    ]);
    expect(composeConfiguration(base, { ...credentials, allowPlaintext: true })).toMatchObject({ fatal: false });
  });

  it('a configuration that cannot be read', () => {
    const composition = composeConfiguration('mysql_variables = {', credentials);
    expect(composition).toMatchObject({ cnf: '', fatal: true });
    expect(messages(composition)).toContain(
      'configuration: line 1, column 20: "}" is expected, but here is the end. Let it be rendered again.',
    );
  });
});

describe('raw fragments', () => {
  const fragment = (
    key: string,
    content: string,
    inline: InlineConfiguration = {},
    changes: Partial<Credentials> = {},
  ) => compose(inline, { fragments: { [key]: content }, ...changes });

  it('add variables and replace defaults, but not what is given in typed form', () => {
    const content =
      'mysql_variables = { max_connections = 9, mysql-threads = 8, init_connect = "SET a=\\"\\"b\\"\\"", x = 0.5 }';
    const composition = fragment('MySQLVariables.cnf', content, { mysqlVariables: { max_connections: 5 } });
    expect(messages(composition)).toEqual([]);
    expect(variables(composition, 'mysql_variables')).toMatchObject({
      max_connections: 5,
      threads: 8,
      init_connect: 'SET a=""b""',
      x: '0.5',
    });
    const admin = fragment('AdminVariables.cnf', 'admin_variables = { refresh_interval = 9, restapi_port = 6070 }');
    expect(messages(admin)).toEqual([]);
    expect(variables(admin, 'admin_variables')).toMatchObject({ refresh_interval: 9, restapi_port: 6070 });
  });

  it.each([
    [
      'AdminVariables.cnf',
      'admin_variables',
      'admin_credentials',
      'it is a credential, and those are added in the pod from Secrets',
    ],
    [
      'AdminVariables.cnf',
      'admin_variables',
      'ADMIN_credentials',
      'it is a credential, and those are added in the pod from Secrets',
    ],
    ['AdminVariables.cnf', 'admin_variables', 'web_enabled', 'it would open a listener outside the protection of TLS'],
    ['MySQLVariables.cnf', 'mysql_variables', 'have_ssl', 'it follows from spec.tls'],
    ['MySQLVariables.cnf', 'mysql_variables', 'mysql-have_ssl', 'it follows from spec.tls'],
    [
      'MySQLVariables.cnf',
      'mysql_variables',
      'monitor_password',
      'it is a credential, and those are added in the pod from Secrets',
    ],
  ])('of %s, in %s, leave %s alone', (key, group, name, reason) => {
    const composition = fragment(key, `${group} = { ${name} = "hunter2:x" }`);
    expect(composition.fatal).toBe(false);
    expect(composition.cnf).not.toContain('hunter2');
    expect(messages(composition)).toEqual([
      `init Secret, key ${key}: ${name}: this variable cannot be set, since ${reason}; it was left out. Remove it.`,
    ]);
  });

  it.each(['a = [1]', 'a = "x\\"), (\\"y"', 'a = 1; A = 2', 'a*b = 1'])('do not take %s for a variable', (setting) => {
    const composition = fragment('MySQLVariables.cnf', `mysql_variables = { ${setting} }`);
    expect(composition.fatal).toBe(false);
    expect(messages(composition)).toEqual([
      expect.stringContaining(
        'this is not a variable that occurs once, with a string, number or boolean whose double quotes, if it may have any, are doubled; it was left out. Correct it.',
      ),
    ]);
  });

  it('keep double quotes out of admin variables, as ProxySQL would not escape them when it writes them back', () => {
    const composition = fragment('AdminVariables.cnf', 'admin_variables = { stats_mysql = "x\\"\\"); DROP" }');
    expect(composition.cnf).not.toContain('DROP');
    expect(messages(composition)).toHaveLength(1);
  });

  it('hold only what their key says', () => {
    const composition = fragment('MySQLUsers.cnf', 'scheduler = ( { id = 1, filename = "/bin/sh" } )');
    expect(composition.cnf).not.toContain('scheduler');
    expect(messages(composition)).toEqual([
      'init Secret, key MySQLUsers.cnf: scheduler: only mysql_users belongs into this key. Remove it.',
    ]);
    expect(messages(fragment('Other.cnf', ''))).toEqual([
      'init Secret, key Other.cnf: this key is not known. Use AdminVariables.cnf, MySQLVariables.cnf, MySQLUsers.cnf, MySQLQueryRules.cnf.',
    ]);
  });

  it.each([
    [
      'MySQLUsers.cnf',
      'mysql_users = ( { password = "hunter2 } )',
      'line 1, column 30: a string is not closed. Correct the syntax.',
    ],
    ['MySQLUsers.cnf', 'mysql_users = { }', 'mysql_users is not a list of groups. Write ( { ... }, { ... } ).'],
    [
      'MySQLQueryRules.cnf',
      'mysql_query_rules = ( 1 )',
      'mysql_query_rules is not a list of groups. Write ( { ... }, { ... } ).',
    ],
    ['AdminVariables.cnf', 'admin_variables = ( )', 'admin_variables is not a group. Write it in braces.'],
  ])('of %s cannot be %s', (key, content, message) => {
    const composition = fragment(key, content);
    expect(composition).toMatchObject({ cnf: '', fatal: true });
    expect(messages(composition)).toEqual([`init Secret, key ${key}: ${message}`]);
  });

  it('add users with their passwords, and TLS required', () => {
    const content = `mysql_users = (
      { username = "a", password = "pa", use_ssl = 0 },
      { username = "b", password = "it''s", default_hostgroup = 2, attributes = "{\\"spiffe_id\\":\\"spiffe://x/y\\"}" },
      { username = "inline", password = "from-fragment", default_hostgroup = 9 },
      { username = "c" }
    )`;
    const composition = fragment('MySQLUsers.cnf', content, { mysqlUsers: [{ username: 'inline' }] });
    expect(rows(composition, 'mysql_users')).toEqual([
      { username: 'inline', password: 'from-fragment', active: 1, default_hostgroup: 2, use_ssl: 1 },
      { username: 'a', password: 'pa', use_ssl: 1 },
      {
        username: 'b',
        password: "it''s",
        default_hostgroup: 2,
        attributes: '{"spiffe_id":"spiffe://x/y"}',
        use_ssl: 1,
      },
    ]);
    expect(messages(composition)).toEqual([
      'init Secret, key MySQLUsers.cnf: user 1: use_ssl was raised to 1, since TLS is required. Write use_ssl=1, or accept plaintext.',
      'users Secret, key "c": there is no password; the user was left out. Add the password or its hash under this key.',
    ]);
  });

  it('may have users without TLS where plaintext is accepted', () => {
    const content =
      'mysql_users = ( { username = "a", password = "p", use_ssl = 0 }, { username = "b", password = "p" } )';
    const useSsl = (tls: boolean): unknown[] =>
      rows(
        composeConfiguration(renderConfiguration({ ...tlsGuide, tls, allowPlaintext: true }), {
          ...credentials,
          allowPlaintext: true,
          fragments: { 'MySQLUsers.cnf': content },
        }),
        'mysql_users',
      ).map((row) => row.use_ssl);
    expect(useSsl(true)).toEqual([0, 1]);
    expect(useSsl(false)).toEqual([0, 0]);
  });

  it.each([
    ['{ password = "p" }', 'the user has no name'],
    ['{ username = "", password = "p" }', 'the user has no name'],
    [
      '{ username = "a", password = "hunter2\'" }',
      "password: the quote (') must be doubled here, as ProxySQL puts the value between such quotes in SQL",
    ],
    ['{ username = "a", active = "1" }', 'active: this is not a whole number from 0 to 1'],
    ['{ username = "a", active = 2 }', 'active: this is not a whole number from 0 to 1'],
    ['{ username = "a", max_connections = -1 }', 'max_connections: this is not a whole number from 0 to 2147483647'],
    ['{ username = "a", colour = 1 }', 'colour: mysql_users has no such column'],
    [
      '{ username = "a", frontend = 0 }',
      'frontend: ProxySQL does not read this column from its configuration file and would make it 1',
    ],
    ['{ username = "a", attributes = "{" }', 'attributes: this is not a JSON object'],
    [
      '{ username = "a", attributes = "{\\"spiffe_id\\":\\"x\\"}" }',
      'attributes: spiffe_id is neither a SPIFFE ID nor ! and a regular expression',
    ],
    [`{ username = "a", default_schema = "${'x'.repeat(65)}" }`, 'default_schema: the name of the schema is too long'],
  ])('leave out the user %s', (user, flaw) => {
    const composition = fragment('MySQLUsers.cnf', `mysql_users = ( ${user} )`);
    expect(rows(composition, 'mysql_users')).toEqual([]);
    expect(messages(composition)).toEqual([
      `init Secret, key MySQLUsers.cnf: user 1: ${flaw}; the user was left out. Correct it.`,
    ]);
  });

  it('leave out a user who is listed twice', () => {
    const user = '{ username = "a", password = "p" }';
    const composition = fragment('MySQLUsers.cnf', `mysql_users = ( ${user}, ${user} )`);
    expect(messages(composition)).toEqual([
      'init Secret, key MySQLUsers.cnf: user 2: the user is listed twice; the user was left out. Correct it.',
    ]);
  });

  it('replace the default query rules, but not given ones', () => {
    const content = 'mysql_query_rules = ( { rule_id = 5, match_pattern = ".", apply = 1 } )';
    expect(rows(fragment('MySQLQueryRules.cnf', content), 'mysql_query_rules').map((rule) => rule.rule_id)).toEqual([
      5,
    ]);
    const inline = { mysqlQueryRules: [{ rule_id: 7 }] };
    expect(rows(fragment('MySQLQueryRules.cnf', content, inline), 'mysql_query_rules')).toEqual([{ rule_id: 7 }]);
  });

  it.each([
    ['{ apply = 1 }', 'rule 1: the rule has no rule_id of its own. Give each rule a number of its own.'],
    [
      '{ rule_id = 1 }, { rule_id = 1 }',
      'rule 2: the rule has no rule_id of its own. Give each rule a number of its own.',
    ],
    ['{ rule_id = 1, active = 2 }', 'rule 1, active: this is not a whole number from 0 to 1. Correct it.'],
    [
      '{ rule_id = 1, replace_pattern = "x" }',
      'rule 1, replace_pattern: ProxySQL would leave this rule out, as it rewrites what match_pattern matches, and there is none (match_digest is no help). Add match_pattern, or leave replace_pattern out.',
    ],
    [
      '{ rule_id = 1, attributes = "x" }',
      'rule 1, attributes: ProxySQL would leave this rule out, as its attributes are not JSON. Write a JSON object, or leave attributes out.',
    ],
    ['{ rule_id = 1, colour = 1 }', 'rule 1, colour: mysql_query_rules has no such column. Correct it.'],
    ['{ rule_id = 1, digest = "y" }', 'rule 1, digest: this is not the digest of a query. Correct it.'],
    [
      '{ rule_id = 1, error_msg = "no \\"" }',
      'rule 1, error_msg: the quote (") must be doubled here, as ProxySQL puts the value between such quotes in SQL. Correct it.',
    ],
  ])('cannot have the query rules %s', (rules, message) => {
    const composition = fragment('MySQLQueryRules.cnf', `mysql_query_rules = ( ${rules} )`);
    expect(composition).toMatchObject({ cnf: '', fatal: true });
    expect(messages(composition)).toEqual([`init Secret, key MySQLQueryRules.cnf: ${message}`]);
  });

  it('cannot leave their place, whatever they are', () => {
    const literal = text.map((value) => JSON.stringify(value).replace(/\\u[0-9a-f]{4}|\\b/g, '?'));
    fc.assert(
      fc.property(literal, literal, (name, password) => {
        const composition = fragment(
          'MySQLUsers.cnf',
          `mysql_users = ( { username = ${name}, password = ${password} } )`,
        );
        const document: CnfDocument = composition.fatal ? [] : parseCnf(composition.cnf);
        const users = rows(composition, 'mysql_users');
        expect(users.every(({ use_ssl }) => use_ssl === 1)).toBe(true);
        for (const user of users) {
          expect(String(user.username).replaceAll("''", '')).not.toContain("'");
          expect(String(user.password).replaceAll("''", '')).not.toContain("'");
        }
        expect(document.map((setting) => setting.name)).toEqual(
          composition.fatal ? [] : parseCnf(compose({}).cnf).map((setting) => setting.name),
        );
      }),
    );
  });
});
