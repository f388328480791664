import { selectorLabels } from '../../lib/labels';
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

describe('a StatefulSet with the labels of a ProxySQL', () => {
  const spec = { serviceName: 'db-pods' };
  const workload = (kind?: string) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: 'db',
      labels: selectorLabels('db'),
      ...(kind !== undefined && {
        ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'db', uid: 'u', controller: true }],
      }),
    },
    spec,
  });

  test.each([
    ['no controller, so that it can be adopted', undefined, spec],
    ['a ProxySQL as its controller', 'ProxySQL', spec],
    ['another controller', 'Else', undefined],
  ])('given %s', (_, controller, kept) => {
    expect(withoutForeignParts(workload(controller)).spec).toEqual(kept);
  });
});
