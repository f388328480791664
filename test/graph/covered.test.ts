import { isCovered } from '../../lib/graph/covered';

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
  ['a longer plain list', { l: ['a'] }, { l: ['a', 'b'] }, false],
])('%s', (_, wanted, live, covered) => {
  expect(isCovered(wanted, live)).toBe(covered);
});
