import { BackendSource, CertificateAlias, IssuerSource, ProxySQLApp, Runtime, TlsProxySQLChart } from '../../lib';

// A cluster that runs KubeDB: the issuer and the ProxySQL, and nothing of ours.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

new TlsProxySQLChart(app, 'proxy-server', {
  namespace: 'demo',
  runtime: Runtime.kubedb(),
  issuer: IssuerSource.ca({ metadata: { name: 'proxy-issuer' }, secretName: 'proxy-ca' }),
  backend: BackendSource.appBindingName('mysql-server'),
  version: '3.0.1-debian',
  replicas: 3,
  syncUsers: true,
  certificates: [{ alias: CertificateAlias.SERVER, subject: { organizations: ['kubedb:server'] } }],
});

app.synth();
