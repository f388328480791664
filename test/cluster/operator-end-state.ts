import { type ApiClient } from './harness/api-client';
import { type KubeObject } from './harness/kube-object';
import { CERT_MANAGER, proxysqlRef } from './operator-fixture';

/** What is left when the operator has done its work, in a form in which two ProxySQLs can be compared. */

const KINDS: readonly (readonly [string, string])[] = [
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  [CERT_MANAGER, 'Certificate'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['apps/v1', 'StatefulSet'],
];

type Rendered = KubeObject & { readonly spec?: object; readonly data?: object; readonly type?: string };

/** All objects that bear a ProxySQL's name, each as it is in the cluster. */
export async function objectsOf(admin: ApiClient, name: string): Promise<readonly Rendered[]> {
  const lists = await Promise.all(
    KINDS.map(async ([apiVersion, kind]) => {
      const found = await admin.list({ apiVersion, kind }, { labelSelector: `app.kubernetes.io/instance=${name}` });
      return found.map((object) => ({ ...object, apiVersion, kind }));
    }),
  );
  return lists.flat();
}

/** All there is of a ProxySQL, without what differs between two of them by right: names and addresses. */
export async function endState(admin: ApiClient, name: string): Promise<string[]> {
  const uid = (await admin.find(proxysqlRef(name)))?.metadata.uid;
  return (await objectsOf(admin, name)).map((object) => form(object)).sort();

  function form({ kind, metadata, spec, data, type }: Rendered): string {
    const owners = metadata.ownerReferences?.map((owner) => (owner.uid === uid ? 'its ProxySQL' : 'another')) ?? [];
    const rest = { ...spec, clusterIP: undefined, clusterIPs: undefined };
    const text = JSON.stringify([kind, metadata.name, owners, type, Object.keys(data ?? {}).sort(), rest]);
    return text.replaceAll(name, 'NAME');
  }
}

/** In which revision of the cluster something was first seen, by name. */
export interface Revisions {
  readonly workloads: Map<string, bigint>;
  readonly secrets: Map<string, bigint>;
}

type SecretObject = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** Notes, while something goes on, in which revision of the cluster each workload came to be, and each TLS Secret was complete. */
export async function withRevisions<T>(admin: ApiClient, use: (revisions: Revisions) => Promise<T>): Promise<T> {
  const revisions: Revisions = { workloads: new Map(), secrets: new Map() };
  const ending = new AbortController();
  const noting = [
    note({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, revisions.workloads, () => true),
    note({ apiVersion: 'v1', kind: 'Secret' }, revisions.secrets, ({ data }: SecretObject) =>
      Boolean(data?.['tls.crt'] && data['tls.key'] && data['ca.crt']),
    ),
  ];
  try {
    return await Promise.race([
      use(revisions),
      Promise.all(noting).then(() => Promise.reject(new Error('A watch ended.'))),
    ]);
  } finally {
    ending.abort();
    await Promise.allSettled(noting);
  }

  async function note(
    kind: { readonly apiVersion: string; readonly kind: string },
    into: Map<string, bigint>,
    counts: (object: KubeObject) => boolean,
  ): Promise<void> {
    for await (const { object } of admin.watch(kind, { signal: ending.signal })) {
      const { name = '', resourceVersion = '0' } = object.metadata;
      if (counts(object) && !into.has(name)) {
        into.set(name, BigInt(resourceVersion));
      }
    }
  }
}
