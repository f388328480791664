import fc from 'fast-check';
import { formatPath, placesOf, stepsOf, valueAt } from '../../lib/schema/path';

it.each([
  [['spec', 'tls', 'certificates', 0, 'alias'], 'spec.tls.certificates[0].alias'],
  [['metadata', 'labels', 'app.kubernetes.io/name'], 'metadata.labels["app.kubernetes.io/name"]'],
  [['a', '0'], 'a["0"]'],
  [[], ''],
])('%j is written %s', (steps, path) => {
  expect(formatPath(steps)).toBe(path);
});

it('a pointer leads through lists and maps, escapes undone', () => {
  const manifest = { list: [{ 'a/b~c': 1 }], map: { '0': 2 } };
  expect(stepsOf('/list/0/a~1b~0c', manifest)).toEqual(['list', 0, 'a/b~c']);
  expect(stepsOf('/map/0', manifest)).toEqual(['map', '0']);
  expect(valueAt(manifest, stepsOf('/list/0/a~1b~0c', manifest))).toBe(1);
});

it('what an object inherits is no field of it', () => {
  expect(valueAt({}, ['constructor', 'name'])).toBeUndefined();
  expect(placesOf({}, 'toString')).toEqual([]);
});

it('a path with [] leads to each item, in any JSON', () => {
  expect(placesOf({ a: [{ b: 1 }, {}, { b: 2 }] }, 'a[].b')).toEqual([
    { steps: ['a', 0, 'b'], value: 1 },
    { steps: ['a', 2, 'b'], value: 2 },
  ]);
  fc.assert(
    fc.property(fc.jsonValue(), (manifest) => {
      for (const { steps, value } of placesOf(manifest, 'a[].b')) {
        expect(valueAt(manifest, steps)).toEqual(value);
      }
    }),
  );
});
