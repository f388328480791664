import { AppBinding, CertificateAlias, ClusterIssuer, Issuer, ProxySQL, ProxySQLApp, Runtime } from '../../lib';
import { Chart } from 'cdk8s';

// Issuers that are in the cluster already: one for all certificates, and another for the client certificate.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });
const chart = new Chart(app, 'billing', { namespace: 'billing' });

new ProxySQL(chart, 'billing-proxy', {
  runtime: Runtime.operator({ install: false }),
  backend: AppBinding.fromName('billing-db'),
  version: '2.7.3-debian',
  tls: {
    issuer: ClusterIssuer.fromName('company-ca'),
    certificates: [{ alias: CertificateAlias.CLIENT, issuer: Issuer.fromName('client-ca') }],
  },
});

app.synth();
