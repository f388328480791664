import { type KubernetesObject } from '../../lib/kubernetes';
import { type ManagedFields, withoutFields } from './managed-fields';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object without what only other tools read: which fields belong to whom, and kubectl's copy of the whole object, which for a
 * Secret is a second copy of what is secret. The given object is changed: it comes fresh from the wire.
 */
export function slim<T extends KubernetesObject>(object: T): T {
  const metadata = object.metadata as { managedFields?: ManagedFields; annotations?: Record<string, string> };
  const managedFields = withoutFields(metadata.managedFields);
  if (managedFields === undefined) {
    delete metadata.managedFields;
  } else {
    metadata.managedFields = managedFields;
  }
  if (metadata.annotations !== undefined && LAST_APPLIED in metadata.annotations) {
    delete metadata.annotations[LAST_APPLIED];
  }
  return object;
}
