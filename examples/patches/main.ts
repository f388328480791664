import { BackendSource, IssuerSource, ProxySQLApp, Runtime, TlsProxySQLChart } from '../../lib';
import { JsonPatch } from 'cdk8s';

// Fields of the resource that no prop stands for: a name that cluster DNS does not know, and a column of a user.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

const chart = new TlsProxySQLChart(app, 'orders-proxy', {
  namespace: 'orders',
  runtime: Runtime.operator({ install: false }),
  issuer: IssuerSource.clusterIssuerName('company-ca'),
  backend: BackendSource.appBindingName('orders-db'),
  version: '3.0.1-debian',
  configuration: { users: [{ username: 'orders' }] },
});

chart.proxysql.addJsonPatch(
  // With the prop `pod` given there is a podTemplate already, and the path would be /spec/podTemplate/spec/hostAliases.
  JsonPatch.add('/spec/podTemplate', {
    spec: { hostAliases: [{ ip: '10.20.0.15', hostnames: ['orders-db.internal'] }] },
  }),
  JsonPatch.add('/spec/configuration/init/inline/mysqlUsers/0/frontend', 1),
);

app.synth();
