import { type KubernetesObject } from '../../lib/kubernetes';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object without what only other tools read: field management, and kubectl's copy of the whole object, which for a
 * Secret is a second copy of what is secret. The given object is changed: it comes fresh from the wire.
 */
export function slim<T extends KubernetesObject>(object: T): T {
  const metadata = object.metadata as { managedFields?: unknown; annotations?: Record<string, string> };
  delete metadata.managedFields;
  if (metadata.annotations !== undefined && LAST_APPLIED in metadata.annotations) {
    delete metadata.annotations[LAST_APPLIED];
  }
  return object;
}
