import {
  BackendSource,
  DatabaseTopology,
  IssuerSource,
  MonitoringAgent,
  ProxySQLApp,
  Runtime,
  TlsProxySQLChart,
} from '../../lib';

// A cluster that runs cert-manager and no operator: the chart holds every object, and each pod's sidecar gates its own start.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

new TlsProxySQLChart(app, 'orders-proxy', {
  namespace: 'orders',
  runtime: Runtime.standalone(),
  issuer: IssuerSource.ca({ metadata: { name: 'orders-issuer' }, secretName: 'orders-ca' }),
  backend: BackendSource.external({
    metadata: { name: 'orders-db' },
    host: 'orders-db.databases.svc',
    secretName: 'orders-db-login',
    topology: DatabaseTopology.STANDALONE,
    version: '8.0.36',
  }),
  // This Secret and orders-proxy-monitor, ProxySQL's own account at the database, are made beside Git, for example by External Secrets; each has the
  // keys username and password. The users' passwords are in orders-proxy-users, one key per user name.
  authSecret: { name: 'orders-proxy-admin', externallyManaged: true },
  version: '3.0.1-debian',
  replicas: 2,
  configuration: { users: [{ username: 'orders', defaultHostgroup: 2 }] },
  monitoring: { agent: MonitoringAgent.PROMETHEUS_OPERATOR, serviceMonitorLabels: { release: 'prometheus' } },
});

app.synth();
