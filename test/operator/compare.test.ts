import fc from 'fast-check';
import { canonical, isSame, projection } from '../../operator/compare';

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
