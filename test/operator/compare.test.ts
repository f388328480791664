import fc from 'fast-check';
import { canonical, isCovered, isSame, projection } from '../../operator/compare';

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

test('the projection has what was made of what was wanted, and nothing else', () => {
  expect(projection({ a: 'x', b: { c: 1 } }, { a: 'y', b: { c: 2, d: 3 }, e: 4 })).toEqual({ a: 'y', b: { c: 2 } });
});

test('two values are the same when their canonical text is, whatever they are', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(isSame(one, other)).toBe(canonical(one) === canonical(other));
      expect(isSame(one, JSON.parse(canonical(one)))).toBe(true);
    }),
  );
});

test('the order of fields, and fields without a value, make no difference', () => {
  expect(isSame({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1, e: undefined })).toBe(true);
  expect(isSame({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(isSame([1, 2], [2, 1])).toBe(false);
  expect(isSame({}, [])).toBe(false);
});
