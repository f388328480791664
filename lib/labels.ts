/** Labels and annotations. Selectors are KubeDB's, never cdk8s' path hash, since selectors are immutable. */

/** The API group of the ProxySQL resource. */
export const KUBEDB_GROUP = 'kubedb.com';

/** `app.kubernetes.io/name` of everything that belongs to a ProxySQL. */
export const FULL_RESOURCE_NAME = `proxysqls.${KUBEDB_GROUP}`;

/** Prefix of the annotations that are this project's own. */
export const ANNOTATION_PREFIX = 'cdk8s-proxysql.io';

/** On a ProxySQL: `"true"` is the explicit opt-out of required TLS. */
export const ALLOW_PLAINTEXT_ANNOTATION = `${ANNOTATION_PREFIX}/allow-plaintext`;

/** On pods: fingerprint of the newest proven TLS Secrets; its change makes kubelet refresh the pod's files at once. */
export const TLS_FINGERPRINT_ANNOTATION = `${ANNOTATION_PREFIX}/tls-fingerprint`;

/** Labels as Kubernetes has them. */
export interface Labels {
  readonly [key: string]: string;
}

/** What pods of the operator have, whatever its name is and wherever it runs. */
export const OPERATOR_LABELS: Labels = { 'app.kubernetes.io/part-of': 'cdk8s-proxysql' };

/** What selects the objects and pods of one ProxySQL. */
export function selectorLabels(name: string): Labels {
  return {
    'app.kubernetes.io/name': FULL_RESOURCE_NAME,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': KUBEDB_GROUP,
  };
}

/** Labels of every object of one ProxySQL: its selectors, and those of its own labels that are not reserved. */
export function offshootLabels(name: string, own: Labels = {}): Labels {
  return { ...withoutReserved(own), 'app.kubernetes.io/component': 'database', ...selectorLabels(name) };
}

const RESERVED_KEYS = new Set([
  'app.kubernetes.io/name',
  'app.kubernetes.io/version',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/managed-by',
]);

/** Drops the keys that a user's labels or annotations must not set on objects: the selectors' and everything of kubedb.com. */
export function withoutReserved(values: Labels): Labels {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !isReserved(key)));
}

function isReserved(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  return RESERVED_KEYS.has(key) || domain === KUBEDB_GROUP || domain.endsWith(`.${KUBEDB_GROUP}`);
}

/** Labels without those by which Argo CD would take an object for one that it applied and that is gone from Git, and so would delete it. */
export function untracked(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('argocd.argoproj.io/')));
}
