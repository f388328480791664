import { type KubernetesObject } from '../kubernetes';
import { metadataOf, type RenderContext } from './context';

/**
 * The pods' ServiceAccount. It has no permission and no token: nothing in the pod talks to the API server, so there is no Role to bind.
 * A ServiceAccount that the user names is used as it is.
 */
export function serviceAccount(context: RenderContext): KubernetesObject | undefined {
  if (context.proxysql.spec.podTemplate?.spec?.serviceAccountName) {
    return undefined;
  }
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(context, context.name),
    automountServiceAccountToken: false,
  };
}
