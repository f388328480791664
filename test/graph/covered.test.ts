import { isCovered } from '../../lib/graph/covered';
import { effortOf } from '../support/effort';

test.each([
  ['what the API server adds', { a: 1 }, { a: 1, b: 2 }, true],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['a field that is gone', { a: { b: 1 } }, { a: {} }, false],
  ['nothing wanted where nothing is', { a: {}, list: [] }, {}, true],
  ['the same quantity in other words', { memory: '1024Mi' }, { memory: '1Gi' }, true],
  ['another quantity', { cpu: '500m' }, { cpu: '1' }, false],
  ['the same duration in other words', { duration: '2160h' }, { duration: '2160h0m0s' }, true],
  ['another duration', { duration: '2160h' }, { duration: '1h0m0s' }, false],
  ['a named item that somebody added', { c: [{ name: 'a' }] }, { c: [{ name: 'b' }, { name: 'a', x: 1 }] }, true],
  ['a named item that is gone', { c: [{ name: 'a' }] }, { c: [{ name: 'b' }] }, false],
  ['one of several named items that is gone', { c: [{ name: 'a' }, { name: 'b' }] }, { c: [{ name: 'a' }] }, false],
  ['a named item that is another', { c: [{ name: 'a', x: 1 }] }, { c: [{ name: 'a', x: 2 }] }, false],
  [
    'named items of which two have one name',
    {
      c: [
        { name: 'a', x: 1 },
        { name: 'a', x: 2 },
      ],
    },
    {
      c: [
        { name: 'a', x: 2 },
        { name: 'a', x: 1 },
      ],
    },
    true,
  ],
  ['a list in which only some items have a name', { c: [{ name: 'a' }, 1] }, { c: [{ name: 'a' }, 2] }, false],
  ['plain items in another order', { l: [{ a: 1 }, { a: 2 }] }, { l: [{ a: 2 }, { a: 1 }] }, false],
  ['one plain item that is another', { l: ['a', 'b'] }, { l: ['a', 'c'] }, false],
  ['empty items', { l: [null] }, { l: [null] }, true],
  ['items that are gone', { l: ['a'] }, {}, false],
  ['items that were added to none', { l: [] }, { l: ['a'] }, false],
  ['something else in place of a list', { l: [] }, { l: 1 }, false],
  ['one of several fields that is another', { a: 1, b: 1 }, { a: 1, b: 2 }, false],
  ['fields of nothing', { a: { b: 1 } }, { a: null }, false],
  ['no fields of nothing', { a: { b: undefined } }, { a: null }, true],
  ['a text in place of fields', { a: { b: 1 } }, { a: 'b' }, false],
  ['nothing wanted, whatever there is', { a: undefined, b: null }, { a: 1, b: 2 }, true],
  ['a number that is wanted as text', { port: '6033' }, { port: 6033 }, true],
  ['truth that is wanted as text', { a: 'true' }, { a: true }, false],
  ['texts that are no quantities', { a: 'x' }, { a: 'y' }, false],
  ['a longer plain list', { l: ['a'] }, { l: ['a', 'b'] }, false],
])('%s', (_, wanted, live, covered) => {
  expect(isCovered(wanted, live)).toBe(covered);
});

test.each<[string, unknown, unknown]>([
  ['a quantity of a hundred thousand digits', '1'.repeat(100_000), '9223372036854775807'],
  ['numbers with a hundred thousand dots', '1.'.repeat(100_000), '1'],
  [
    'twenty thousand named items',
    Array.from({ length: 20_000 }, (_, index) => ({ name: `v${index}` })),
    Array.from({ length: 20_000 }, (_, index) => ({ name: `v${19_999 - index}` })),
  ],
])('given %s, then they are compared in no time', (_, wanted, live) => {
  expect(effortOf(() => isCovered({ wanted }, { wanted: live }))).toBeLessThan(500);
});
