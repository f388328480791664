/** Where the API server keeps the objects of a kind. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function resource(group: string, version: string, kind: string, plural: string, namespaced = true): ResourceType {
  return Object.freeze({ group, version, kind, plural, namespaced });
}

/** Every kind that the operator reads or writes. */
export const RESOURCES = {
  ProxySQL: resource('kubedb.com', 'v1', 'ProxySQL', 'proxysqls'),
  AppBinding: resource('appcatalog.appscode.com', 'v1alpha1', 'AppBinding', 'appbindings'),
  Issuer: resource('cert-manager.io', 'v1', 'Issuer', 'issuers'),
  ClusterIssuer: resource('cert-manager.io', 'v1', 'ClusterIssuer', 'clusterissuers', false),
  Certificate: resource('cert-manager.io', 'v1', 'Certificate', 'certificates'),
  Secret: resource('', 'v1', 'Secret', 'secrets'),
  Service: resource('', 'v1', 'Service', 'services'),
  ServiceAccount: resource('', 'v1', 'ServiceAccount', 'serviceaccounts'),
  ConfigMap: resource('', 'v1', 'ConfigMap', 'configmaps'),
  Namespace: resource('', 'v1', 'Namespace', 'namespaces', false),
  PersistentVolumeClaim: resource('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  Pod: resource('', 'v1', 'Pod', 'pods'),
  Role: resource('rbac.authorization.k8s.io', 'v1', 'Role', 'roles'),
  RoleBinding: resource('rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings'),
  StatefulSet: resource('apps', 'v1', 'StatefulSet', 'statefulsets'),
  PodDisruptionBudget: resource('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  NetworkPolicy: resource('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies'),
  ServiceMonitor: resource('monitoring.coreos.com', 'v1', 'ServiceMonitor', 'servicemonitors'),
  Event: resource('events.k8s.io', 'v1', 'Event', 'events'),
  Lease: resource('coordination.k8s.io', 'v1', 'Lease', 'leases'),
} as const satisfies Record<string, ResourceType>;

/** Name of a kind that the operator knows. */
export type Kind = keyof typeof RESOURCES;

const BY_API_VERSION_AND_KIND = new Map<string, ResourceType>(
  Object.values(RESOURCES).map((type) => [`${apiVersionOf(type)}/${type.kind}`, type]),
);

/** `v1`, `apps/v1`: what stands in an object's apiVersion. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** `secrets`, `certificates.cert-manager.io`: what a person or a Role calls the resource. */
export function resourceName(type: ResourceType): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

/**
 * The resource that an object belongs to.
 *
 * @throws Error when the kind is none that the operator knows
 */
export function resourceOf(object: { readonly apiVersion: string; readonly kind: string }): ResourceType {
  const type = BY_API_VERSION_AND_KIND.get(`${object.apiVersion}/${object.kind}`);
  if (type === undefined) {
    throw new Error(
      `The operator knows no kind "${object.kind}" with apiVersion "${object.apiVersion}"; ` +
        `it works with ${[...BY_API_VERSION_AND_KIND.keys()].join(', ')}.`,
    );
  }
  return type;
}

/**
 * The URL path of a resource, of one object when a name is given.
 *
 * @throws Error when a namespaced object is named without its namespace
 */
export function resourcePath(type: ResourceType, namespace?: string, name?: string, subresource?: string): string {
  let path = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  if (type.namespaced && namespace !== undefined) {
    path += `/namespaces/${encodeURIComponent(namespace)}`;
  } else if (type.namespaced && name !== undefined) {
    throw new Error(`${type.kind} "${name}" needs a namespace: objects of this kind live in one.`);
  }
  path += `/${type.plural}`;
  if (name !== undefined) {
    path += `/${encodeURIComponent(name)}`;
  }
  return subresource === undefined ? path : `${path}/${subresource}`;
}
