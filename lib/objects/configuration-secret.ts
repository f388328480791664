import { renderConfiguration } from '../cnf/configuration';
import { type KubernetesObject } from '../kubernetes';
import { configurationSecretName } from '../names';
import { CONFIG_KEY } from '../paths';
import { type AppBindingResource } from '../proxysql-resource';
import { metadataOf, type RenderContext } from './context';

/** The key under which the configuration Secret carries the CA of the database. */
export const BACKEND_CA_KEY = 'backend-ca.crt';

/**
 * The configuration of ProxySQL. It is a Secret because KubeDB's is, but there is no credential in it: passwords are added in the pod.
 * Without a backend there is nothing to configure yet.
 */
export function configurationSecret(context: RenderContext): KubernetesObject | undefined {
  const { appBinding } = context;
  if (appBinding === undefined) {
    return undefined;
  }
  const ca = backendCa(appBinding);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: metadataOf(context, configurationSecretName(context.name)),
    data: {
      [CONFIG_KEY]: base64(configurationText(context, appBinding, context.effective.replicas)),
      ...(ca !== undefined && { [BACKEND_CA_KEY]: ca }),
    },
  };
}

/** The credential-free proxysql.cnf for a number of replicas. */
export function configurationText(context: RenderContext, appBinding: AppBindingResource, replicas: number): string {
  const { name, namespace, proxysql, allowPlaintext, effective } = context;
  return renderConfiguration({
    name,
    namespace,
    replicas,
    spec: proxysql.spec,
    appBinding,
    tls: effective.certificates.length > 0,
    allowPlaintext,
  });
}

/** The database's CA as the AppBinding has it: base64 of PEM. */
export function backendCa(appBinding: AppBindingResource): string | undefined {
  return appBinding.spec.clientConfig.caBundle || undefined;
}

// data instead of stringData: it reads back as it was written, so that nothing looks changed that is not.
function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
