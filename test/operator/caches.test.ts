import { type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLResource } from '../../lib/proxysql-resource';
import { type Caches } from '../../operator/caches';
import { relevanceOf } from '../../operator/relevance';
import { Renderer } from '../../operator/rendering';
import { withoutDepths } from '../../operator/shrink';
import { describeProblem } from '../../lib/problem';
import { appBindingResource, proxysqlResource } from '../support/resource';
import { cachesOfNobody } from './caches';

let caches: Caches;
let told: string[];

beforeEach(() => {
  caches = cachesOfNobody();
  // Two ProxySQLs that share their auth Secret.
  for (const name of ['one', 'two']) {
    caches.wrote('ProxySQL', proxysql(name), proxysql(name));
  }
  told = [];
  caches.subscribe((key, kind, { type }) => told.push(`${key}: ${kind} ${type}`));
});

function proxysql(name: string): KubernetesObject {
  const metadata = { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1' };
  return { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata, spec: { authSecret: { name: 'shared' } } };
}

const SECRET: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'shared', namespace: 'shop', uid: 'uid-secret', resourceVersion: '2' },
};

test('what was written for a ProxySQL is news to the others that it matters to', () => {
  caches.wrote('Secret', SECRET, proxysql('one'));

  expect(told).toEqual(['shop/two: Secret added']);
});

test('given a watch that is faster than the answer, then who creates is not told, and the others are', async () => {
  await caches.whileCreating('Secret', SECRET, proxysql('one'), () => {
    watchTells();
    expect(told).toEqual(['shop/two: Secret added']);
    return Promise.resolve(SECRET);
  });

  expect(told).toEqual(['shop/two: Secret added']);
  expect(caches.get('Secret', 'shop', 'shared')).toEqual(SECRET);
});

test.each([
  ['somebody else was faster', () => Promise.resolve(undefined)],
  ['the answer was lost', () => Promise.reject(new Error('lost'))],
])('given that %s, then who wanted to create is told of what is there after all', async (_, answer) => {
  await caches
    .whileCreating('Secret', SECRET, proxysql('one'), () => {
      watchTells();
      return answer();
    })
    .catch(() => undefined);

  expect(told).toEqual(['shop/two: Secret added', 'shop/one: Secret added']);
});

/** As if it were written for a third. */
function watchTells(): void {
  caches.wrote('Secret', SECRET, proxysql('three'));
}

test('given a ProxySQL that is gone, or another one by now, then the answer to a write of it does not bring it back', () => {
  const { metadata, ...rest } = proxysql('three');
  const written = { ...rest, metadata: { ...metadata, resourceVersion: '9' } } as unknown as ProxySQLResource;
  caches.wroteItself(written);
  expect(caches.proxysqls.get('shop', 'three')).toBeUndefined();

  const another = proxysql('one');
  caches.wroteItself({
    ...another,
    metadata: { ...another.metadata, uid: 'former', resourceVersion: '9' },
  } as unknown as ProxySQLResource);
  expect(caches.proxysqls.get('shop', 'one')?.metadata.uid).toBe('uid-one');
  expect(told).toEqual([]);
});

test('given an object that is gone, or another one by now, then the answer to a change of it does not bring it back', () => {
  const version = (resourceVersion: string, uid = 'uid-secret') => ({
    ...SECRET,
    metadata: { ...SECRET.metadata, resourceVersion, uid },
  });
  const kept = () => caches.get('Secret', 'shop', 'shared')?.metadata;
  caches.changed('Secret', SECRET, proxysql('one'));
  expect(kept()).toBeUndefined();

  caches.wrote('Secret', SECRET, proxysql('one'));
  caches.changed('Secret', version('8'), proxysql('one'));
  expect(kept()?.resourceVersion).toBe('8');
  caches.changed('Secret', version('9', 'former'), proxysql('one'));
  expect(kept()).toMatchObject({ uid: 'uid-secret', resourceVersion: '8' });
});

test('given a ProxySQL and an AppBinding of as many levels as the API server takes, then they are kept, compared and judged', () => {
  const deep = () => JSON.parse('[{"a":'.repeat(4_999) + '1' + '}]'.repeat(4_999)) as unknown;
  const version = (resourceVersion: string) => ({ name: 'deep', namespace: 'shop', uid: 'uid-deep', resourceVersion });
  const nested = (resourceVersion: string) =>
    ({
      ...proxysqlResource({ configuration: { init: { inline: { mysqlVariables: { threads: deep() } } } } } as object),
      metadata: version(resourceVersion),
    }) as ProxySQLResource;
  const bound = { ...appBindingResource({ parameters: { hosts: deep() } } as object), metadata: version('1') };

  caches.wrote('AppBinding', bound as unknown as KubernetesObject, proxysql('one'));
  caches.wrote('ProxySQL', nested('1'), proxysql('one'));
  caches.wrote('ProxySQL', nested('2'), proxysql('one'));

  expect(told).toEqual(['shop/deep: ProxySQL added', 'shop/deep: ProxySQL updated']);
  const [before, after] = [nested('1'), nested('2')].map(withoutDepths);
  expect(relevanceOf('ProxySQL', { type: 'updated', previous: before ?? bound, object: after ?? bound })).toBe('soon');
  const kept = caches.proxysqls.getByKey('shop/deep') ?? nested('1');
  expect(new Renderer(caches, {}).of(kept).problems.map(describeProblem)).toContainEqual(
    expect.stringMatching(
      /^spec\.configuration\.init\.inline\.mysqlVariables\.threads \(given: \[.*…\): a variable cannot have/,
    ),
  );
});

test('given an object of another namespace that claims to be controlled by a ProxySQL, then it is none of its objects', () => {
  const service = (namespace: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'claimed',
      namespace,
      resourceVersion: '3',
      ownerReferences: [
        { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', name: 'one', uid: 'uid-one', controller: true },
      ],
    },
  });
  ['shop', 'elsewhere'].forEach((namespace) => caches.wrote('Service', service(namespace), proxysql('one')));

  expect(caches.ownedBy(proxysql('one').metadata).map(({ metadata }) => metadata.namespace)).toEqual(['shop']);
});
