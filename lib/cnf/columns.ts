import { type CnfScalar, cnfBoolean, cnfInteger, cnfString, isCnfInteger, isCnfText } from './ast';
import { type SqlQuote, sqlQuoted } from './sql-quoting';

/** How ProxySQL reads a column from its configuration file; one of another type it passes over without a word. */
export type Column = { readonly type: 'integer' } | { readonly type: 'string'; readonly quote: SqlQuote };

export type Columns = ReadonlyMap<string, Column>;

const INTEGER: Column = { type: 'integer' };

function columns(integers: readonly string[], strings: { readonly [name: string]: SqlQuote }): Columns {
  return new Map<string, Column>([
    ...integers.map((name): [string, Column] => [name, INTEGER]),
    ...Object.entries(strings).map(([name, quote]): [string, Column] => [name, { type: 'string', quote }]),
  ]);
}

/** `mysql_users` but for its password. */
export const USER_COLUMNS: Columns = columns(
  [
    'active',
    'use_ssl',
    'default_hostgroup',
    'schema_locked',
    'transaction_persistent',
    'fast_forward',
    'backend',
    'frontend',
    'max_connections',
  ],
  { username: "'", default_schema: "'", attributes: "'", comment: 'none' },
);

/** `mysql_query_rules`. */
export const QUERY_RULE_COLUMNS: Columns = columns(
  [
    'rule_id',
    'active',
    'flagIN',
    'proxy_port',
    'negate_match_pattern',
    'flagOUT',
    'destination_hostgroup',
    'cache_ttl',
    'cache_empty_result',
    'cache_timeout',
    'reconnect',
    'timeout',
    'retries',
    'delay',
    'next_query_flagIN',
    'mirror_flagOUT',
    'mirror_hostgroup',
    'sticky_conn',
    'multiplex',
    'gtid_from_hostgroup',
    'log',
    'apply',
  ],
  {
    username: '"',
    schemaname: '"',
    client_addr: '"',
    proxy_addr: '"',
    digest: '"',
    match_digest: '"',
    match_pattern: '"',
    re_modifiers: '"',
    replace_pattern: '"',
    error_msg: '"',
    OK_msg: '"',
    attributes: "'",
    comment: "'",
  },
);

/** A given value as the column needs it, or undefined where it cannot be one. */
export function columnValue(column: Column, given: unknown): CnfScalar | undefined {
  if (column.type === 'string') {
    const text = typeof given === 'number' && Number.isFinite(given) ? String(given) : given;
    return typeof text === 'string' && isCnfText(text) ? cnfString(sqlQuoted(text, column.quote)) : undefined;
  }
  const number = numeric(given);
  return number !== undefined && isCnfInteger(number) ? cnfInteger(number) : undefined;
}

/** What a column holds, in words. */
export function describeColumn(column: Column): string {
  return column.type === 'integer' ? 'a whole number of at most 32 bits' : 'a string without NUL characters';
}

function numeric(given: unknown): number | undefined {
  switch (typeof given) {
    case 'number':
      return given;
    case 'boolean':
      return given ? 1 : 0;
    case 'string':
      return /^[-+]?\d{1,10}$/.test(given) ? Number(given) : undefined;
    default:
      return undefined;
  }
}

/**
 * The value of a variable, or undefined where it cannot be one. ProxySQL reads neither floats nor integers of more than 32 bits from its
 * configuration file, but it reads them as strings.
 */
export function variableValue(given: unknown): CnfScalar | undefined {
  if (typeof given === 'boolean') {
    return cnfBoolean(given);
  }
  if (typeof given === 'number') {
    return numberValue(given);
  }
  return typeof given === 'string' && isCnfText(given) ? cnfString(sqlQuoted(given, '"')) : undefined;
}

function numberValue(given: number): CnfScalar | undefined {
  if (isCnfInteger(given)) {
    return cnfInteger(given === 0 ? 0 : given);
  }
  const exact = Number.isSafeInteger(given) || (Number.isFinite(given) && !Number.isInteger(given));
  return exact ? cnfString(String(given)) : undefined;
}
