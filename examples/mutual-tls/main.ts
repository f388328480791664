import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import {
  BackendSource,
  CertificateAlias,
  IssuerSource,
  KubedbDatabaseKind,
  ProxySQLApp,
  Runtime,
  TlsProxySQLChart,
} from '../../lib';

// A user that logs in with a password and a client certificate, and a workload that has both.
const app = new ProxySQLApp({ outdir: `${__dirname}/dist` });
const spiffeId = 'spiffe://shop.example.com/checkout';

const chart = new TlsProxySQLChart(app, 'shop-proxy', {
  namespace: 'shop',
  runtime: Runtime.operator({ install: false }),
  issuer: IssuerSource.certificateAuthority(),
  backend: BackendSource.kubedb({ kind: KubedbDatabaseKind.MYSQL, name: 'shop-db', replicas: 3 }),
  version: '3.0.1-debian',
  replicas: 2,
  configuration: { users: [{ username: 'checkout', spiffeId }] },
  certificates: [
    { alias: CertificateAlias.CLIENT, uris: [spiffeId], duration: Duration.days(7), renewBefore: Duration.days(2) },
  ],
});

const checkout = new Deployment(chart, 'checkout', {
  metadata: { name: 'checkout' },
  containers: [
    {
      name: 'checkout',
      image: 'registry.example.com/checkout:1.4.2',
      securityContext: { user: 1000, group: 1000 },
    },
  ],
});
for (const container of checkout.containers) {
  chart.proxysql.connect(container);
}

// The restricted pod security standard asks for both, and cdk8s-plus has no properties for them.
ApiObject.of(checkout).addJsonPatch(
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
);

app.synth();
