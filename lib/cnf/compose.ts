import { type Problem } from '../problem';
import {
  type CnfDocument,
  cnfGroup,
  cnfList,
  type CnfGroup,
  type CnfSetting,
  cnfString,
  type CnfValue,
  lookUp,
  lookUpString,
} from './ast';
import { checkAccount, checkAdministrators, type Account } from './accounts';
import {
  FRAGMENTS,
  type FragmentKey,
  type Findings,
  type FragmentUser,
  fragmentQueryRules,
  fragmentUsers,
  fragmentVariables,
  parseFragment,
  requireTls,
} from './fragments';
import { INLINE_ADMIN_VARIABLES, INLINE_MYSQL_VARIABLES, INLINE_QUERY_RULES, ORIGIN_GROUP } from './origin';
import { CnfSyntaxError, parseCnf } from './parser';
import { sqlQuoted, sqlUnquoted } from './sql-quoting';
import { overlay, settingsOf } from './variables';
import { writeCnf } from './writer';

export { type Account } from './accounts';

/** What the pod adds to the configuration. */
export interface Credentials {
  /** The auth Secret: administrator, and peers among each other. */
  readonly admin: Account;
  /** Made up at each start; reads statistics only. */
  readonly stats: Account;
  /** The monitor Secret: ProxySQL's own account at the database. */
  readonly monitor: Account;
  /** The users Secret: password or hash by user name. */
  readonly users: { readonly [username: string]: string };
  /** The Secret with raw fragments, by key. @default - none */
  readonly fragments?: { readonly [key: string]: string };
  /** Whether the ProxySQL opts out of required TLS. */
  readonly allowPlaintext: boolean;
}

/** The outcome of composing. */
export interface Composition {
  /** The configuration for ProxySQL, with credentials; empty if `fatal`. */
  readonly cnf: string;
  /** What is wrong. No password is in it. */
  readonly problems: readonly Problem[];
  /** Whether ProxySQL must not start: what would be left is less safe than what was asked for, or nobody could use it. */
  readonly fatal: boolean;
}

/** Adds credentials and raw fragments to the configuration that `renderConfiguration` made. */
export function composeConfiguration(base: string, credentials: Credentials): Composition {
  const composer = new Composer(credentials);
  const document = composer.compose(base);
  return composer.fatal
    ? { cnf: '', problems: composer.problems, fatal: true }
    : { cnf: writeCnf(document), problems: composer.problems, fatal: false };
}

class Composer implements Findings {
  readonly problems: Problem[] = [];
  fatal = false;

  constructor(private readonly credentials: Credentials) {}

  report(path: string, message: string, remedy: string): void {
    this.problems.push({ path, message, remedy });
  }

  fail(path: string, message: string, remedy: string): void {
    this.report(path, message, remedy);
    this.fatal = true;
  }

  compose(text: string): CnfDocument {
    const base = this.parse(text);
    const mysql = groupOf(base, 'mysql_variables');
    const haveSsl = isTrue(lookUp(mysql, 'have_ssl'));
    if (!haveSsl && !this.credentials.allowPlaintext) {
      this.fail('configuration: have_ssl', 'TLS is required but switched off', 'Set spec.tls, or accept plaintext');
    }
    checkAdministrators(this.credentials, listOf(base, 'proxysql_servers').length, this);
    const fragments = this.fragments();
    const origin = groupOf(base, ORIGIN_GROUP);
    const replaced: { [name: string]: CnfValue } = {
      admin_variables: cnfGroup([
        ...this.variables(base, origin, fragments, 'AdminVariables.cnf', haveSsl),
        ...this.adminCredentials(),
      ]),
      mysql_variables: cnfGroup([
        ...this.variables(base, origin, fragments, 'MySQLVariables.cnf', haveSsl),
        ...this.monitorCredentials(),
      ]),
      mysql_users: cnfList(this.users(base, fragments, haveSsl)),
      mysql_query_rules: cnfList(this.queryRules(base, origin, fragments)),
    };
    const rest = base.filter(({ name }) => name !== ORIGIN_GROUP);
    return overlay(rest, settingsOf(replaced));
  }

  private parse(text: string): CnfDocument {
    try {
      return parseCnf(text);
    } catch (error) {
      if (!(error instanceof CnfSyntaxError)) {
        throw error;
      }
      this.fail('configuration', error.message, 'Let it be rendered again');
      return [];
    }
  }

  private fragments(): ReadonlyMap<FragmentKey, CnfValue> {
    const fragments = new Map<FragmentKey, CnfValue>();
    for (const [key, text] of Object.entries(this.credentials.fragments ?? {})) {
      if (!isFragmentKey(key)) {
        this.report(`init Secret, key ${key}`, 'this key is not known', `Use ${Object.keys(FRAGMENTS).join(', ')}`);
        continue;
      }
      const value = parseFragment(key, text, this);
      if (value !== undefined) {
        fragments.set(key, value);
      }
    }
    return fragments;
  }

  private variables(
    base: CnfDocument,
    origin: readonly CnfSetting[],
    fragments: ReadonlyMap<FragmentKey, CnfValue>,
    key: 'AdminVariables.cnf' | 'MySQLVariables.cnf',
    haveSsl: boolean,
  ): CnfSetting[] {
    const variables = groupOf(base, FRAGMENTS[key]);
    const fragment = fragments.get(key);
    if (fragment === undefined) {
      return [...variables];
    }
    const names = key === 'AdminVariables.cnf' ? INLINE_ADMIN_VARIABLES : INLINE_MYSQL_VARIABLES;
    const inline = new Set(stringsOf(lookUp(origin, names)));
    const added = fragmentVariables(key, fragment, haveSsl, this);
    return overlay(
      variables,
      added.filter(({ name }) => !inline.has(name.toLowerCase())),
    );
  }

  private adminCredentials(): CnfSetting[] {
    const { admin, stats } = this.credentials;
    return settingsOf({
      admin_credentials: variable(`${admin.username}:${admin.password}`),
      stats_credentials: variable(`${stats.username}:${stats.password}`),
      cluster_username: variable(admin.username),
      cluster_password: variable(admin.password),
    });
  }

  private monitorCredentials(): CnfSetting[] {
    const { monitor } = this.credentials;
    checkAccount(monitor, 'monitor Secret', this);
    return settingsOf({ monitor_username: variable(monitor.username), monitor_password: variable(monitor.password) });
  }

  private queryRules(
    base: CnfDocument,
    origin: readonly CnfSetting[],
    fragments: ReadonlyMap<FragmentKey, CnfValue>,
  ): CnfGroup[] {
    const fragment = fragments.get('MySQLQueryRules.cnf');
    return fragment === undefined || isTrue(lookUp(origin, INLINE_QUERY_RULES))
      ? listOf(base, 'mysql_query_rules')
      : fragmentQueryRules(fragment, this);
  }

  private users(base: CnfDocument, fragments: ReadonlyMap<FragmentKey, CnfValue>, haveSsl: boolean): CnfGroup[] {
    const options = { allowPlaintext: this.credentials.allowPlaintext, haveSsl };
    const fragment = fragments.get('MySQLUsers.cnf');
    const others = fragment === undefined ? [] : fragmentUsers(fragment, options, this);
    const inline = listOf(base, 'mysql_users').map((row): FragmentUser => {
      const username = lookUpString(row.settings, 'username') ?? '';
      return { username, row: requireTls(row, `user ${username}`, options, this) };
    });
    const names = new Set(inline.map(({ username }) => username));
    const passwords = new Map(others.map(({ username, row }) => [username, lookUpString(row.settings, 'password')]));
    return [...inline, ...others.filter(({ username }) => !names.has(username))].flatMap((user) =>
      this.withPassword(user, passwords.get(user.username)),
    );
  }

  private withPassword({ username: quoted, row }: FragmentUser, fallback: string | undefined): CnfGroup[] {
    const { users, admin, stats } = this.credentials;
    const username = sqlUnquoted(quoted, "'");
    const path = `users Secret, key ${JSON.stringify(username)}`;
    if (username === admin.username || username === stats.username) {
      this.report(path, 'ProxySQL has this name for an administrator; the user was left out', 'Choose another name');
      return [];
    }
    const password = Object.hasOwn(users, username) ? users[username] : undefined;
    if (password?.includes('\0') || (password !== undefined && /[\uD800-\uDFFF]/u.test(password))) {
      this.report(path, 'the password is not text without NUL characters; the user was left out', 'Choose another one');
      return [];
    }
    const written = password ? sqlQuoted(password, "'") : fallback;
    if (!written) {
      this.report(path, 'there is no password; the user was left out', 'Add the password or its hash under this key');
      return [];
    }
    const [name, ...rest] = row.settings.filter(({ name }) => name !== 'password');
    return name === undefined ? [] : [cnfGroup([name, { name: 'password', value: cnfString(written) }, ...rest])];
  }
}

function isFragmentKey(key: string): key is FragmentKey {
  return Object.hasOwn(FRAGMENTS, key);
}

/** A variable's value, for the double quotes that ProxySQL puts it between. */
function variable(text: string): CnfValue {
  return cnfString(sqlQuoted(text, '"'));
}

function groupOf(document: CnfDocument, name: string): readonly CnfSetting[] {
  const value = lookUp(document, name);
  return value?.kind === 'group' ? value.settings : [];
}

function listOf(document: CnfDocument, name: string): CnfGroup[] {
  const value = lookUp(document, name);
  return value?.kind === 'list' ? value.items.filter((item) => item.kind === 'group') : [];
}

function stringsOf(value: CnfValue | undefined): string[] {
  return value?.kind === 'array' ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
}

function isTrue(value: CnfValue | undefined): boolean {
  return (value?.kind === 'boolean' && value.value) || (value?.kind === 'string' && value.value === 'true');
}
