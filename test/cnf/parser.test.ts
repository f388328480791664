import fc from 'fast-check';
import { CnfSyntaxError, parseCnf } from '../../lib/cnf/parser';

const valueOf = (text: string): unknown => parseCnf(`a = ${text}`)[0]?.value;

describe('reading a configuration file', () => {
  it('reads settings, groups, lists, arrays and comments', () => {
    const text = `
      # one
      datadir="/var/lib/proxysql" // two
      mysql_variables : { threads = 4; have_ssl = TRUE, ratio = .5 }
      /* three
         lines */
      mysql_users = ( { username = "a" , max_connections = 0x10 }, ( ), [1, 2,], )
    `;
    expect(parseCnf(text)).toEqual([
      { name: 'datadir', value: { kind: 'string', value: '/var/lib/proxysql' } },
      {
        name: 'mysql_variables',
        value: {
          kind: 'group',
          settings: [
            { name: 'threads', value: { kind: 'integer', value: 4 } },
            { name: 'have_ssl', value: { kind: 'boolean', value: true } },
            { name: 'ratio', value: { kind: 'float', value: 0.5 } },
          ],
        },
      },
      {
        name: 'mysql_users',
        value: {
          kind: 'list',
          items: [
            {
              kind: 'group',
              settings: [
                { name: 'username', value: { kind: 'string', value: 'a' } },
                { name: 'max_connections', value: { kind: 'integer', value: 16 } },
              ],
            },
            { kind: 'list', items: [] },
            {
              kind: 'array',
              items: [
                { kind: 'integer', value: 1 },
                { kind: 'integer', value: 2 },
              ],
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ['joins strings that follow each other', '"a" "b"\n# and\n"c"', 'abc'],
    ['reads escapes', '"\\\\ \\" \\n\\r\\t\\f \\x41 \\X7a"', '\\ " \n\r\t\f A z'],
    ['reads bytes as UTF-8', '"\\xc3\\xa9"', 'é'],
    ['keeps the backslash of escapes that libconfig 1.7 does not know', '"p\\vw\\q"', 'p\\vw\\q'],
    ['keeps line breaks in strings', '"a\nb"', 'a\nb'],
    ['does not take what is in a string for a comment', '"/* # //"', '/* # //'],
  ])('%s', (_, text, value) => {
    expect(valueOf(text)).toEqual({ kind: 'string', value });
  });

  it.each([
    ['a = "secret', 'line 1, column 5: a string is not closed'],
    ['a = "x\\x00"', 'line 1, column 5: a string contains NUL or half a surrogate pair, which it cannot hold'],
    ['a = "x\0"', 'line 1, column 5: a string contains NUL or half a surrogate pair, which it cannot hold'],
    ['a = "\ud800"', 'line 1, column 5: a string contains NUL or half a surrogate pair, which it cannot hold'],
    ['a = "\\xff"', 'line 1, column 6: the bytes of a string are not UTF-8'],
    ['a = 1\n  a = 2', 'line 2, column 3: this setting is already there'],
    ['a = [1, true]', 'line 1, column 9: the values of an array are of different types'],
    ['a = 4294967296', 'line 1, column 5: ProxySQL reads integers of 32 bits only; write a larger one as a string'],
    ['a = 5L', 'line 1, column 5: ProxySQL reads integers of 32 bits only; write a larger one as a string'],
    ['a = 0xffffffff', 'line 1, column 5: ProxySQL reads integers of 32 bits only; write a larger one as a string'],
    ['@include "/etc/passwd"', 'line 1, column 1: files cannot be included'],
    ['a = 1 /* open', 'line 1, column 7: a comment is not closed'],
    ['a = $', 'line 1, column 5: this character begins nothing that is known'],
    ['a 1', 'line 1, column 3: "=" is expected, but here is something else'],
    ['a =', 'line 1, column 4: a value is expected, but here is the end'],
    ['a = { b = 1', 'line 1, column 12: "}" is expected, but here is the end'],
    ['a = (1 2)', 'line 1, column 8: "," is expected, but here is something else'],
    ['}', 'line 1, column 1: the name of a setting is expected, but here is something else'],
    [`a = ${'('.repeat(30)}`, 'line 1, column 22: settings are nested more than 16 deep'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCnf(text)).toThrow(CnfSyntaxError);
    expect(() => parseCnf(text)).toThrow(message);
  });

  it('answers every text with a document or a syntax error', () => {
    const pieces = fc.constantFrom(
      'a',
      ' = ',
      '"',
      '\\',
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      ',',
      ';',
      '1',
      '.',
      'e',
      '/*',
      '*/',
      '#',
      '\n',
      'L',
      '0x',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        try {
          expect(Array.isArray(parseCnf(parts.join('')))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CnfSyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
