import { BackendSource, CertificateAlias, IssuerSource, ProxySQLApp, Runtime, TlsProxySQLChart } from '../../lib';

// Certificates that a company's own PKI writes into the cluster: no issuer is asked, and they are proven like any others.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

new TlsProxySQLChart(app, 'ledger', {
  name: 'ledger-proxy',
  namespace: 'ledger',
  runtime: Runtime.operator({ install: false }),
  issuer: IssuerSource.none(),
  backend: BackendSource.appBindingName('ledger-db'),
  version: '3.0.1-debian',
  certificates: [
    { alias: CertificateAlias.SERVER, secretName: 'ledger-tls', dnsNames: ['ledger.db.example.com'] },
    { alias: CertificateAlias.CLIENT, secretName: 'ledger-client-tls' },
  ],
});

app.synth();
