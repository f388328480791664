import { type KubernetesObject } from '../lib/kubernetes';
import { canonical } from './compare';
import { type Kind } from './kubernetes/resources';
import { type Change } from './runtime/store';

/** Whether a change can make a difference to what is decided. Of many kinds the status is nobody's business. */
export function isRelevant(kind: Kind, change: Change<KubernetesObject>): boolean {
  if (change.type !== 'updated') {
    return true;
  }
  const { object, previous } = change;
  switch (kind) {
    // Conditions that others set count; own status writes are known already.
    case 'ProxySQL':
    case 'Issuer':
    case 'ClusterIssuer':
    case 'Certificate':
    case 'StatefulSet':
    case 'Secret':
    case 'AppBinding':
      return true;
    case 'Pod':
      return (
        canonical([object.status, object.metadata.deletionTimestamp]) !==
        canonical([previous.status, previous.metadata.deletionTimestamp])
      );
    default:
      return canonical(judged(object)) !== canonical(judged(previous));
  }
}

function judged(object: KubernetesObject): unknown {
  return { ...object, status: undefined, metadata: { ...object.metadata, resourceVersion: undefined } };
}
