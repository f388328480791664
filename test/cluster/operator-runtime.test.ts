import { connect } from '../../operator/kubernetes/connection';
import { Client } from '../../operator/kubernetes/client';
import { ConflictError, NotFoundError } from '../../operator/kubernetes/errors';
import { Transport } from '../../operator/kubernetes/transport';
import { EventRecorder } from '../../operator/runtime/event-recorder';
import { LeaderElection } from '../../operator/runtime/leader-election';
import { Reflector } from '../../operator/runtime/reflector';
import { slim } from '../../operator/runtime/slim';
import { Store } from '../../operator/runtime/store';
import { type KubernetesObject } from '../../lib/kubernetes';
import { systemClock } from '../../runtime/clock';
import { silentLogger } from '../../runtime/logger';
import { until } from '../runtime/until';
import { waitFor } from './driver/wait';
import { clusterTest } from './harness/cluster-test';
import { ref } from './harness/kube-object';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const common = { clock: systemClock, random: Math.random, logger: silentLogger() };

async function withClient(kubeconfig: string, use: (client: Client) => Promise<void>): Promise<void> {
  const transport = new Transport(connect({ kubeconfig }));
  try {
    await use(new Client({ transport }));
  } finally {
    await transport.close();
  }
}

/** Lets a reflector run for as long as `use` takes: one that is left over would keep the tests from ending. */
async function whileRunning<T extends KubernetesObject>(
  reflector: Reflector<T>,
  use: () => Promise<void> | void,
): Promise<void> {
  reflector.start();
  try {
    await reflector.whenSettled();
    await use();
  } finally {
    await reflector.stop();
  }
}

function configMap(namespace: string, name: string, data: Record<string, string>): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { test: 'runtime' } },
    data,
  };
}

clusterTest(
  'server-side apply creates, changes nothing when nothing changed, and respects other owners',
  async (test) => {
    await withClient(test.kubeconfig, async (client) => {
      const namespace = test.namespace.name;
      const created = await client.apply(configMap(namespace, 'one', { a: '1' }));
      const same = await client.apply(configMap(namespace, 'one', { a: '1' }), { metadataOnly: true });
      expect(same.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
      expect(same).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(same.data).toBeUndefined();

      const foreign = client.apply(configMap(namespace, 'one', { a: '2' }), { fieldManager: 'somebody-else' });
      await expect(foreign).rejects.toThrow(ConflictError);
      await expect(foreign).rejects.toThrow('conflict with "cdk8s-proxysql": .data.a');

      const stale = client.delete('ConfigMap', { namespace, name: 'one' }, { preconditions: { uid: 'another' } });
      await expect(stale).rejects.toThrow(ConflictError);
      await client.delete('ConfigMap', { namespace, name: 'one' });
    });
  },
);

clusterTest('a reflector lists in pages, follows, and knows its objects by label', async (test) => {
  await withClient(test.kubeconfig, async (client) => {
    const namespace = test.namespace.name;
    for (let index = 0; index < 7; index++) {
      await client.apply(configMap(namespace, `map-${index}`, { index: String(index) }));
    }
    const store = new Store<ConfigMap>({ transform: slim, freeze: true });
    const reflector = new Reflector<ConfigMap>({
      ...common,
      client,
      store,
      kind: 'ConfigMap',
      namespace,
      labelSelector: 'test=runtime',
      streaming: false,
      pageSize: 3,
    });
    await whileRunning(reflector, async () => {
      expect(store.size).toBe(7);
      expect(store.get(namespace, 'map-3')).not.toHaveProperty('metadata.managedFields');

      const changed = await client.apply(configMap(namespace, 'map-3', { index: 'new' }));
      await client.delete('ConfigMap', { namespace, name: 'map-4' });
      await until('the changes have come', () => store.size === 6);
      expect(store.get(namespace, 'map-3')?.metadata.resourceVersion).toBe(changed.metadata.resourceVersion);
    });
  });
});

clusterTest('a watch without data', async (test) => {
  await withClient(test.kubeconfig, async (client) => {
    const namespace = test.namespace.name;
    await client.apply(configMap(namespace, 'one', { a: '1' }));
    const store = new Store<ConfigMap>();
    const bare = new Reflector<ConfigMap>({
      ...common,
      client,
      store,
      kind: 'ConfigMap',
      namespace,
      labelSelector: 'test=runtime',
      metadataOnly: true,
    });
    await whileRunning(bare, () => {
      expect(store.get(namespace, 'one')).toMatchObject({ kind: 'ConfigMap' });
      expect(store.get(namespace, 'one')?.data).toBeUndefined();
    });
  });
});

clusterTest(
  'a kind that is not installed',
  async (test) => {
    const { admin } = test.namespace;
    // Other tests may have installed it, and do so again when they need it.
    const definition = ref(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'servicemonitors.monitoring.coreos.com',
    );
    if ((await admin.find(definition)) !== undefined) {
      await admin.delete(definition);
      await admin.until(definition, (seen) => seen === undefined);
    }
    await withClient(test.kubeconfig, async (client) => {
      await waitFor('the kind to be served no more', () =>
        client.list('ServiceMonitor').then(
          () => undefined,
          (error: unknown) => (error instanceof NotFoundError ? true : undefined),
        ),
      );
      const missing = new Reflector({ ...common, client, store: new Store(), kind: 'ServiceMonitor' });
      await whileRunning(missing, () => expect(missing.state.phase).toBe('unavailable'));
    });
  },
  { ownCluster: true },
);

clusterTest('of two candidates one leads; when it stops the other follows without waiting', async (test) => {
  await withClient(test.kubeconfig, async (client) => {
    const candidate = (identity: string): LeaderElection =>
      new LeaderElection({
        ...common,
        client,
        namespace: test.namespace.name,
        name: 'operator',
        identity,
        retryPeriodMs: 200,
      });
    const first = candidate('first');
    const second = candidate('second');
    first.start();
    await until('the first leads', () => first.isOpen());
    second.start();
    await until('the second knows who leads', () => second.leader === 'first');
    await first.stop();
    await until('the second leads', () => second.isOpen());
    expect(first.isOpen()).toBe(false);
    await second.stop();
  });
});

clusterTest('an event is accepted, and so is its count', async (test) => {
  await withClient(test.kubeconfig, async (client) => {
    const object = await client.apply(configMap(test.namespace.name, 'one', { a: '1' }));
    const events = new EventRecorder({
      ...common,
      client,
      controller: 'cdk8s-proxysql.io/operator',
      instance: 'test',
      countEveryMs: 0,
    });
    const note = { type: 'Normal', reason: 'Tried', message: 'It was tried.', action: 'Try' } as const;
    events.record(object, note);
    await events.flush();
    events.record(object, note);
    await events.flush();
    const { items } = await client.list('Event', {
      namespace: test.namespace.name,
      fieldSelector: `regarding.name=one`,
    });
    expect(items).toMatchObject([{ reason: 'Tried', note: 'It was tried.', series: { count: 2 } }]);
  });
});
