import { type CnfScalar, cnfBoolean, cnfInteger, cnfString, isCnfInteger, isCnfText, MAX_INTEGER } from './ast';
import { type SqlQuote, sqlQuoted } from './sql-quoting';

/** How ProxySQL reads a column from its configuration file; one of another type it passes over without a word. */
export type Column =
  { readonly type: 'integer'; readonly range?: Range } | { readonly type: 'string'; readonly quote: SqlQuote };

export type Columns = ReadonlyMap<string, Column>;

/** What the table lets into a column of whole numbers: a row with anything else ProxySQL leaves out, or reads as something else. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** Whether ProxySQL takes a negative number for none. */
  readonly negativeIsNone: boolean;
}

const ANY = undefined;
const FLAG: Range = { min: 0, max: 1, negativeIsNone: false };

function optional(min: number, max: number): Range {
  return { min, max, negativeIsNone: true };
}

function columns(
  integers: { readonly [name: string]: Range | undefined },
  strings: { readonly [name: string]: SqlQuote },
): Columns {
  return new Map<string, Column>([
    ...Object.entries(integers).map(([name, range]): [string, Column] => [
      name,
      { type: 'integer', ...(range && { range }) },
    ]),
    ...Object.entries(strings).map(([name, quote]): [string, Column] => [name, { type: 'string', quote }]),
  ]);
}

/** `mysql_users` but for its password. */
export const USER_COLUMNS: Columns = columns(
  {
    active: FLAG,
    use_ssl: FLAG,
    default_hostgroup: ANY,
    schema_locked: FLAG,
    transaction_persistent: FLAG,
    fast_forward: FLAG,
    backend: FLAG,
    frontend: FLAG,
    max_connections: { min: 0, max: MAX_INTEGER, negativeIsNone: false },
  },
  { username: "'", default_schema: "'", attributes: "'", comment: 'none' },
);

/** `mysql_query_rules`. */
export const QUERY_RULE_COLUMNS: Columns = columns(
  {
    rule_id: ANY,
    active: FLAG,
    flagIN: ANY,
    proxy_port: optional(0, 65535),
    negate_match_pattern: FLAG,
    flagOUT: ANY,
    destination_hostgroup: ANY,
    cache_ttl: optional(1, MAX_INTEGER),
    cache_empty_result: optional(0, 1),
    cache_timeout: ANY,
    reconnect: optional(0, 1),
    timeout: ANY,
    retries: optional(0, 1000),
    delay: ANY,
    next_query_flagIN: ANY,
    mirror_flagOUT: ANY,
    mirror_hostgroup: ANY,
    sticky_conn: optional(0, 1),
    multiplex: optional(0, 2),
    gtid_from_hostgroup: ANY,
    log: optional(0, 1),
    apply: FLAG,
  },
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
  return number !== undefined && isCnfInteger(number) && isInRange(column, number) ? cnfInteger(number) : undefined;
}

/** Whether a whole number is one that the column can hold. */
export function isInRange(column: Column, number: number): boolean {
  const range = column.type === 'integer' ? column.range : undefined;
  return range === undefined || (number < 0 ? range.negativeIsNone : number >= range.min && number <= range.max);
}

/** What a column holds, in words. */
export function describeColumn(column: Column): string {
  if (column.type === 'string') {
    return 'a string without NUL characters';
  }
  return column.range === undefined
    ? 'a whole number of at most 32 bits'
    : `a whole number from ${column.range.min} to ${column.range.max}`;
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
