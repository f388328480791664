import { AppBinding, CertificateAlias, ProxySQL, ProxySQLApp, Runtime } from '../../lib';
import { Chart } from 'cdk8s';

// Certificates that a company's own PKI writes into the cluster: no issuer is asked, and they are proven like any others.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });
const chart = new Chart(app, 'ledger', { namespace: 'ledger' });

new ProxySQL(chart, 'ledger-proxy', {
  runtime: Runtime.operator({ install: false }),
  backend: AppBinding.fromName('ledger-db'),
  version: '3.0.1-debian',
  tls: {
    certificates: [
      { alias: CertificateAlias.SERVER, secretName: 'ledger-tls', dnsNames: ['ledger.db.example.com'] },
      { alias: CertificateAlias.CLIENT, secretName: 'ledger-client-tls' },
    ],
  },
});

app.synth();
