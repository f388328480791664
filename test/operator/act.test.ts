import { type Kind } from '../../operator/kubernetes/resources';
import { type AnyObject } from './api-in-memory';
import { OperatedCluster } from './operated-cluster';

/** What the operator does to objects, what it leaves alone, and what it tells of it. */

const NAME = 'proxy-server';
const AUTH = `${NAME}-auth`;
const FOREIGN = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'other', controller: true }];

let cluster: OperatedCluster;

beforeEach(async () => (cluster = await OperatedCluster.with()));
afterEach(() => cluster.stop());

const events = (): string[] =>
  cluster.api.list('Event').map(({ type, reason, note }: AnyObject) => `${type} ${reason}: ${String(note)}`);
const requests = (about: string): string[] => cluster.api.requests.filter((request) => request.endsWith(about));
/** All that happens from here on. */
const fromNow = (): (() => string[]) => {
  const { length } = cluster.api.requests;
  return () => cluster.api.requests.slice(length).filter((request) => !request.includes('Event'));
};

test('given credentials that are made, then they are new ones', async () => {
  await cluster.start();
  await cluster.pass(5000);

  const { data, type } = cluster.api.get('Secret', AUTH);
  const [username, password] = ['username', 'password'].map((key) =>
    Buffer.from(data[key] as string, 'base64').toString(),
  );
  expect(type).toBe('kubernetes.io/basic-auth');
  expect(username).not.toBe('');
  expect(password?.length).toBeGreaterThanOrEqual(16);
});

test('given credentials that were changed, then they are left alone', async () => {
  await cluster.start();
  await cluster.pass(5000);
  cluster.api.edit('Secret', AUTH, (secret) => {
    secret.data = { username: 'YQ==', password: 'Yg==' };
    secret.metadata.labels['app.kubernetes.io/component'] = 'other';
  });

  await cluster.passMinutes(10);

  expect(cluster.api.get('Secret', AUTH).data).toEqual({ username: 'YQ==', password: 'Yg==' });
  expect(requests(`Secret ${AUTH}`)).toEqual([`create Secret ${AUTH}`]);
});

test('given credentials made by hand, then they are used as they are', async () => {
  cluster.api.put({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/basic-auth',
    metadata: { name: AUTH, namespace: 'demo' },
    data: { username: 'YQ==', password: 'Yg==' },
  });
  await cluster.startUntilReady();
  await cluster.passMinutes(10);

  expect(requests(`Secret ${AUTH}`)).toEqual([]);
});

test('given an issuer that is ready, then all that can be made is made in one pass', async () => {
  cluster.createIssuer();
  await cluster.start();

  expect(cluster.api.list('Certificate')).not.toEqual([]);
  expect(cluster.passes).toHaveLength(1);
});

test('given what is made, then of all of it the StatefulSet is told', async () => {
  await cluster.startUntilReady();

  expect(events().filter((event) => event.includes('Created'))).toEqual([
    `Normal Created: Created StatefulSet demo/${NAME}.`,
  ]);
});

test('given something else that is wanted, then it is applied once and told as an update, also where a field goes', async () => {
  await cluster.startUntilReady();
  const happened = fromNow();
  const templates = [{ alias: 'primary', metadata: { annotations: { asked: 'for' } } }];
  for (const serviceTemplates of [templates, undefined]) {
    cluster.api.holdBack('Service');
    cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.serviceTemplates = serviceTemplates));
    await cluster.pass(500);
    cluster.api.catchUp('Service');
    await cluster.pass(5000);
  }

  expect(happened().filter((request) => request.endsWith(`Service ${NAME}`))).toEqual([
    `apply Service ${NAME}`,
    `apply Service ${NAME}`,
  ]);
  expect(events().join('\n')).toContain(`Normal Updated: Updated Service demo/${NAME}.`);
});

test.each([
  ['from its creation on', 'create'],
  ['once it is applied', 'apply'],
])('given an API server that makes something else of an object %s, then it is written to no more', async (_, verb) => {
  cluster.api.admit = ({ kind, spec, metadata }) => {
    if (kind === 'Service' && metadata.name === NAME && requests(`${verb} Service ${NAME}`).length > 0) {
      spec.selector.zone = 'of a webhook';
      spec.type = 'ExternalName';
    }
  };
  await cluster.startUntilReady();
  expect(requests(`apply Service ${NAME}`)).toEqual([]);
  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(5000);
  const happened = fromNow();

  cluster.api.edit('Service', NAME, ({ metadata }) => (metadata.annotations.added = 'by somebody'));
  await cluster.passMinutes(10);
  expect(happened()).toEqual([]);
  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(5000);
  expect(happened()).toEqual([`apply Service ${NAME}`]);

  const templates = [{ alias: 'primary', metadata: { labels: { asked: 'for' } } }];
  cluster.api.edit('ProxySQL', NAME, ({ spec }) => (spec.serviceTemplates = templates));
  await cluster.pass(500);
  expect(happened().filter((request) => request.startsWith('apply '))).toEqual([
    `apply Service ${NAME}`,
    `apply Service ${NAME}`,
  ]);
});

test('given an object that somebody changed, then it is repaired; one that somebody added to is not', async () => {
  await cluster.startUntilReady();
  const happened = fromNow();
  cluster.api.edit('Service', NAME, ({ metadata }) => (metadata.annotations.added = 'by somebody'));
  await cluster.pass(5000);
  expect(happened()).toEqual([]);

  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(5000);

  expect(happened()).toContain(`apply Service ${NAME}`);
  expect(cluster.api.get('Service', NAME).spec.selector).not.toHaveProperty('other');
  expect(events().join('\n')).toMatch(/Repaired: .*Service/);
});

test('given an object that is on its way out, then it is made anew once it is gone, and not written to before', async () => {
  await cluster.startUntilReady();
  const happened = fromNow();
  cluster.api.edit('Service', NAME, ({ metadata, spec }) => {
    metadata.deletionTimestamp = '2026-06-15T12:00:00Z';
    metadata.finalizers = ['example.com/load-balancer'];
    spec.selector = { other: 'pods' };
  });
  await cluster.pass(5000);
  expect(happened().filter((request) => request.endsWith(`Service ${NAME}`))).toEqual([]);

  cluster.api.remove('Service', NAME);
  await cluster.pass(5000);

  expect(cluster.api.get('Service', NAME).metadata.deletionTimestamp).toBeUndefined();
});

test('given what is not wanted any more, then it is deleted once, and that is told', async () => {
  await cluster.startUntilReady();
  const { metadata, ...service } = cluster.api.get('Service', NAME);
  cluster.api.put({ ...service, metadata: { ...metadata, name: 'left-over' } });
  await cluster.pass(5000);

  expect(cluster.api.find('Service', 'left-over')).toBeUndefined();
  expect(requests('Service left-over')).toEqual(['delete Background Service left-over']);
  expect(events().join('\n')).toMatch(/Deleted: .*left-over/);
});

test('given a StatefulSet that cannot be changed, then it is made anew without its pods', async () => {
  await cluster.startUntilReady();
  cluster.api.edit('StatefulSet', NAME, ({ spec }) => (spec.podManagementPolicy = 'OrderedReady'));
  const before = cluster.workload.metadata.uid as string;
  await cluster.pass(5000);

  expect(requests(`StatefulSet ${NAME}`).slice(-2)).toEqual([
    `delete Orphan StatefulSet ${NAME}`,
    `create StatefulSet ${NAME}`,
  ]);
  expect(cluster.workload.metadata.uid).not.toBe(before);
  expect(cluster.api.find('Pod', `${NAME}-0`)).toBeDefined();
  expect(events().join('\n')).toMatch(/Recreated: .*StatefulSet/);
});

test('given an object of somebody else under a name that is needed, then it is not written to, and that is told', async () => {
  cluster.api.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: 'demo', ownerReferences: FOREIGN },
    spec: { selector: { somebody: 'else' } },
  });
  await cluster.start();
  await cluster.passMinutes(5);

  expect(cluster.api.get('Service', NAME).spec).toEqual({ selector: { somebody: 'else' } });
  expect(requests(`apply Service ${NAME}`)).toEqual([]);
  expect(cluster.condition('ServicesPresent')).toMatchObject({ status: 'False' });
});

test('given a Secret of somebody else that has the name of a Service, then it is none', async () => {
  cluster.api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: NAME, namespace: 'demo' } });
  await cluster.startUntilReady();
  expect(requests(`Service ${NAME}`)).toEqual([`create Service ${NAME}`]);
});

test('given an object of somebody else that comes at the last moment, then it is not written to either', async () => {
  const theirs = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: 'demo', ownerReferences: FOREIGN },
    spec: { selector: { somebody: 'else' } },
  };
  cluster.api.before = (verb, kind) => {
    if (verb === 'create' && kind === 'Service' && cluster.api.find('Service', NAME) === undefined) {
      cluster.api.holdBack('Service');
      cluster.api.put(theirs);
    }
  };
  await cluster.start();
  await cluster.pass(5000);
  expect(cluster.condition('ObjectsAccepted')?.status).not.toBe('False');
  expect(events().join('\n')).not.toContain('ApplyFailed');

  cluster.api.catchUp('Service');
  await cluster.pass(5000);
  expect(cluster.condition('ServicesPresent')).toMatchObject({ status: 'False', reason: 'Conflict' });
  expect(cluster.api.get('Service', NAME).spec).toEqual(theirs.spec);
});

/** At the next request of this kind another object, of somebody else, takes the place of the one that it is about. */
function replaceAt(wanted: string, kind: Kind, name: string): void {
  const { api } = cluster;
  let done = false;
  api.before = (verb, written) => {
    if (!done && `${verb} ${written}` === wanted && api.find(kind, name) !== undefined) {
      done = true;
      const { metadata, ...rest } = api.get(kind, name);
      api.holdBack(kind);
      api.remove(kind, name);
      api.put({ ...rest, metadata: { name, namespace: metadata.namespace as string, labels: { of: 'somebody' } } });
    }
  };
}

test('given that another object takes the place of one that is about to be repaired, then it is not written to', async () => {
  await cluster.startUntilReady();
  replaceAt('apply Service', 'Service', NAME);
  cluster.api.edit('Service', NAME, ({ spec }) => (spec.selector = { other: 'pods' }));
  await cluster.pass(500);
  cluster.api.catchUp('Service');
  await cluster.pass(5000);

  expect(requests(`apply Service ${NAME}`)).not.toEqual([]);
  expect(cluster.api.get('Service', NAME)).toMatchObject({
    metadata: { labels: { of: 'somebody' } },
    spec: { selector: { other: 'pods' } },
  });
});

test('given that another object takes the place of one that is about to be deleted, then it stays, and no harm is told', async () => {
  await cluster.startUntilReady();
  replaceAt('delete Background Service', 'Service', 'left-over');
  const { metadata, ...service } = cluster.api.get('Service', NAME);
  cluster.api.put({ ...service, metadata: { ...metadata, name: 'left-over' } });
  await cluster.pass(500);
  cluster.api.catchUp('Service');
  await cluster.pass(5000);

  expect(requests('Service left-over')).toEqual(['delete Background Service left-over']);
  expect(cluster.api.get('Service', 'left-over').metadata.labels).toEqual({ of: 'somebody' });
  expect(events().join('\n')).not.toMatch(/ApplyFailed|Deleted/);
});

test('given an API server that refuses a deletion, then that is told, and it is tried again', async () => {
  await cluster.startUntilReady();
  cluster.api.refuse = (verb) => (verb.startsWith('delete') ? [403, 'not today'] : undefined);
  const { metadata, ...service } = cluster.api.get('Service', NAME);
  cluster.api.put({ ...service, metadata: { ...metadata, name: 'left-over' } });
  await cluster.pass(5000);
  expect(events().join('\n')).toMatch(/Warning ApplyFailed: Service demo\/left-over: .*not today/);

  cluster.api.refuse = () => undefined;
  await cluster.passMinutes(2);
  expect(cluster.api.find('Service', 'left-over')).toBeUndefined();
});

test('given an API server that refuses an object, then that is told, the others are made, and it is tried again', async () => {
  cluster.api.refuse = (verb, kind) =>
    verb === 'create' && kind === 'ServiceAccount' ? [403, 'exceeded quota'] : undefined;
  await cluster.start();
  await cluster.pass(5000);

  expect(cluster.condition('ObjectsAccepted')).toMatchObject({ status: 'False', reason: 'Refused' });
  expect(cluster.condition('ObjectsAccepted')?.message).toContain('exceeded quota');
  expect(events().join('\n')).toMatch(/Warning ApplyFailed: .*exceeded quota/);
  expect(cluster.api.find('Service', NAME)).toBeDefined();

  cluster.api.refuse = () => undefined;
  await cluster.passMinutes(2);
  expect(cluster.api.find('ServiceAccount', NAME)).toBeDefined();
  expect(cluster.condition('ObjectsAccepted')).toMatchObject({ status: 'True' });
});
