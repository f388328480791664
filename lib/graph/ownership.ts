import { type KubernetesObject } from '../kubernetes';
import { selectorLabels } from '../labels';
import { type ProxySQLResource } from '../proxysql-resource';

/**
 * Whose object this is.
 * - `ours`: the ProxySQL is its controller
 * - `adoptable`: it has no controller, and its labels say that it belongs to this ProxySQL
 * - `foreign`: anything else; it is never written
 */
export type Ownership = 'ours' | 'adoptable' | 'foreign';

/**
 * Tells whose object this is.
 *
 * @param credentials whether it is a Secret with a password, which may have been made by hand: the contract with KubeDB adopts such a
 * Secret as long as no label contradicts
 */
export function ownershipOf(object: KubernetesObject, proxysql: ProxySQLResource, credentials = false): Ownership {
  const controller = object.metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller !== undefined) {
    return controller.uid === proxysql.metadata.uid ? 'ours' : 'foreign';
  }
  const labels = object.metadata.labels ?? {};
  const wanted = Object.entries(selectorLabels(proxysql.metadata.name)).filter(([key]) => !key.endsWith('/managed-by'));
  const matches = wanted.every(([key, value]) => labels[key] === value || (credentials && labels[key] === undefined));
  return matches ? 'adoptable' : 'foreign';
}
