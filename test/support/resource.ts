import { type AppBindingResource, type ProxySQLResource, type ProxySQLSpec } from '../../lib/proxysql-resource';

/** The TLS guide's ProxySQL, with parts of its spec replaced. */
export function proxysqlResource(spec: Partial<ProxySQLSpec> = {}): ProxySQLResource {
  return {
    apiVersion: 'kubedb.com/v1',
    kind: 'ProxySQL',
    metadata: { name: 'proxy-server', namespace: 'demo' },
    spec: {
      version: '3.0.1-debian',
      replicas: 3,
      backend: { name: 'mysql-server' },
      tls: { issuerRef: { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'proxy-issuer' } },
      ...spec,
    },
  };
}

/** The AppBinding that KubeDB makes for the TLS guide's MySQL group. */
export function appBindingResource(spec: Partial<AppBindingResource['spec']> = {}): AppBindingResource {
  return {
    apiVersion: 'appcatalog.appscode.com/v1alpha1',
    kind: 'AppBinding',
    metadata: { name: 'mysql-server', namespace: 'demo' },
    spec: {
      type: 'kubedb.com/mysql',
      version: '8.0.36',
      appRef: { apiGroup: 'kubedb.com', kind: 'MySQL', name: 'mysql-server', namespace: 'demo' },
      clientConfig: { service: { scheme: 'tcp', name: 'mysql-server', port: 3306, path: '/' } },
      secret: { name: 'mysql-server-auth' },
      ...spec,
    },
  };
}
