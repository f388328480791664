import { decide } from '../../lib/graph/decide';
import { isUpgrade } from '../../lib/graph/upgrade';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLStatus } from '../../lib/proxysql-resource';
import * as small from './small-world';

const { worldOf } = small;

function template(sidecar: string, proxysql: string): object {
  return {
    spec: {
      initContainers: [{ name: 'sidecar', image: sidecar }],
      containers: [{ name: 'proxysql', image: proxysql }],
    },
  };
}

function workloadWith(images: object, status: object = {}): KubernetesObject {
  const spec = { replicas: 1, template: images };
  const well = { observedGeneration: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'a' };
  return { ...small.WORKLOAD, spec, status: { ...well, ...status } };
}

const OLD = template('runtime:1', 'proxysql:3.0.1');
const NEW = template('runtime:2', 'proxysql:3.0.1');

/** A ProxySQL whose pods run these images, and whose operator wants others. */
function world(live: KubernetesObject, wanted: object, more: Parameters<typeof worldOf>[1] & { status?: object } = {}) {
  const object = { ...small.WORKLOAD, spec: { replicas: 1, template: wanted } };
  const desired = small.DESIRED.map((rendered) => (rendered.step === 'Workload' ? { ...rendered, object } : rendered));
  const { status, ...rest } = more;
  const proxysql = small.proxysql({ status: { observedGeneration: 1, ...status } as ProxySQLStatus });
  return worldOf([...small.PROVEN, live], { proxysql, desired, ...rest });
}

describe('given pods that are well, and nothing that was asked for', () => {
  test.each([
    ['a newer sidecar', NEW, true],
    ['another repository of ProxySQL', template('runtime:1', 'mirror.example:5000/proxysql:3.0.1'), true],
    ['another version of ProxySQL, which is for the user to say', template('runtime:1', 'proxysql:3.0.2'), false],
    ['the same images', OLD, false],
  ])('%s', (_, wanted, upgrade) => {
    expect(isUpgrade(world(workloadWith(OLD), wanted))).toBe(upgrade);
  });
});

describe('given a newer sidecar, it is no matter of turns', () => {
  test.each([
    ['what the user asked for meanwhile', workloadWith(OLD), { observedGeneration: undefined }],
    ['a pod that is not ready', workloadWith(OLD, { readyReplicas: 0 }), {}],
    ['pods that are being replaced', workloadWith(OLD, { updateRevision: 'b' }), {}],
    ['a change that nobody has seen', workloadWith(OLD, { observedGeneration: 0 }), {}],
    ['a StatefulSet of somebody else', { ...workloadWith(OLD), metadata: { name: 'db', namespace: 'demo' } }, {}],
  ])('%s', (_, live, status) => {
    expect(isUpgrade(world(live as KubernetesObject, NEW, { status }))).toBe(false);
  });

  test('a StatefulSet that is not there', () => {
    expect(isUpgrade(world(small.SERVICE, NEW))).toBe(false);
  });
});

describe('given that others are first', () => {
  const waiting = world(workloadWith(OLD), NEW, { waitsForTurn: true, served: new Map([['db-0', 'f1']]) });

  test('the workload stays as it is, and is Ready; all else goes on', () => {
    const { apply, conditions, phase } = decide(waiting);
    expect(apply.map(({ object }) => object.kind)).toEqual(['Secret', 'Service', 'ServiceAccount', 'Certificate']);
    expect(phase).toBe('Ready');
    expect(conditions.find(({ type }) => type === 'Upgraded')).toMatchObject({
      status: 'False',
      reason: 'WaitsForTurn',
      message:
        'The pods are to be replaced by those of another version of the operator, which does so for a limited number of ProxySQLs at a time: others are first.',
    });
  });

  test('what pods may still use is not taken away', () => {
    const leftover = { ...small.SERVICE, metadata: { ...small.SERVICE.metadata, name: 'db-old' } };
    const owned = [leftover];
    expect(decide({ ...waiting, owned, waitsForTurn: false }).prune).toHaveLength(1);
    expect(decide({ ...waiting, owned }).prune).toEqual([]);
  });

  test('once its turn has come the workload is applied, and that is said', () => {
    const { conditions } = decide(waiting);
    const turn = decide(world(workloadWith(OLD), NEW, { status: { conditions } }));
    expect(turn.apply.map(({ object }) => object.kind)).toContain('StatefulSet');
    expect(turn.conditions.find(({ type }) => type === 'Upgraded')).toMatchObject({
      status: 'True',
      reason: 'TurnCame',
      message: "The pods are of the operator's version, or being replaced.",
    });
  });

  test('where nothing ever waited nothing is said', () => {
    const { conditions } = decide(world(workloadWith(OLD), NEW));
    expect(conditions.find(({ type }) => type === 'Upgraded')).toBeUndefined();
  });

  test('of a resource that is not valid nothing new is said', () => {
    const { conditions } = decide(waiting);
    const problems = [{ path: 'spec.replicas', value: '-1', message: 'it is negative', remedy: 'Give 0 or more' }];
    const invalid = decide(world(workloadWith(OLD), NEW, { status: { conditions }, problems, desired: [] }));
    expect(invalid.conditions.find(({ type }) => type === 'Upgraded')).toMatchObject({ status: 'False' });
  });
});
