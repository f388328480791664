import { type Problem } from '../problem';
import { type ValidatedKindName } from './kinds';
import { formatPath, placesOf } from './path';

/** A list that the API server merges by key, and in which it refuses a key that repeats. */
export interface KeyedList {
  readonly path: string;
  readonly keys: readonly string[];
}

const CONTAINER_LISTS: readonly KeyedList[] = [
  { path: 'env', keys: ['name'] },
  { path: 'ports', keys: ['containerPort', 'protocol'] },
  { path: 'resources.claims', keys: ['name'] },
  { path: 'volumeDevices', keys: ['devicePath'] },
  { path: 'volumeMounts', keys: ['mountPath'] },
];

function listsOf(containers: string): KeyedList[] {
  return CONTAINER_LISTS.map(({ path, keys }) => ({ path: `spec.podTemplate.spec.${containers}[].${path}`, keys }));
}

function pullSecrets(template: string): KeyedList {
  return { path: `spec.acme.solvers[].http01.${template}.podTemplate.spec.imagePullSecrets`, keys: ['name'] };
}

const ISSUER_LISTS = [pullSecrets('gatewayHTTPRoute'), pullSecrets('ingress')];

/** The keyed lists of each kind. A test compares them with the schemas. */
export const KEYED_LISTS: { readonly [kind in ValidatedKindName]: readonly KeyedList[] } = {
  ProxySQL: [
    { path: 'spec.tls.certificates', keys: ['alias'] },
    { path: 'spec.serviceTemplates', keys: ['alias'] },
    { path: 'spec.monitor.prometheus.exporter.resources.claims', keys: ['name'] },
    ...['containers', 'initContainers', 'ephemeralContainers'].flatMap(listsOf),
  ],
  AppBinding: [],
  Certificate: [],
  Issuer: ISSUER_LISTS,
  ClusterIssuer: ISSUER_LISTS,
};

/** What the API server fills in where a key is absent. */
const KEY_DEFAULTS: { readonly [key: string]: unknown } = { protocol: 'TCP' };

/** The items whose key an earlier item of the same list has. */
export function repeatedKeys(kind: ValidatedKindName, manifest: object): Problem[] {
  return KEYED_LISTS[kind].flatMap(({ path, keys }) =>
    placesOf(manifest, path).flatMap(({ steps, value }) => {
      const seen = new Map<string, number>();
      return (Array.isArray(value) ? value : []).flatMap((item: unknown, index): Problem[] => {
        const fields = (typeof item === 'object' && item !== null ? item : {}) as { readonly [name: string]: unknown };
        const valueOf = (name: string): unknown => fields[name] ?? KEY_DEFAULTS[name] ?? null;
        const key = JSON.stringify(keys.map(valueOf));
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, index);
          return [];
        }
        const name = keys.map((field) => `${field} ${JSON.stringify(valueOf(field))}`).join(' and ');
        return [
          {
            path: formatPath([...steps, index]),
            message: `the ${name} is there already, in ${formatPath([...steps, first])}`,
            remedy: 'Merge the two into one, or remove one',
          },
        ];
      });
    }),
  );
}
