import { type ApiClient } from '../../test/cluster/harness/api-client';
import { type KubeObject } from '../../test/cluster/harness/kube-object';
import { proxysqlRef } from '../../test/cluster/operator-fixture';
import { inParallel } from './in-parallel';

/** Kinds of the objects of a ProxySQL. */
const OWNED = [
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
];

const ELSEWHERE = 'elsewhere';
const INSTANCE = 'app.kubernetes.io/instance';

/**
 * How long the API server takes for the operator's writes if somebody sends them who need not think: the ProxySQL, its finalizer, its objects
 * and its status, written once more in another namespace. Events are left out, and what the bench plays for cert-manager.
 *
 * @param names ProxySQLs that are complete
 * @param objects how many objects each of them has
 * @returns milliseconds per ProxySQL
 */
export async function sameWritesAlone(admin: ApiClient, names: readonly string[], objects: number): Promise<number> {
  const all = (await Promise.all(OWNED.map((kind) => admin.list(kind)))).flat();
  const work = await Promise.all(
    names.map(async (name) => {
      const asked = await admin.get(proxysqlRef(name));
      const own = all.filter(
        ({ metadata, type }) => metadata.labels?.[INSTANCE] === name && type !== 'kubernetes.io/tls',
      );
      return { asked, copies: own.map(copyOf) };
    }),
  );
  if (work.some(({ copies }) => copies.length !== objects)) {
    throw new Error(`A ProxySQL should have ${objects} objects.`);
  }
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ELSEWHERE } });
  const from = performance.now();
  await inParallel(work, async ({ asked, copies }) => {
    const created = await admin.create(copyOf(asked));
    await admin.patch(created, { metadata: { finalizers: ['kubedb.com'] } });
    await Promise.all(copies.map((object) => admin.create(object)));
    const { apiVersion, kind, metadata, status } = asked;
    const reported = { apiVersion, kind, metadata: { name: metadata.name, namespace: ELSEWHERE }, status };
    await admin.apply(reported as KubeObject, { subresource: 'status' });
  });
  return (performance.now() - from) / work.length;
}

/** An object as somebody would write it in another namespace. */
function copyOf(object: KubeObject): KubeObject {
  const { name, labels, annotations } = object.metadata;
  const spec = (object['spec'] ?? {}) as { readonly clusterIP?: string };
  const addresses = spec.clusterIP === 'None' ? {} : { clusterIP: undefined, clusterIPs: undefined };
  return {
    ...object,
    metadata: { name, namespace: ELSEWHERE, labels, annotations },
    ...('spec' in object && { spec: { ...spec, ...addresses } }),
    status: undefined,
  } as KubeObject;
}
