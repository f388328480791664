/**
 * ProxySQL puts what it reads from its configuration file between the quotes of an SQL statement for its admin database, mostly without
 * escaping it. So values need a second escaping below libconfig's: the quote of the statement, doubled. (Comments of users and servers are
 * the exception: ProxySQL escapes those itself.) Without it a quote would end the value, and what follows would run as SQL.
 *
 * Admin variables ProxySQL also writes back into that database, from memory and again without escaping: doubling would not last, so double
 * quotes cannot be in them at all.
 */

/** The quote that ProxySQL puts a value between; `none` where it escapes the value itself. */
export type SqlQuote = "'" | '"' | 'none';

/** The value as it must stand in the file to arrive unchanged. */
export function sqlQuoted(value: string, quote: SqlQuote): string {
  return quote === 'none' ? value : value.replaceAll(quote, quote + quote);
}

/** The value that arrives. */
export function sqlUnquoted(text: string, quote: SqlQuote): string {
  return quote === 'none' ? text : text.replaceAll(quote + quote, quote);
}

/** Whether text that was written by hand stays within its quotes: every quote in it is doubled. */
export function staysQuoted(text: string, quote: SqlQuote): boolean {
  return quote === 'none' || !text.replaceAll(quote + quote, '').includes(quote);
}
