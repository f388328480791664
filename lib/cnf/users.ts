import { AUTH_USERNAME } from '../objects/credentials';
import { type MysqlUser, type ProxySQLSpec } from '../proxysql-resource';
import { type CnfGroup, cnfGroup, isCnfText, cnfInteger, type CnfScalar, type CnfSetting } from './ast';
import { columnValue, describeColumn, USER_COLUMNS } from './columns';
import { type Draft, given, shown } from './configuration-input';
import { HOSTGROUPS } from './hostgroups';
import { hasFeature } from './versions';

/** Longest name of a schema in bytes: MySQL's limit, and ProxySQL does not reckon with longer ones. */
export const MAX_SCHEMA_BYTES = 64;

/** The user's rows of `mysql_users`, without passwords. */
export function userRows(draft: Draft): CnfGroup[] {
  const users = draft.inline.mysqlUsers ?? [];
  const seen = new Set<string>();
  return users.map((user, index) => {
    const path = `${draft.path}.mysqlUsers[${index}]`;
    checkName(draft, user, path, seen);
    checkUnread(draft, user, path);
    const settings = given<unknown>({ ...user }).flatMap(([column, value]) => setting(draft, path, column, value));
    return cnfGroup(withDefaults(settings, requiresTls(draft, user, path)));
  });
}

/** What Kubernetes allows as a key of a Secret. */
const SECRET_KEY = /^(?!\.{1,2}$|\.\.)[-._A-Za-z0-9]{1,253}$/;

function checkName({ problems, spec }: Draft, { username }: MysqlUser, path: string, seen: Set<string>): void {
  if (typeof username !== 'string' || username === '') {
    problems.push({ path: `${path}.username`, message: 'the user has no name', remedy: 'Write the name of the user' });
  } else if (seen.has(username)) {
    problems.push({
      path: `${path}.username`,
      value: shown(username),
      message: 'the user is listed twice, and only the last entry would count',
      remedy: 'Leave one entry',
    });
  } else if (isCnfText(username) && !SECRET_KEY.test(username) && !hasFragments(spec)) {
    problems.push({
      path: `${path}.username`,
      value: shown(username),
      message: "no key of the users Secret can be this name, and the user's password is sought under it",
      remedy: `Use letters, digits, hyphens, dots and underscores, or give the user's password in the key MySQLUsers.cnf of a Secret that configuration.init.secretName names`,
    });
  } else if (username === AUTH_USERNAME && !spec.authSecret?.name) {
    problems.push({
      path: `${path}.username`,
      value: shown(username),
      message: 'the generated auth Secret has this name for the administrator, and ProxySQL keeps both in one table',
      remedy: 'Use another name, or name an auth Secret of your own with another administrator',
    });
  }
  seen.add(username);
}

/** Whether there is a Secret with raw fragments, which may hold passwords of users too. */
function hasFragments({ configuration, configSecret }: ProxySQLSpec): boolean {
  return Boolean(configuration?.init?.secretName) || Boolean(configSecret?.name);
}

/** ProxySQL does not read these two columns from its configuration file: 0 would silently become 1. */
function checkUnread({ problems }: Draft, user: MysqlUser, path: string): void {
  for (const column of ['backend', 'frontend'] as const) {
    if (user[column] !== undefined && user[column] !== null && Number(user[column]) !== 1) {
      problems.push({
        path: `${path}.${column}`,
        value: shown(user[column]),
        message: `ProxySQL does not read this column from its configuration file, so that the user would get ${column}=1 all the same`,
        remedy: 'Leave it out',
      });
    }
  }
}

function setting(draft: Draft, path: string, name: string, value: unknown): CnfSetting[] {
  const column = USER_COLUMNS.get(name);
  if (column === undefined) {
    draft.problems.push(
      name === 'password'
        ? {
            path: `${path}.password`,
            message: 'a password does not belong here',
            remedy: 'Remove it, change it, and put the new one into the users Secret under the name of the user',
          }
        : {
            path: `${path}.${name}`,
            message: 'mysql_users has no such column',
            remedy: `Write one of ${[...USER_COLUMNS.keys()].join(', ')}`,
          },
    );
    return [];
  }
  const written = columnValue(column, value);
  if (written === undefined) {
    draft.problems.push({
      path: `${path}.${name}`,
      value: shown(value),
      message: `this is not ${describeColumn(column)}`,
      remedy: 'Correct it',
    });
    return [];
  }
  checkContents(draft, `${path}.${name}`, name, value, written);
  return [{ name, value: written }];
}

function checkContents(
  { problems, tls, version }: Draft,
  path: string,
  name: string,
  value: unknown,
  written: CnfScalar,
) {
  if (name === 'default_schema' && schemaIsTooLong(written)) {
    problems.push({
      path,
      value: shown(value),
      message: `the name of a schema has at most ${MAX_SCHEMA_BYTES} bytes`,
      remedy: 'Correct it',
    });
  }
  if (name !== 'attributes' || value === '') {
    return;
  }
  const attributes = parseAttributes(String(value));
  if (attributes === undefined) {
    problems.push({
      path,
      value: shown(value),
      message: 'attributes are not a JSON object, and ProxySQL would stop at them',
      remedy: 'Write a JSON object, e.g. {"spiffe_id": "spiffe://example.org/app"}',
    });
  } else if (attributes.spiffe_id !== undefined) {
    const flaw = spiffeFlaw(attributes.spiffe_id);
    if (flaw !== undefined) {
      problems.push({
        path,
        value: shown(value),
        message: flaw,
        remedy: 'Write spiffe://..., or ! and a regular expression',
      });
    } else if (!tls) {
      problems.push({
        path,
        value: shown(value),
        message: 'spiffe_id demands a client certificate, which nobody can show without TLS',
        remedy: 'Set spec.tls, or leave spiffe_id out',
      });
    } else if (version !== undefined && !hasFeature(version, 'spiffeId')) {
      problems.push({
        path,
        value: shown(value),
        message: 'this version of ProxySQL does not check client certificates as it should',
        remedy: 'Set spec.version to 2.3.0 or later, or leave spiffe_id out',
      });
    }
  }
}

/** Whether a schema's name would not fit into the room that ProxySQL has for it. */
export function schemaIsTooLong(value: CnfScalar): boolean {
  return value.kind === 'string' && new TextEncoder().encode(value.value).length > MAX_SCHEMA_BYTES;
}

/** Attributes as an object, or undefined where they are none. */
export function parseAttributes(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { readonly [name: string]: unknown })
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a `spiffe_id`: anything that is neither an ID nor a pattern would let nobody in, or everybody. */
export function spiffeFlaw(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return 'spiffe_id is not a string';
  }
  return /^(spiffe:\/\/[^\s/]+|!.)/.test(value)
    ? undefined
    : 'spiffe_id is neither a SPIFFE ID nor ! and a regular expression';
}

/** Every user needs TLS: one who does not is the way around it for all others. */
function requiresTls({ allowPlaintext, tls, problems }: Draft, { use_ssl: given }: MysqlUser, path: string): boolean {
  if (!tls) {
    if (allowPlaintext && given !== undefined && given !== null && Number(given) !== 0) {
      problems.push({
        path: `${path}.use_ssl`,
        value: shown(given),
        message: 'without TLS this user could never log in',
        remedy: 'Set spec.tls, or leave use_ssl out',
      });
    }
    return !allowPlaintext;
  }
  if (given === undefined || given === null || Number(given) !== 0) {
    return true;
  }
  if (!allowPlaintext) {
    problems.push({
      path: `${path}.use_ssl`,
      value: shown(given),
      message: 'TLS is required: one user without it opens a way around it for all others (COM_CHANGE_USER)',
      remedy: 'Leave use_ssl out, or accept plaintext with the annotation cdk8s-proxysql.io/allow-plaintext: "true"',
    });
    return true;
  }
  return false;
}

function withDefaults(settings: readonly CnfSetting[], useSsl: boolean): CnfSetting[] {
  const named = new Map(settings.map((item) => [item.name, item.value]));
  const username = named.get('username');
  const rest = settings.filter(({ name }) => !['username', 'use_ssl', 'active', 'default_hostgroup'].includes(name));
  return [
    ...(username === undefined ? [] : [{ name: 'username', value: username }]),
    { name: 'active', value: named.get('active') ?? cnfInteger(1) },
    { name: 'use_ssl', value: cnfInteger(useSsl ? 1 : 0) },
    { name: 'default_hostgroup', value: named.get('default_hostgroup') ?? cnfInteger(HOSTGROUPS.writer) },
    ...rest,
  ];
}
