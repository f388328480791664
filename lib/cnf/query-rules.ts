import { type CnfGroup, cnfGroup, type CnfSetting, lookUp, lookUpString } from './ast';
import { columnValue, describeColumn, QUERY_RULE_COLUMNS } from './columns';
import { type Draft, given, shown } from './configuration-input';
import { HOSTGROUPS, type Topology } from './hostgroups';
import { sqlUnquoted } from './sql-quoting';

/**
 * KubeDB's rules for a database with readers: locking reads and everything else to the writers, other reads to the readers. A single server
 * has no readers, and a rule that sends there would let reads time out.
 */
export function defaultQueryRules(topology: Topology): CnfGroup[] {
  const split: [string, number][] = [
    ['^SELECT.*FOR UPDATE$', HOSTGROUPS.writer],
    ['^SELECT', HOSTGROUPS.reader],
    ['.*', HOSTGROUPS.writer],
  ];
  const rules = topology === 'Standalone' ? split.slice(-1) : split;
  return rules.map(([pattern, hostgroup], index) =>
    cnfGroup([
      { name: 'rule_id', value: { kind: 'integer', value: index + 1 } },
      { name: 'active', value: { kind: 'integer', value: 1 } },
      { name: 'match_digest', value: { kind: 'string', value: pattern } },
      { name: 'destination_hostgroup', value: { kind: 'integer', value: hostgroup } },
      { name: 'apply', value: { kind: 'integer', value: 1 } },
    ]),
  );
}

/** The user's rows of `mysql_query_rules`; undefined where there are none and the defaults apply. */
export function queryRuleRows(draft: Draft): CnfGroup[] | undefined {
  const rules = draft.inline.mysqlQueryRules;
  if (rules === undefined || rules === null || rules.length === 0) {
    return undefined;
  }
  const seen = new Set<number>();
  return rules.map((rule, index) => {
    const path = `${draft.path}.mysqlQueryRules[${index}]`;
    const settings = given<unknown>(rule).flatMap(([column, value]) => setting(draft, path, column, value));
    checkId(draft, path, settings, seen);
    for (const { column, message, remedy } of ruleFlaws(settings)) {
      draft.problems.push({ path: `${path}.${column}`, value: shown(rule[column]), message, remedy });
    }
    return cnfGroup(settings);
  });
}

function checkId({ problems }: Draft, path: string, settings: readonly CnfSetting[], seen: Set<number>): void {
  const id = settings.find(({ name }) => name === 'rule_id')?.value;
  if (id?.kind !== 'integer') {
    problems.push({
      path: `${path}.rule_id`,
      message: 'ProxySQL would leave this rule out, as it has no rule_id',
      remedy: 'Number the rules in the order in which they are to be tried',
    });
    return;
  }
  if (seen.has(id.value)) {
    problems.push({
      path: `${path}.rule_id`,
      value: String(id.value),
      message: 'two rules have this rule_id, and only the last would count',
      remedy: 'Give each rule a number of its own',
    });
  }
  seen.add(id.value);
}

function setting({ problems }: Draft, path: string, name: string, value: unknown): CnfSetting[] {
  const column = QUERY_RULE_COLUMNS.get(name);
  if (column === undefined) {
    problems.push({
      path: `${path}.${name}`,
      message: 'mysql_query_rules has no such column, and ProxySQL would ignore it',
      remedy: `Write one of ${[...QUERY_RULE_COLUMNS.keys()].join(', ')}`,
    });
    return [];
  }
  const written = columnValue(column, value);
  if (written === undefined || (name === 'digest' && !isDigest(value))) {
    problems.push({
      path: `${path}.${name}`,
      value: shown(value),
      message: name === 'digest' ? 'this is not the digest of a query' : `this is not ${describeColumn(column)}`,
      remedy: name === 'digest' ? 'Write it as ProxySQL shows it: 0x and 16 hexadecimal digits' : 'Correct it',
    });
    return [];
  }
  return [{ name, value: written }];
}

/** Why ProxySQL would leave a rule out although each column by itself can be kept. Attributes stand as they do in the file. */
export function ruleFlaws(
  settings: readonly CnfSetting[],
): { readonly column: string; readonly message: string; readonly remedy: string }[] {
  const attributes = lookUpString(settings, 'attributes') ?? '';
  return [
    ...(lookUp(settings, 'replace_pattern') !== undefined && lookUp(settings, 'match_pattern') === undefined
      ? [
          {
            column: 'replace_pattern',
            message:
              'ProxySQL would leave this rule out, as it rewrites what match_pattern matches, and there is none (match_digest is no help)',
            remedy: 'Add match_pattern, or leave replace_pattern out',
          },
        ]
      : []),
    ...(attributes === '' || isJson(sqlUnquoted(attributes, "'"))
      ? []
      : [
          {
            column: 'attributes',
            message: 'ProxySQL would leave this rule out, as its attributes are not JSON',
            remedy: 'Write a JSON object, or leave attributes out',
          },
        ]),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Digests are short; ProxySQL does not reckon with longer text there. */
export function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^0x[0-9A-Fa-f]{1,16}$/.test(value);
}
