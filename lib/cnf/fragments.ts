import {
  type CnfGroup,
  cnfGroup,
  cnfInteger,
  type CnfScalar,
  type CnfSetting,
  type CnfValue,
  lookUpString,
} from './ast';
import { type Column, describeColumn, isInRange, QUERY_RULE_COLUMNS, USER_COLUMNS, variableValue } from './columns';
import { CnfSyntaxError, parseCnf } from './parser';
import { isHarmless, isVariableName, protectionOf, type VariableGroup } from './protected-variables';
import { isDigest, ruleFlaws } from './query-rules';
import { type SqlQuote, staysQuoted } from './sql-quoting';
import { parseAttributes, schemaIsTooLong, spiffeFlaw } from './users';

/** What is found wrong in the pod. A fatal finding means that ProxySQL must not start with what would be left. */
export interface Findings {
  report(path: string, message: string, remedy: string): void;
  fail(path: string, message: string, remedy: string): void;
}

/** The keys of the Secret with raw fragments, and the one setting that each may hold. */
export const FRAGMENTS = {
  'AdminVariables.cnf': 'admin_variables',
  'MySQLVariables.cnf': 'mysql_variables',
  'MySQLUsers.cnf': 'mysql_users',
  'MySQLQueryRules.cnf': 'mysql_query_rules',
} as const;

/** A key of the Secret with raw fragments. */
export type FragmentKey = keyof typeof FRAGMENTS;

/** Reads one fragment: the value of its setting, or undefined where there is none. */
export function parseFragment(key: FragmentKey, text: string, findings: Findings): CnfValue | undefined {
  const path = fragmentPath(key);
  const wanted = FRAGMENTS[key];
  try {
    let value: CnfValue | undefined;
    for (const setting of parseCnf(text)) {
      if (setting.name === wanted) {
        ({ value } = setting);
      } else {
        findings.report(`${path}: ${setting.name}`, `only ${wanted} belongs into this key`, 'Remove it');
      }
    }
    return value;
  } catch (error) {
    if (!(error instanceof CnfSyntaxError)) {
      throw error;
    }
    findings.fail(path, error.message, 'Correct the syntax');
    return undefined;
  }
}

/** Where a fragment is. */
export function fragmentPath(key: FragmentKey): string {
  return `init Secret, key ${key}`;
}

/** The variables of a fragment that may be set. */
export function fragmentVariables(
  key: 'AdminVariables.cnf' | 'MySQLVariables.cnf',
  value: CnfValue,
  haveSsl: boolean,
  findings: Findings,
): CnfSetting[] {
  const group: VariableGroup = FRAGMENTS[key];
  if (value.kind !== 'group') {
    findings.fail(fragmentPath(key), `${group} is not a group`, 'Write it in braces');
    return [];
  }
  const names = new Set<string>();
  return value.settings.flatMap((setting) => {
    const path = `${fragmentPath(key)}: ${setting.name}`;
    // As ProxySQL 3.0.4 and later do.
    const name = setting.name.replace(/^(mysql|admin)-/, '');
    const reason = protectionOf(group, name);
    const plain = plainValue(setting.value);
    if (reason !== undefined) {
      if (!isHarmless(group, name, String(plain), haveSsl)) {
        findings.report(path, `this variable cannot be set, since ${reason}; it was left out`, 'Remove it');
      }
      return [];
    }
    const written = isVariableName(name) && !names.has(name.toLowerCase()) ? fragmentVariable(group, plain) : undefined;
    names.add(name.toLowerCase());
    if (written === undefined) {
      findings.report(
        path,
        'this is not a variable that occurs once, with a string, number or boolean whose double quotes, if it may have any, are doubled; it was left out',
        'Correct it',
      );
      return [];
    }
    return [{ name, value: written }];
  });
}

/** A string stands as it is, since it was written for ProxySQL; it must only not end early, neither when it is read nor when it is kept. */
function fragmentVariable(group: VariableGroup, plain: string | number | boolean | undefined): CnfScalar | undefined {
  if (typeof plain === 'string') {
    const safe = group === 'admin_variables' ? !plain.includes('"') : staysQuoted(plain, '"');
    return safe ? { kind: 'string', value: plain } : undefined;
  }
  return variableValue(plain);
}

function plainValue(value: CnfValue): string | number | boolean | undefined {
  return 'value' in value ? value.value : undefined;
}

/** The rows of a fragment with query rules. What is wrong in it is fatal: a rule that is left out may be the one that protects. */
export function fragmentQueryRules(value: CnfValue, findings: Findings): CnfGroup[] {
  const path = fragmentPath('MySQLQueryRules.cnf');
  const seen = new Set<number>();
  return rows(path, 'mysql_query_rules', value, findings).map((row, index) => {
    const at = `${path}: rule ${index + 1}`;
    const id = row.settings.find(({ name }) => name === 'rule_id')?.value;
    if (id?.kind !== 'integer' || seen.has(id.value)) {
      findings.fail(at, 'the rule has no rule_id of its own', 'Give each rule a number of its own');
    } else {
      seen.add(id.value);
    }
    for (const setting of row.settings) {
      const flaw = columnFlaw(QUERY_RULE_COLUMNS.get(setting.name), setting.value, 'mysql_query_rules');
      const digestFlaw =
        setting.name === 'digest' && !isDigest(plainValue(setting.value))
          ? 'this is not the digest of a query'
          : undefined;
      const found = flaw ?? digestFlaw;
      if (found !== undefined) {
        findings.fail(`${at}, ${setting.name}`, found, 'Correct it');
      }
    }
    for (const { column: name, message, remedy } of ruleFlaws(row.settings)) {
      findings.fail(`${at}, ${name}`, message, remedy);
    }
    return row;
  });
}

/** A user of a fragment, as far as it can be used. */
export interface FragmentUser {
  readonly row: CnfGroup;
  /** As it stands in the file. */
  readonly username: string;
}

const USER_COLUMNS_WITH_PASSWORD = new Map([...USER_COLUMNS, ['password', { type: 'string', quote: "'" } as Column]]);

/** The users of a fragment; those with a flaw are left out and reported. Every user is made to require TLS, unless plaintext is accepted. */
export function fragmentUsers(
  value: CnfValue,
  options: { readonly allowPlaintext: boolean; readonly haveSsl: boolean },
  findings: Findings,
): FragmentUser[] {
  const path = fragmentPath('MySQLUsers.cnf');
  const seen = new Set<string>();
  return rows(path, 'mysql_users', value, findings).flatMap((row, index) => {
    const at = `${path}: user ${index + 1}`;
    const username = lookUpString(row.settings, 'username');
    const flaw =
      username === undefined || username === ''
        ? 'the user has no name'
        : seen.has(username)
          ? 'the user is listed twice'
          : userFlaw(row.settings);
    if (username === undefined || flaw !== undefined) {
      findings.report(at, `${flaw ?? 'the user has no name'}; the user was left out`, 'Correct it');
      return [];
    }
    seen.add(username);
    return [{ username, row: requireTls(row, at, options, findings) }];
  });
}

function userFlaw(settings: readonly CnfSetting[]): string | undefined {
  for (const { name, value } of settings) {
    const flaw = columnFlaw(USER_COLUMNS_WITH_PASSWORD.get(name), value, 'mysql_users') ?? contentFlaw(name, value);
    if (flaw !== undefined) {
      return `${name}: ${flaw}`;
    }
  }
  return undefined;
}

function contentFlaw(name: string, value: CnfValue): string | undefined {
  if (name === 'default_schema' && value.kind === 'string' && schemaIsTooLong(value)) {
    return 'the name of the schema is too long';
  }
  if ((name === 'backend' || name === 'frontend') && plainValue(value) !== 1) {
    return 'ProxySQL does not read this column from its configuration file and would make it 1';
  }
  if (name !== 'attributes' || value.kind !== 'string' || value.value === '') {
    return undefined;
  }
  const attributes = parseAttributes(value.value.replaceAll("''", "'"));
  return attributes === undefined
    ? 'this is not a JSON object'
    : attributes.spiffe_id === undefined
      ? undefined
      : spiffeFlaw(attributes.spiffe_id);
}

function columnFlaw(column: Column | undefined, value: CnfValue, table: string): string | undefined {
  if (column === undefined) {
    return `${table} has no such column`;
  }
  if (value.kind !== column.type || (value.kind === 'integer' && !isInRange(column, value.value))) {
    return `this is not ${describeColumn(column)}`;
  }
  return column.type === 'string' && value.kind === 'string' && !staysQuoted(value.value, column.quote)
    ? `the quote ${describeQuote(column.quote)} must be doubled here, as ProxySQL puts the value between such quotes in SQL`
    : undefined;
}

function describeQuote(quote: SqlQuote): string {
  return quote === "'" ? "(')" : '(")';
}

/** A user's row with `use_ssl` as it has to be. */
export function requireTls(
  row: CnfGroup,
  path: string,
  { allowPlaintext, haveSsl }: { readonly allowPlaintext: boolean; readonly haveSsl: boolean },
  findings: Findings,
): CnfGroup {
  const given = row.settings.find(({ name }) => name === 'use_ssl')?.value;
  const asked = given?.kind === 'integer' ? given.value : undefined;
  const useSsl = allowPlaintext ? (asked ?? (haveSsl ? 1 : 0)) : 1;
  if (asked !== undefined && (asked === 0) !== (useSsl === 0)) {
    findings.report(path, 'use_ssl was raised to 1, since TLS is required', 'Write use_ssl=1, or accept plaintext');
  }
  const others = row.settings.filter(({ name }) => name !== 'use_ssl');
  return cnfGroup([...others, { name: 'use_ssl', value: cnfInteger(useSsl) }]);
}

function rows(path: string, table: string, value: CnfValue, findings: Findings): CnfGroup[] {
  const items = value.kind === 'list' ? value.items : undefined;
  const groups = items?.filter((item) => item.kind === 'group');
  if (items === undefined || groups === undefined || groups.length < items.length) {
    findings.fail(path, `${table} is not a list of groups`, 'Write ( { ... }, { ... } )');
    return [];
  }
  return groups;
}
