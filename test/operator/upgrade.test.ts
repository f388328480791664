import { type KubernetesObject } from '../../lib/kubernetes';
import { proxysqlResource } from '../support/resource';
import { OperatedCluster } from './operated-cluster';

/** A new version of the operator, whose pods differ from those of the last one. */

const VERSION_2 = { runtime: 'registry.example/runtime:2' };

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
  await cluster.startUntilReady();
});

afterEach(() => cluster.stop());

/** A StatefulSet of another ProxySQL, whose pods are being replaced or are well. */
function other(name: string, rolling: boolean): KubernetesObject {
  const owner = { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', name, uid: `uid-of-${name}`, controller: true };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'demo', ownerReferences: [owner] },
    spec: { replicas: 3 },
    status: { observedGeneration: 1, readyReplicas: 2, currentRevision: 'a', updateRevision: rolling ? 'b' : 'a' },
  };
}

function sidecarImage(): string {
  const containers: readonly { name: string; image: string }[] = cluster.workload.spec.template.spec.initContainers;
  return containers.find(({ name }) => name === 'sidecar')?.image ?? '';
}

test('given room, then the pods are replaced at once, and nothing is said of turns', async () => {
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  await cluster.pass(5000);

  expect(sidecarImage()).toBe(VERSION_2.runtime);
  expect(cluster.condition('Upgraded')).toBeUndefined();
});

test('given others that roll, then it stays as it is and Ready until one of them is done', async () => {
  cluster.api.put(other('one', true));
  cluster.api.put(other('two', true));
  const before = sidecarImage();
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 2 });
  await cluster.passMinutes(10);

  expect(sidecarImage()).toBe(before);
  expect(cluster.proxysql.status.phase).toBe('Ready');
  expect(cluster.condition('Upgraded')).toMatchObject({ status: 'False', reason: 'WaitsForTurn' });

  cluster.api.put(other('two', false));
  await cluster.pass(5000);

  expect(sidecarImage()).toBe(VERSION_2.runtime);
  expect(cluster.condition('Upgraded')).toMatchObject({ status: 'True', reason: 'TurnCame' });
});

test('given two and a turn for one, then the second has it once the first has rolled', async () => {
  const { api } = cluster;
  const names = ['proxy-server', 'second'];
  const { metadata, ...resource } = proxysqlResource({ replicas: 1 });
  api.put({ ...resource, metadata: { ...metadata, name: 'second' } });
  await cluster.pass(1000);
  await cluster.issueCertificates();
  await cluster.pass(1000);
  const roll = (name: string, updateRevision: string) =>
    api.edit('StatefulSet', name, (workload) => {
      const { generation: observedGeneration } = workload.metadata as { readonly generation: number };
      const replicas = { readyReplicas: 1, updatedReplicas: 1 };
      workload.status = { observedGeneration, ...replicas, currentRevision: '1', updateRevision };
    });
  names.forEach((name) => roll(name, '1'));
  await cluster.pass(5000);
  const upgraded = () =>
    names.filter((name) => JSON.stringify(api.get('StatefulSet', name).spec).includes(VERSION_2.runtime));

  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  const [first = ''] = upgraded();
  expect(upgraded()).toEqual([first]);
  roll(first, '2');
  await cluster.pass(5000);
  expect(upgraded()).toEqual([first]);

  roll(first, '1');
  await cluster.pass(5000);
  expect(upgraded()).toEqual(names);
});

test('given others that roll, and one of them is deleted, then its turn has come', async () => {
  cluster.api.put(other('one', true));
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  await cluster.pass(5000);
  expect(sidecarImage()).not.toBe(VERSION_2.runtime);

  cluster.api.remove('StatefulSet', 'one');
  await cluster.pass(5000);

  expect(sidecarImage()).toBe(VERSION_2.runtime);
});

test('given that it waits, then what its user asks for does not', async () => {
  cluster.api.put(other('one', true));
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  await cluster.pass(5000);

  cluster.api.edit('ProxySQL', 'proxy-server', ({ spec }) => (spec.version = '3.0.2'));
  await cluster.pass(5000);

  expect(JSON.stringify(cluster.workload.spec)).toContain(':3.0.2');
  expect(sidecarImage()).toBe(VERSION_2.runtime);
});

test('given that it waits and its pod fails, then the newer one is tried', async () => {
  cluster.api.put(other('one', true));
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  await cluster.pass(5000);

  cluster.runPod(false);
  await cluster.pass(5000);

  expect(sidecarImage()).toBe(VERSION_2.runtime);
});

test('given that it waits, then what is not its pods is kept right', async () => {
  cluster.api.put(other('one', true));
  await cluster.upgrade({ images: VERSION_2, maxRollouts: 1 });
  await cluster.pass(5000);

  cluster.api.remove('Service', 'proxy-server');
  await cluster.pass(5000);

  expect(cluster.api.find('Service', 'proxy-server')).toBeDefined();
  expect(sidecarImage()).not.toBe(VERSION_2.runtime);
});
