import { BackendSource, IssuerSource, ProxySQLApp, ProxySQLOperator, Runtime, TlsProxySQLChart } from '../../lib';
import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-27';
import { join } from 'node:path';

// One repository for two clusters: each folder is what one Argo CD Application or one Flux Kustomization applies and prunes.
const folder = process.env.CDK8S_OUTDIR ?? join(__dirname, 'dist');

const shared = new ProxySQLApp({ outdir: join(folder, 'operator') });
const operator = new Chart(shared, 'proxysql-operator');
new Namespace(operator, 'namespace', { metadata: { name: 'proxysql-operator' } });
new ProxySQLOperator(operator, 'operator');
shared.synth();

for (const { environment, replicas } of [
  { environment: 'staging', replicas: 1 },
  { environment: 'production', replicas: 3 },
]) {
  const app = new ProxySQLApp({ outdir: join(folder, environment) });
  new Namespace(new Chart(app, 'namespaces'), 'shop', { metadata: { name: 'shop' } });
  new TlsProxySQLChart(app, 'shop-proxy', {
    namespace: 'shop',
    labels: { environment },
    runtime: Runtime.operator({ install: false }),
    issuer: IssuerSource.clusterIssuerName('company-ca'),
    backend: BackendSource.appBindingName('shop-db'),
    version: '3.0.1-debian',
    replicas,
  });
  app.synth();
}
