export * from './acme-azure-dns-auth';
export * from './acme-dns-provider';
export * from './acme-solver';
export { type AcmeSolverPods } from './acme-solver-pods';
export { ApiResource, type ApiResourceProps } from './api-resource';
export {
  AppBinding,
  type AppBindingProps,
  type DatabaseOptions,
  DatabaseTopology,
  type ExternalDatabaseOptions,
  ExternalDatabaseType,
  type ExternalMysqlProps,
  type IAppBinding,
  KubedbDatabaseKind,
  type KubedbDatabaseOptions,
} from './app-binding';
export * from './app-binding-address';
export * from './backend-source';
export * from './certificate';
export * from './certificate-authority';
export * from './certificate-key';
export * from './certificate-usage';
export * from './cluster-issuer';
export { type ConnectOptions } from './connect';
export * from './deletion-policy';
export * from './issuer';
export * from './issuer-props';
export { type SecretKey } from './issuer-secret-key';
export * from './issuer-source';
export * from './issuer-vault-auth';
export * from './issuer-venafi-connection';
export * from './monitoring';
export * from './mysql-user';
export { type Images } from './objects/images';
export * from './pod-overlay';
export * from './proxysql';
export * from './proxysql-app';
export * from './proxysql-configuration';
export * from './proxysql-operator';
export * from './proxysql-operator-props';
export * from './proxysql-props';
export * from './proxysql-tls';
export * from './runtime';
export * from './service-overlay';
export * from './tls-proxysql-chart';
