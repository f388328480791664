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
    case 'StatefulSet':
    case 'Secret':
    case 'AppBinding':
      return true;
    case 'Certificate':
      return canonical(judged(object, progress(object))) !== canonical(judged(previous, progress(previous)));
    case 'Pod':
      return (
        canonical([object.status, object.metadata.deletionTimestamp]) !==
        canonical([previous.status, previous.metadata.deletionTimestamp])
      );
    default:
      return canonical(judged(object)) !== canonical(judged(previous));
  }
}

/** How far cert-manager is with a certificate is in its conditions; the steps of its own are nobody's business. */
function progress({ status }: KubernetesObject): object {
  return { ...(status as object | undefined), nextPrivateKeySecretName: undefined, revision: undefined };
}

function judged(object: KubernetesObject, status?: object): unknown {
  const metadata = { ...object.metadata, resourceVersion: undefined, managedFields: undefined };
  return { ...object, status, metadata };
}
