import { clusterTest } from './harness/cluster-test';
import { type ApiClient } from './harness/api-client';
import { isTrue, type KubeObject } from './harness/kube-object';
import { readKubeconfig } from './harness/kubeconfig';
import { type TestNamespace } from './harness/test-namespace';
import { waitFor } from './driver/wait';
import {
  appBinding,
  caIssuer,
  CERT_MANAGER,
  createAll,
  isThere,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  startOperator,
  workloadRef,
} from './operator-fixture';
import { connectTo } from './operator-through';
import { type Fault, type FaultRule } from './tools/fault-rules';
import { FaultProxy } from './tools/fault-proxy';

beforeAll(requireDefinitions);

/** Writes of objects; events tell of them and are none. */
const WRITE: Omit<FaultRule, 'fault'> = { methods: ['POST', 'PUT', 'PATCH', 'DELETE'], url: /^(?!.*\/events)/ };
const AT_ONCE = 4;
const SEED = 1;

const KINDS: readonly (readonly [string, string])[] = [
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  [CERT_MANAGER, 'Certificate'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['apps/v1', 'StatefulSet'],
];

/** An operator of its own for one ProxySQL of the namespace, which loses all writes that the rules say. */
async function withOperatorFor<T>(
  { namespace, kubeconfig }: { namespace: TestNamespace; kubeconfig: string },
  name: string,
  rules: readonly FaultRule[],
  use: (proxy: FaultProxy) => Promise<T>,
): Promise<T> {
  const { server, ca = '', token = '' } = readKubeconfig(kubeconfig);
  const proxy = await FaultProxy.start({ server, ca, seed: SEED });
  proxy.add(...rules);
  const connection = connectTo({ server: proxy.server, ca: proxy.ca, token });
  const running = await startOperator(namespace, kubeconfig, {
    flags: [`--selector=point=${name}`],
    overrides: { connection },
  });
  try {
    return await use(proxy);
  } finally {
    await running.stop();
    await proxy.stop();
  }
}

async function settled(admin: ApiClient, name: string): Promise<void> {
  await admin.until(workloadRef(name), isThere);
  await admin.until(proxysqlRef(name), (seen) => isTrue(seen, 'TLSSecretsProven'));
}

/** All there is of a ProxySQL, without what differs between two of them by right. */
async function endState(admin: ApiClient, name: string): Promise<string[]> {
  const { metadata } = await admin.get(proxysqlRef(name));
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) =>
      admin.list({ apiVersion, kind }, { labelSelector: `app.kubernetes.io/instance=${name}` }),
    ),
  );
  return lists.flatMap((objects, index) => objects.map((object) => form(object, KINDS[index]?.[1] ?? ''))).sort();

  function form({ metadata: own, spec, data, type }: Rendered, kind: string) {
    const owners = own.ownerReferences?.map(({ uid }) => (uid === metadata.uid ? 'its ProxySQL' : 'another')) ?? [];
    const rest = { ...spec, clusterIP: undefined, clusterIPs: undefined };
    const text = JSON.stringify([kind, own.name, owners, type, Object.keys(data ?? {}).sort(), rest]);
    return text.replaceAll(name, 'NAME');
  }
}

/** Notes in which revision of the cluster each workload came to be, and each TLS Secret was complete. */
function noteRevisions(admin: ApiClient, signal: AbortSignal): { workloads: Revisions; secrets: Revisions } {
  const revisions = { workloads: new Map<string, bigint>(), secrets: new Map<string, bigint>() };
  void note({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, revisions.workloads, () => true);
  void note({ apiVersion: 'v1', kind: 'Secret' }, revisions.secrets, ({ data }: KubeObject & { data?: Data }) =>
    Boolean(data?.['tls.crt'] && data['tls.key'] && data['ca.crt']),
  );
  return revisions;

  async function note(kind: ListKind, into: Revisions, counts: (object: KubeObject) => boolean) {
    try {
      for await (const { object } of admin.watch(kind, { signal })) {
        const { name = '', resourceVersion = '0' } = object.metadata;
        if (counts(object) && !into.has(name)) {
          into.set(name, BigInt(resourceVersion));
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }
}

interface ListKind {
  readonly apiVersion: string;
  readonly kind: string;
}

type Data = Record<string, string>;
type Revisions = Map<string, bigint>;

type Rendered = KubeObject & { spec?: object; data?: object; type?: string };

interface Point {
  readonly name: string;
  readonly write: number;
  readonly fault: Fault;
}

clusterTest(
  'killed at any write of a creation, before and after the server took it, the next one ends where the undisturbed one did',
  async (context) => {
    const { admin } = context.namespace;
    const watching = new AbortController();
    const revisions = noteRevisions(admin, watching.signal);
    const create = (name: string) => admin.create(proxysql(name, { replicas: 3 }, { labels: { point: name } }));
    await createAll(admin, [...(await caIssuer()), appBinding()]);

    await create('point-none');
    const writes = await withOperatorFor(
      context,
      'point-none',
      [{ fault: { kind: 'slow', milliseconds: 0 }, ...WRITE }],
      async ({ injected }) => {
        await settled(admin, 'point-none');
        return injected.length;
      },
    );
    const undisturbed = await endState(admin, 'point-none');
    expect(undisturbed.length).toBeGreaterThan(8);

    const points = Array.from({ length: writes }, (_, write) => write).flatMap((write): Point[] => [
      { name: `point-b${String(write).padStart(3, '0')}`, write, fault: { kind: 'cut' } },
      { name: `point-a${String(write).padStart(3, '0')}`, write, fault: { kind: 'lost-answer' } },
    ]);
    process.stderr.write(`Killed at ${points.length} points, seed ${SEED}.\n`);
    const left = [...points];
    const work = async (): Promise<void> => {
      for (let point = left.shift(); point !== undefined; point = left.shift()) {
        await strike(point);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } finally {
      watching.abort();
    }

    async function strike({ name, write, fault }: Point): Promise<void> {
      await create(name);
      const lost: FaultRule[] = [
        { fault, ...WRITE, skip: write, times: 1 },
        { fault: { kind: 'cut' }, ...WRITE, skip: write },
      ];
      await withOperatorFor(context, name, lost, (proxy) =>
        waitFor(`write ${write} of ${name}`, () => Promise.resolve(proxy.injected.length > 0 ? true : undefined)),
      );
      await withOperatorFor(context, name, [], () => settled(admin, name));
      expect({ name, state: await endState(admin, name) }).toEqual({ name, state: undisturbed });
      for (const alias of ['server', 'client']) {
        const proven = revisions.secrets.get(`${name}-${alias}-cert`);
        expect(proven).toBeDefined();
        expect(revisions.workloads.get(name)).toBeGreaterThan(proven ?? 0n);
      }
    }
  },
  { timeout: 240_000 },
);
