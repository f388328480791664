import { BackendSource, CertificateAlias, DeletionPolicy, IssuerSource, ProxySQLApp, TlsProxySQLChart } from './lib';

const app = new ProxySQLApp();

// The TLS guide's example: a CA issuer, and three proxies in front of a MySQL replication group that KubeDB runs.
new TlsProxySQLChart(app, 'proxy-server', {
  namespace: 'demo',
  issuer: IssuerSource.ca({ metadata: { name: 'proxy-issuer' }, secretName: 'proxy-ca' }),
  backend: BackendSource.appBindingName('mysql-server'),
  version: '3.0.1-debian',
  replicas: 3,
  certificates: [
    {
      alias: CertificateAlias.SERVER,
      subject: { organizations: ['kubedb:server'] },
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    },
    { alias: CertificateAlias.CLIENT, subject: { organizations: ['kubedb:client'] } },
  ],
  deletionPolicy: DeletionPolicy.WIPE_OUT,
});

app.synth();
