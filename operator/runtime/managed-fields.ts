import { type KubernetesObject } from '../../lib/kubernetes';
import { FIELD_MANAGER } from '../kubernetes/field-manager';

/** `metadata.managedFields`: who wrote which fields, and by what kind of request. */
export type ManagedFields = readonly ManagedFieldsEntry[];

interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
}

// Shared by all objects that are kept.
const CREATED: ManagedFieldsEntry = Object.freeze({ manager: FIELD_MANAGER, operation: 'Update' });
const ANY: ManagedFieldsEntry = Object.freeze({});

/**
 * What is worth keeping of an object's field management: that it was created by the operator and never applied, and at which place that
 * is said. Undefined where it is not so.
 */
export function withoutFields(entries: ManagedFields | undefined): ManagedFields | undefined {
  const isCreated = entries?.some((entry) => isOwn(entry, 'Update')) === true;
  return isCreated && !entries.some((entry) => isOwn(entry, 'Apply'))
    ? entries.map((entry) => (isOwn(entry, 'Update') ? CREATED : ANY))
    : undefined;
}

/**
 * A JSON patch after which the fields that an object was created with count as applied; undefined where they do already. Without it a field
 * that is no longer applied would stay, since its creator holds on to it: applying and all other requests are two owners, even of one name.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#migration-between-client-side-and-server-side-apply
 */
export function createdToApplied({ metadata }: KubernetesObject): Readonly<Record<string, unknown>>[] | undefined {
  const { resourceVersion, managedFields = [] } = metadata as typeof metadata & { managedFields?: ManagedFields };
  const index = managedFields.findIndex((entry) => isOwn(entry, 'Update'));
  return index < 0
    ? undefined
    : [
        // The version keeps the place right: it is a conflict if another one has come to it meanwhile.
        { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'replace', path: `/metadata/managedFields/${index}/operation`, value: 'Apply' },
      ];
}

function isOwn({ manager, operation, subresource }: ManagedFieldsEntry, asked: string): boolean {
  return manager === FIELD_MANAGER && operation === asked && subresource === undefined;
}
