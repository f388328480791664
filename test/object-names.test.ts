import { isObjectName } from '../lib/object-names';

test.each(['a', 'a-b.c-1', 'a'.repeat(253)])('Kubernetes allows the name %s', (name) => {
  expect(isObjectName(name)).toBe(true);
});

test.each(['', 'A', 'a_b', '-a', 'a-', 'a..b', 'a.', 'a'.repeat(254), 'ä', 'a b', undefined, 7])(
  'Kubernetes does not allow the name %j',
  (name) => {
    expect(isObjectName(name)).toBe(false);
  },
);
