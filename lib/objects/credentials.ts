import { type KubernetesObject, type ObjectMeta } from '../kubernetes';
import { monitorSecretName } from '../names';
import { lastingMetadataOf, metadataOf, type RenderContext } from './context';

/** Login name of the generated cluster administrator. */
export const AUTH_USERNAME = 'cluster';

/** Login name of the account that watches the database. */
export const MONITOR_USERNAME = 'proxysql';

/** A Secret that is created once with a generated password and never written again. */
export interface GeneratedCredentials {
  readonly username: string;
  /** The Secret but for its data. */
  readonly object: KubernetesObject;
}

/**
 * The Secrets that have to be generated in the cluster, since no password may be in Git: the auth Secret unless it is managed by somebody
 * else, and the one of the monitor account.
 */
export function generatedCredentials(context: RenderContext): GeneratedCredentials[] {
  const external = context.proxysql.spec.authSecret?.externallyManaged === true;
  // Whether it goes with the ProxySQL is up to the deletion policy. An owner would take it along before anyone can follow that: foreground
  // deletion begins with what is owned.
  const auth = lastingMetadataOf(context, context.effective.authSecretName);
  return [
    ...(external ? [] : [basicAuth(auth, AUTH_USERNAME)]),
    basicAuth(metadataOf(context, monitorSecretName(context.name)), MONITOR_USERNAME),
  ];
}

function basicAuth(metadata: ObjectMeta, username: string): GeneratedCredentials {
  return { username, object: { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/basic-auth', metadata } };
}
