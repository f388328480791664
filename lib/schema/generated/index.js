// Written by scripts/schema.ts from the definitions of the kinds.
exports.kinds = {
  AppBinding: {
    apiVersion: 'appcatalog.appscode.com/v1alpha1',
    get validate() {
      return require('./app-binding.js');
    },
    get schema() {
      return require('./app-binding.schema.js');
    },
  },
  Certificate: {
    apiVersion: 'cert-manager.io/v1',
    get validate() {
      return require('./certificate.js');
    },
    get schema() {
      return require('./certificate.schema.js');
    },
  },
  ClusterIssuer: {
    apiVersion: 'cert-manager.io/v1',
    get validate() {
      return require('./issuer.js');
    },
    get schema() {
      return require('./issuer.schema.js');
    },
  },
  Issuer: {
    apiVersion: 'cert-manager.io/v1',
    get validate() {
      return require('./issuer.js');
    },
    get schema() {
      return require('./issuer.schema.js');
    },
  },
  ProxySQL: {
    apiVersion: 'kubedb.com/v1',
    get validate() {
      return require('./proxysql.js');
    },
    get schema() {
      return require('./proxysql.schema.js');
    },
  },
};
