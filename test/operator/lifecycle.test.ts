import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { proxysqlResource } from '../support/resource';
import { type AnyObject } from './api-in-memory';
import { OperatedCluster } from './operated-cluster';

/** What happens to the credentials of a ProxySQL that is deleted, before it is let go. */

const NAME = 'proxy-server';
const AUTH = `${NAME}-auth`;

let cluster: OperatedCluster;

afterEach(() => cluster.stop());

async function running(spec: Partial<ProxySQLSpec> = {}): Promise<AnyObject> {
  cluster = await OperatedCluster.with(spec);
  await cluster.start();
  await cluster.pass(5000);
  return cluster.proxysql;
}

async function deleteIt(): Promise<void> {
  cluster.api.edit('ProxySQL', NAME, ({ metadata }) => (metadata.deletionTimestamp = '2026-06-15T12:00:00Z'));
  await cluster.pass(5000);
}

const isGone = (): boolean => cluster.api.find('ProxySQL', NAME) === undefined;
const owners = (): unknown => cluster.api.get('Secret', AUTH).metadata.ownerReferences ?? [];
const writes = (): string[] => cluster.api.requests.filter((request) => request.startsWith('patch'));
const OTHER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'other' };

test('given finalizers of others, then they are kept when the own one comes and when it goes', async () => {
  cluster = await OperatedCluster.with();
  cluster.api.edit('ProxySQL', NAME, ({ metadata }) => (metadata.finalizers = ['example.com/backup']));
  await cluster.start();
  await cluster.pass(5000);
  expect(cluster.proxysql.metadata.finalizers).toEqual(['example.com/backup', 'kubedb.com']);

  await deleteIt();
  expect(cluster.proxysql.metadata.finalizers).toEqual(['example.com/backup']);
  const { requests } = cluster.api;
  const before = requests.length;
  cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.replicas = 3));
  await cluster.passMinutes(5);
  expect(requests.slice(before)).toEqual([]);
});

test('given a watch that tells late of the finalizer, then it is set once', async () => {
  await running();
  cluster.api.edit('ProxySQL', NAME, ({ metadata }) => (metadata.finalizers = []));
  cluster.api.before = (verb, kind) => {
    if (verb === 'patch' && kind === 'ProxySQL') {
      cluster.api.holdBack('ProxySQL');
    }
  };
  const before = writes().length;
  await cluster.pass(1500);
  cluster.api.remove('Service', NAME);
  await cluster.pass(5000);

  expect(cluster.api.find('Service', NAME)).toBeDefined();
  expect(writes()).toHaveLength(before + 1);
});

test('given a finalizer that somebody adds at the same time, then it is kept', async () => {
  cluster = await OperatedCluster.with();
  cluster.api.before = (verb, kind) => {
    if (verb === 'patch' && kind === 'ProxySQL') {
      cluster.api.before = () => undefined;
      cluster.api.edit('ProxySQL', NAME, ({ metadata }) => (metadata.finalizers = ['example.com/backup']));
    }
  };
  await cluster.start();
  await cluster.pass(5000);
  expect(cluster.proxysql.metadata.finalizers).toEqual(['example.com/backup', 'kubedb.com']);
});

test('given an owner that somebody adds at the same time, then the credentials keep it', async () => {
  await running({ deletionPolicy: 'WipeOut' });
  cluster.api.before = (verb, kind) => {
    if (verb === 'patch' && kind === 'Secret') {
      cluster.api.before = () => undefined;
      cluster.api.edit('Secret', AUTH, (secret) => (secret.metadata.ownerReferences = [OTHER]));
    }
  };

  await deleteIt();

  expect(isGone()).toBe(true);
  expect(owners()).toMatchObject([OTHER, { kind: 'ProxySQL' }]);
});

test('given no policy, then it goes, and its credentials stay without an owner', async () => {
  const { metadata } = await running();
  const { uid } = metadata as { readonly uid: string };
  cluster.api.edit('Secret', AUTH, (secret) => {
    secret.metadata.ownerReferences = [OTHER, { ...OTHER, kind: 'ProxySQL', name: NAME, uid }];
  });
  await cluster.pass(100);

  await deleteIt();

  expect(isGone()).toBe(true);
  expect(owners()).toEqual([OTHER]);
  expect(cluster.passes.filter(({ outcome }) => outcome !== 'success')).toEqual([]);
});

test('given WipeOut, then the credentials are claimed first, so that they go with it', async () => {
  const { metadata } = await running({ deletionPolicy: 'WipeOut' });
  const { uid } = metadata as { readonly uid: string };
  cluster.api.edit('Secret', AUTH, (secret) => (secret.metadata.ownerReferences = [OTHER]));
  await cluster.pass(100);

  await deleteIt();

  expect(isGone()).toBe(true);
  expect(owners()).toEqual([
    OTHER,
    { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', name: NAME, uid, blockOwnerDeletion: true },
  ]);
  expect(writes().slice(-2)).toEqual([`patch Secret ${AUTH}`, `patch ProxySQL ${NAME}`]);
});

test('given that they cannot be claimed, then it is not let go, until they can', async () => {
  await running({ deletionPolicy: 'WipeOut' });
  cluster.api.refuse = (verb, kind) => (verb === 'patch' && kind === 'Secret' ? [500, 'no'] : undefined);

  await deleteIt();
  expect(isGone()).toBe(false);
  expect(cluster.proxysql.metadata.finalizers).toEqual(['kubedb.com']);

  cluster.api.refuse = () => undefined;
  await cluster.passMinutes(2);
  expect(isGone()).toBe(true);
});

test('given credentials that are gone already, then it goes all the same', async () => {
  await running({ deletionPolicy: 'WipeOut' });
  cluster.api.holdBack('Secret');
  cluster.api.before = (verb, kind) => {
    if (verb === 'patch' && kind === 'Secret' && cluster.api.find('Secret', AUTH) !== undefined) {
      cluster.api.remove('Secret', AUTH);
    }
  };

  await deleteIt();

  expect(writes()).toContain(`patch Secret ${AUTH}`);
  expect(isGone()).toBe(true);
});

test.each([
  ['another ProxySQL uses', 'other', { authSecret: { name: AUTH } }, false],
  ['another ProxySQL does not use', 'other', {}, true],
  ['another ProxySQL has only its name from', AUTH, {}, true],
] as const)(
  'given WipeOut and credentials that %s, then they are claimed only where it is alone',
  async (_, name, spec, claimed) => {
    await running({ deletionPolicy: 'WipeOut' });
    const other = proxysqlResource(spec);
    cluster.api.put({ ...other, metadata: { ...other.metadata, name, uid: 'other' } });
    await cluster.pass(1000);

    await deleteIt();

    expect(isGone()).toBe(true);
    expect(owners()).toHaveLength(claimed ? 1 : 0);
  },
);

test('given credentials that somebody else manages, then nobody touches them', async () => {
  cluster = await OperatedCluster.with({
    deletionPolicy: 'WipeOut',
    authSecret: { name: AUTH, externallyManaged: true },
  });
  cluster.api.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: AUTH, namespace: 'demo', labels: { 'app.kubernetes.io/managed-by': 'kubedb.com' } },
    data: { username: 'YQ==', password: 'Yg==' },
  });
  await cluster.start();
  await cluster.pass(5000);

  await deleteIt();

  expect(isGone()).toBe(true);
  expect(writes()).not.toContain(`patch Secret ${AUTH}`);
});

test('given DoNotTerminate, then it stays and is looked after, that is told, and it goes once the policy is another', async () => {
  await running({ deletionPolicy: 'DoNotTerminate' });

  await deleteIt();

  expect(cluster.proxysql.metadata.finalizers).toEqual(['kubedb.com']);
  expect(cluster.api.list('Event').map(({ reason, note, type }) => [type, reason, note] as unknown)).toContainEqual([
    'Warning',
    'DeletionRefused',
    'spec.deletionPolicy is DoNotTerminate: it is kept until the policy is another one.',
  ]);
  cluster.api.remove('ServiceAccount', NAME);
  await cluster.pass(5000);
  expect(cluster.api.find('ServiceAccount', NAME)).toBeDefined();

  cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.deletionPolicy = 'Delete'));
  await cluster.pass(5000);
  expect(isGone()).toBe(true);
});
