import fc from 'fast-check';
import { type CnfDocument, type CnfValue } from '../../lib/cnf/ast';
import { parseCnf } from '../../lib/cnf/parser';
import { writeCnf } from '../../lib/cnf/writer';
import { document, text } from './arbitraries';

const only = (value: CnfValue): CnfDocument => [{ name: 'a', value }];

describe('writing a configuration file', () => {
  it('writes what reads back the same, whatever it is', () => {
    fc.assert(
      fc.property(document, (given) => expect(parseCnf(writeCnf(given))).toEqual(given)),
      { numRuns: 1000 },
    );
  });

  it('keeps every string on one line and within its quotes', () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = writeCnf(only({ kind: 'string', value }));
        // Until the line ends there are only printable characters, and no quote that is not escaped.
        expect(written).toMatch(/^a = "(?:[^"\\\p{Cc}]|[\u0080-\u009f]|\\["\\nrtf]|\\x[01][0-9a-f]|\\x7f)*"\n$/u);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, CnfValue, string]>([
    ['escapes', { kind: 'string', value: '\\ " \n \r \t \f \x01 \x7f é' }, '"\\\\ \\" \\n \\r \\t \\f \\x01 \\x7f é"'],
    ['integers as integers', { kind: 'integer', value: 1540000.0 }, '1540000'],
    ['floats with a point', { kind: 'float', value: 5 }, '5.0'],
    ['booleans', { kind: 'boolean', value: false }, 'false'],
    ['empty groups', { kind: 'group', settings: [] }, '{ }'],
    ['empty lists', { kind: 'list', items: [] }, '( )'],
    ['empty arrays', { kind: 'array', items: [] }, '[]'],
  ])('writes %s', (_, value, expected) => {
    expect(writeCnf(only(value))).toBe(`a = ${expected}\n`);
  });

  const deep = Array.from({ length: 20 }).reduce<CnfValue>((inner) => ({ kind: 'list', items: [inner] }), {
    kind: 'integer',
    value: 1,
  });

  it.each<[string, CnfDocument, string]>([
    ['NUL', only({ kind: 'string', value: 'a\0b' }), 'A string contains NUL or half a surrogate pair'],
    [
      'half a surrogate pair',
      only({ kind: 'string', value: '\ud800' }),
      'A string contains NUL or half a surrogate pair',
    ],
    ['wide integers', only({ kind: 'integer', value: 2 ** 31 }), 'An integer has more than 32 bits'],
    ['fractions as integers', only({ kind: 'integer', value: 0.5 }), 'An integer has more than 32 bits'],
    ['infinity', only({ kind: 'float', value: Infinity }), 'A float is not a number'],
    [
      'mixed arrays',
      only({
        kind: 'array',
        items: [
          { kind: 'integer', value: 1 },
          { kind: 'boolean', value: true },
        ],
      }),
      'The values of an array are of different types',
    ],
    ['malformed names', [{ name: 'a b', value: { kind: 'integer', value: 1 } }], 'The name of a setting is malformed'],
    [
      'names that read as booleans',
      [{ name: 'True', value: { kind: 'integer', value: 1 } }],
      'The name of a setting is malformed',
    ],
    [
      'names that occur twice',
      [...only({ kind: 'integer', value: 1 }), ...only({ kind: 'integer', value: 2 })],
      'occurs twice in its group',
    ],
    ['bottomless nesting', only(deep), 'Settings are nested more than 16 deep'],
  ])('refuses %s', (_, given, message) => {
    expect(() => writeCnf(given)).toThrow(RangeError);
    expect(() => writeCnf(given)).toThrow(message);
  });
});
