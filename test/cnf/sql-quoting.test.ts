import fc from 'fast-check';
import { sqlQuoted, sqlUnquoted, staysQuoted } from '../../lib/cnf/sql-quoting';
import { text } from './arbitraries';

describe.each(["'", '"'] as const)('the quote %s in SQL', (quote) => {
  it('arrives unchanged and never ends the value', () => {
    fc.assert(
      fc.property(text, (value) => {
        const quoted = sqlQuoted(value, quote);
        expect(sqlUnquoted(quoted, quote)).toBe(value);
        expect(staysQuoted(quoted, quote)).toBe(true);
      }),
    );
  });

  it('is noticed where it ends a value', () => {
    expect(staysQuoted(`a${quote}); DROP TABLE b; --`, quote)).toBe(false);
    expect(staysQuoted(quote.repeat(3), quote)).toBe(false);
    expect(staysQuoted(`a${quote}${quote}b`, quote)).toBe(true);
  });
});

it('leaves values alone that ProxySQL escapes itself', () => {
  expect(sqlQuoted(`a'b"c`, 'none')).toBe(`a'b"c`);
  expect(sqlUnquoted(`a''b`, 'none')).toBe(`a''b`);
  expect(staysQuoted(`a'b"c`, 'none')).toBe(true);
});
