/** What every Kubernetes object has. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** The metadata that tests look at. */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: unknown[];
}

/** Names a kind. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Names an object; any object names itself. */
export interface ObjectRef extends KindRef {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
}

/** A condition as most statuses carry them. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** Shorthand for the name of an object. */
export function ref(apiVersion: string, kind: string, name: string, namespace?: string): ObjectRef {
  return { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace } };
}

/** The condition of that type in an object's status. */
export function condition(object: KubeObject | undefined, type: string): Condition | undefined {
  const status = object?.status as { conditions?: Condition[] } | undefined;
  return status?.conditions?.find((candidate) => candidate.type === type);
}

/** Whether the condition of that type is True; by default `Ready`. */
export function isTrue(object: KubeObject | undefined, type = 'Ready'): boolean {
  return condition(object, type)?.status === 'True';
}
