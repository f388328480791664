import { BackendSource, IssuerSource, ProxySQLApp, TlsProxySQLChart } from '../../lib';

// One proxy for each team, and one operator for all of them.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

for (const team of ['catalog', 'checkout', 'search']) {
  new TlsProxySQLChart(app, `${team}-proxy`, {
    namespace: team,
    labels: { team },
    issuer: IssuerSource.clusterIssuerName('company-ca'),
    backend: BackendSource.appBindingName(`${team}-db`),
    version: '3.0.1-debian',
    replicas: 2,
  });
}

app.synth();
