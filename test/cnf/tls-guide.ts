import { type ConfigurationInput } from '../../lib/cnf/configuration';
import { type AppBindingResource, type InlineConfiguration } from '../../lib/proxysql-resource';

/** The backend of the TLS guide's example: MySQL in group replication. */
export const groupReplication: AppBindingResource = {
  apiVersion: 'appcatalog.appscode.com/v1alpha1',
  kind: 'AppBinding',
  metadata: { name: 'mysql-server', namespace: 'demo' },
  spec: {
    type: 'kubedb.com/mysql',
    version: '8.0.31',
    appRef: { apiGroup: 'kubedb.com', kind: 'MySQL', namespace: 'demo', name: 'mysql-server' },
    clientConfig: { service: { scheme: 'mysql', name: 'mysql-server', port: 3306 } },
    secret: { name: 'mysql-server-auth' },
  },
};

/** The TLS guide's example. */
export const tlsGuide: ConfigurationInput = {
  name: 'proxy-server',
  namespace: 'demo',
  replicas: 3,
  spec: { version: '3.0.1-debian', replicas: 3 },
  appBinding: groupReplication,
  tls: true,
  allowPlaintext: false,
};

/** The example with a configuration of one's own. */
export function withInline(inline: InlineConfiguration, changes: Partial<ConfigurationInput> = {}): ConfigurationInput {
  return { ...tlsGuide, ...changes, spec: { ...tlsGuide.spec, ...changes.spec, configuration: { init: { inline } } } };
}

/** An AppBinding with another specification. */
export function binding(spec: Partial<AppBindingResource['spec']>): AppBindingResource {
  return { ...groupReplication, spec: { clientConfig: groupReplication.spec.clientConfig, ...spec } };
}
