import {
  AcmeDnsProvider,
  AcmeSolver,
  BackendSource,
  CertificateAlias,
  IssuerSource,
  ProxySQLApp,
  Runtime,
  ServiceAlias,
  ServiceType,
  TlsProxySQLChart,
} from '../../lib';

// A public name, signed by Let's Encrypt: such issuers sign what the world can see, so the names inside the cluster are left out.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });

new TlsProxySQLChart(app, 'public-proxy', {
  namespace: 'edge',
  runtime: Runtime.operator({ install: false }),
  issuer: IssuerSource.acme({
    metadata: { name: 'letsencrypt' },
    email: 'platform@example.com',
    solvers: [AcmeSolver.dns01(AcmeDnsProvider.cloudflare({ secretName: 'cloudflare', key: 'api-token' }))],
  }),
  backend: BackendSource.appBindingName('customers-db'),
  version: '3.0.1-debian',
  replicas: 2,
  certificates: [{ alias: CertificateAlias.SERVER, dnsNames: ['mysql.example.com'] }],
  services: [{ alias: ServiceAlias.PRIMARY, type: ServiceType.LOAD_BALANCER }],
});

app.synth();
