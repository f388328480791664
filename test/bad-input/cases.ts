import { App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  AcmeDnsProvider,
  AcmeSolver,
  BackendSource,
  CertificateAlias,
  Issuer,
  type IssuerSource,
  IssuerSource as Issuers,
  MonitoringAgent,
  type ProxySQLCertificate,
  ProxySQLApp,
  Runtime,
  ServiceAlias,
  ServiceType,
  TlsProxySQLChart,
  type TlsProxySQLChartProps,
} from '../../lib';

/** Something that people get wrong. */
export interface BadInput {
  /** What is wrong, as a title. */
  readonly title: string;
  /** Name of the ProxySQL. @default 'proxy' */
  readonly name?: string;
  readonly props?: Partial<TlsProxySQLChartProps>;
  /** What is patched into the resource afterwards. */
  readonly patch?: JsonPatch;
}

const server = (entry: Omit<ProxySQLCertificate, 'alias'>): Partial<TlsProxySQLChartProps> => ({
  certificates: [{ alias: CertificateAlias.SERVER, ...entry }],
});
const issuer = Issuers.issuerName('ca');
const acme: IssuerSource = Issuers.acme({
  metadata: { name: 'letsencrypt' },
  solvers: [AcmeSolver.dns01(AcmeDnsProvider.cloudflare({ secretName: 'cloudflare', key: 'api-token' }))],
});

/** The cases, in the order in which the error reference lists them. */
export const BAD_INPUTS: readonly BadInput[] = [
  { title: 'wrong type', props: { replicas: 'three' as unknown as number } },
  { title: 'unknown field', patch: JsonPatch.add('/spec/replica', 3) },
  { title: 'negative replicas', props: { replicas: -1 } },
  { title: 'empty name', name: '' },
  { title: 'name of 64 characters', name: 'p'.repeat(64) },
  { title: 'name that leaves no room for suffixes', name: 'p'.repeat(53) },
  { title: 'name of a namespace', props: { namespace: 'Demo_1' } },
  { title: 'label', props: { labels: { 'team name': 'dba', team: 'd b a' } } },
  { title: 'unknown version', props: { version: 'latest' } },
  { title: 'missing issuer', patch: JsonPatch.remove('/spec/tls/issuerRef') },
  {
    title: 'TLS Secret of your own with wishes to its issuer',
    patch: JsonPatch.replace('/spec/tls', {
      certificates: [
        {
          alias: 'server',
          secretName: 'company-tls',
          dnsNames: ['orders.demo.svc'],
          duration: '720h',
          subject: { organizations: ['shop'] },
        },
      ],
    }),
  },
  {
    title: 'TLS Secret of your own for KubeDB',
    props: { runtime: Runtime.kubedb() },
    patch: JsonPatch.replace('/spec/tls', { certificates: [{ alias: 'server', secretName: 'company-tls' }] }),
  },
  {
    title: "server Secret with the name of the clients'",
    props: { certificates: [{ alias: CertificateAlias.SERVER, secretName: 'proxy-client-cert' }] },
  },
  {
    title: 'two certificates issued into one Secret',
    props: {
      monitoring: { agent: MonitoringAgent.PROMETHEUS },
      certificates: [
        { alias: CertificateAlias.SERVER, secretName: 'proxy-tls' },
        { alias: CertificateAlias.METRICS_EXPORTER, secretName: 'proxy-tls' },
      ],
    },
  },
  {
    title: 'Secrets with the names of others',
    props: {
      authSecret: { name: 'proxy-users' },
      certificates: [{ alias: CertificateAlias.SERVER, secretName: 'proxy-configuration' }],
    },
  },
  {
    title: 'one TLS Secret for server and clients',
    props: {
      certificates: [
        { alias: CertificateAlias.SERVER, secretName: 'company-tls' },
        { alias: CertificateAlias.CLIENT, secretName: 'company-tls' },
      ],
    },
  },
  { title: 'nobody issues the server certificate', patch: JsonPatch.replace('/spec/tls', { certificates: [] }) },
  {
    title: 'missing issuer and database, in a program that no compiler has seen',
    props: { issuer: undefined, backend: 'mysql-server' as unknown as BackendSource },
  },
  { title: 'no TLS at all', patch: JsonPatch.remove('/spec/tls') },
  {
    title: 'duplicate alias',
    props: {
      certificates: [{ alias: CertificateAlias.SERVER }, { alias: CertificateAlias.SERVER, secretName: 'other' }],
    },
  },
  { title: 'unknown alias', props: { certificates: [{ alias: 'archiver' as CertificateAlias }] } },
  {
    title: 'duration in days',
    patch: JsonPatch.add('/spec/tls/certificates', [{ alias: 'server', duration: '90d' }]),
  },
  {
    title: 'duration in days, from a program that no compiler has seen',
    props: server({ duration: '90d' as unknown as Duration }),
  },
  {
    title: 'renewal after the end',
    props: server({ duration: Duration.hours(24), renewBefore: Duration.hours(48) }),
  },
  { title: 'certificate of minutes', props: server({ duration: Duration.minutes(30) }) },
  { title: 'IPv6 address among DNS names', props: server({ dnsNames: ['2001:db8::1'] }) },
  { title: 'IPv6 address with a zone', props: server({ ipAddresses: ['fe80::1%eth0'] }) },
  { title: 'wildcard in the middle', props: server({ dnsNames: ['db.*.example.com'] }) },
  { title: 'name of another Service', props: server({ dnsNames: ['orders.demo.svc'] }) },
  { title: 'ACME without a public name', props: { issuer: acme } },
  {
    title: 'client certificate of an ACME issuer',
    props: {
      issuer: acme,
      certificates: [
        { alias: CertificateAlias.SERVER, dnsNames: ['db.example.com'] },
        { alias: CertificateAlias.CLIENT, dnsNames: ['app.example.com'] },
      ],
    },
  },
  {
    title: 'names that no ACME server verifies',
    props: {
      issuer: acme,
      ...server({ dnsNames: ['db.example.com'], uris: ['spiffe://example.com/db'] }),
    },
  },
  { title: 'name that no issuer can have', props: { issuer: Issuers.issuerName('Company CA') } },
  {
    title: 'Issuer of another namespace',
    props: {
      issuer: Issuers.existing(
        Issuer.ca(new Chart(new App(), 'shared', { namespace: 'shared' }), 'ca', { secretName: 'ca' }),
      ),
    },
  },
  {
    title: 'API group that is nearly cert-manager’s',
    patch: JsonPatch.replace('/spec/tls/issuerRef/apiGroup', 'certmanager.io'),
  },
  { title: 'country in full', props: server({ subject: { countries: ['Germany'] } }) },
  {
    title: 'Service that Kubernetes refuses',
    props: {
      services: [
        {
          alias: ServiceAlias.PRIMARY,
          ports: [{ name: 'db', port: 3306, nodePort: 30306 }],
          externalTrafficPolicy: 'Local',
          loadBalancerSourceRanges: ['10.0.0.1'],
        },
      ],
    },
  },
  {
    title: 'pod that Kubernetes refuses',
    props: {
      pod: {
        containers: [
          { name: 'proxysql', volumeMounts: [{ name: 'scratch', mountPath: '/var/lib/proxysql' }] },
          { name: 'backup', volumeMounts: [{ name: 'scrach', mountPath: '/scratch' }] },
          { name: 'backup', image: 'backup:1' },
        ],
        volumes: [{ name: 'scratch', emptyDir: {} }],
      },
    },
  },
  {
    title: 'pod that can be scheduled nowhere',
    props: {
      pod: {
        serviceAccountName: 'Proxy Account',
        nodeSelector: { 'disk type': 'ssd' },
        priorityClassName: 'High!',
        tolerations: [{ key: 'dedicated', operator: 'Equals', value: 'db', effect: 'NoScheduling' }],
      },
    },
  },
  {
    title: 'load balancer without an address in the cluster',
    props: { services: [{ alias: ServiceAlias.PRIMARY, type: ServiceType.LOAD_BALANCER, clusterIp: 'None' }] },
  },
  {
    title: 'user without required TLS',
    props: { configuration: { users: [{ username: 'app', requireTls: false }] } },
  },
  {
    title: 'duplicate user',
    props: { configuration: { users: [{ username: 'app' }, { username: 'app' }] } },
  },
  {
    title: 'user whose name can be no key of a Secret',
    props: { configuration: { users: [{ username: 'bob@corp' }] } },
  },
  {
    title: 'user with the name of the administrator',
    props: { configuration: { users: [{ username: 'cluster' }] } },
  },
  {
    title: 'variable that does not exist, and values of the wrong kind',
    props: {
      configuration: { mysqlVariables: { thread: 4, max_connections: 'lots' }, adminVariables: { read_only: 'yes' } },
    },
  },
  {
    title: 'password in plain text',
    props: { configuration: { mysqlVariables: { monitor_password: 'hunter2' } } },
  },
  {
    title: 'password for a user',
    patch: JsonPatch.add('/spec/configuration', {
      init: { inline: { mysqlUsers: [{ username: 'app', password: 'hunter2' }] } },
    }),
  },
  {
    title: 'password where the name of a Secret belongs',
    props: {
      authSecret: { name: 'Hunter2!hunter2' },
      configuration: { secretName: 'hunter2 hunter2' },
      certificates: [{ alias: CertificateAlias.SERVER, secretName: 'Hunter2!hunter2' }],
    },
  },
  {
    title: 'variable that would open plaintext',
    props: { configuration: { mysqlVariables: { have_ssl: false } } },
  },
  {
    title: 'variable that would move a listener',
    props: { configuration: { mysqlVariables: { interfaces: '0.0.0.0:3306' } } },
  },
  { title: 'NUL in a user name', props: { configuration: { users: [{ username: 'a\u0000b' }] } } },
  {
    title: 'database host with its port',
    props: { backend: BackendSource.external({ host: 'db.example.com:3306', secretName: 'db' }) },
  },
  {
    title: 'database port beyond all ports',
    props: { backend: BackendSource.external({ host: 'db.example.com', port: 70_000, secretName: 'db' }) },
  },
  {
    title: 'half a second between health checks',
    props: { healthChecker: { period: Duration.millis(500) } },
  },
  {
    title: 'former name of a field',
    patch: JsonPatch.add('/spec/terminationPolicy', 'Delete'),
  },
  {
    title: 'standalone without an auth Secret',
    props: {
      runtime: Runtime.standalone(),
      backend: BackendSource.external({ host: 'db.example.com', secretName: 'db' }),
    },
  },
  {
    title: 'standalone without a known backend',
    props: { runtime: Runtime.standalone(), authSecret: { name: 'admin' } },
  },
  {
    title: 'reserved volume',
    props: { pod: { volumes: [{ name: 'data', emptyDir: {} }] } },
  },
  {
    title: 'reserved port',
    props: { pod: { containers: [{ name: 'logs', image: 'logs:1', ports: [{ containerPort: 6032 }] }] } },
  },
  {
    title: 'replaced command',
    props: { pod: { containers: [{ name: 'proxysql', command: ['sleep'] }] } },
  },
  {
    title: 'forbidden environment variable',
    props: { pod: { containers: [{ name: 'proxysql', env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'x' }] }] } },
  },
  {
    title: 'label of the pods',
    props: { pod: { labels: { tier: '-' }, annotations: { 'a/b/c': '' } } },
  },
  {
    title: 'externally managed Secret without a name',
    props: { authSecret: { name: '', externallyManaged: true } },
  },
];

/** What an app with this input says: every problem, a line each. */
export function problemsOf(input: BadInput): string[] {
  const app = new ProxySQLApp();
  chartWith(app, input);
  return app.problems();
}

/** The ProxySQL that this input makes, in spite of its problems; undefined where the runtime emits none. */
export function manifestOf(input: BadInput): unknown {
  const { objects } = chartWith(new ProxySQLApp(), input).proxysql;
  return objects.find(({ kind }) => kind === 'ProxySQL')?.toJson();
}

function chartWith(app: ProxySQLApp, { name = 'proxy', props, patch }: BadInput): TlsProxySQLChart {
  const chart = new TlsProxySQLChart(app, 'chart', {
    name,
    namespace: 'demo',
    issuer,
    backend: BackendSource.appBindingName('db'),
    version: '3.0.1-debian',
    runtime: Runtime.operator({ install: false }),
    ...props,
  });
  if (patch !== undefined) {
    chart.proxysql.addJsonPatch(patch);
  }
  return chart;
}
