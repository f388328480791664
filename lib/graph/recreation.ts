import { type KubernetesObject } from '../kubernetes';
import { isCovered } from './covered';

/** Fields of a StatefulSet that the API server does not let change. */
const IMMUTABLE = ['serviceName', 'selector', 'podManagementPolicy', 'volumeClaimTemplates'] as const;

/**
 * What cannot be changed is deleted without its pods, and made anew: the new StatefulSet adopts them, since they bear the same labels, and
 * replaces them one by one where that is needed. Of one whose spec is not known nothing is known to differ.
 */
export function isRecreationNeeded(wanted: KubernetesObject, live: KubernetesObject): boolean {
  if (wanted.kind !== 'StatefulSet' || live.spec === undefined) {
    return false;
  }
  const [should, is] = [wanted.spec, live.spec] as Readonly<Record<string, unknown>>[];
  return IMMUTABLE.some((field) => !isCovered(should?.[field], is?.[field]));
}
