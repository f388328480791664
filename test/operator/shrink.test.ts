import { selectorLabels } from '../../lib/labels';
import { metadataOnly, withoutForeignParts, withoutPasswords, withoutPodDetails } from '../../operator/shrink';

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

test('of a pod that is well nothing is kept that changes while it starts, and of one in trouble no words that change at each attempt', () => {
  const shrink = (container: object, condition: object): unknown =>
    withoutPodDetails({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      status: { conditions: [condition], containerStatuses: [{ name: 'c', image: 'i', ...container }] },
    }).status;
  const starting = shrink(
    { state: { waiting: { reason: 'PodInitializing' } } },
    { type: 'PodScheduled', status: 'True' },
  );
  expect(starting).toEqual({ conditions: [], containerStatuses: [{ name: 'c' }] });
  expect(shrink({ state: { running: { startedAt: 't' } } }, { type: 'PodScheduled', status: 'True' })).toEqual(
    starting,
  );
  expect(
    shrink(
      {
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } },
        lastState: { terminated: { exitCode: 1 } },
      },
      { type: 'PodScheduled', status: 'False', message: 'No node.', lastTransitionTime: 't' },
    ),
  ).toEqual({
    conditions: [{ type: 'PodScheduled', status: 'False', message: 'No node.' }],
    containerStatuses: [
      { name: 'c', state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
    ],
  });
});
