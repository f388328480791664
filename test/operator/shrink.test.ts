import { metadataOnly, withoutForeignParts, withoutPasswords } from '../../operator/shrink';

const secret = (type: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: { name: 's', namespace: 'demo', annotations: { a: 'b' } },
  data: { username: 'dXNlcg==', password: 'c2VjcmV0', empty: '' },
});

test('a password is not kept, but that there is one is', () => {
  expect(withoutPasswords(secret('kubernetes.io/basic-auth')).data).toEqual({
    username: 'present',
    password: 'present',
    empty: '',
  });
});

test('what belongs to somebody else is cut down to who it is', () => {
  expect(withoutForeignParts(secret('Opaque'))).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'demo' },
  });
  expect(metadataOnly(secret('Opaque'))).not.toHaveProperty('data');
});
