import { Duration } from 'cdk8s';
import fc from 'fast-check';
import {
  BackendSource,
  CertificateAlias,
  DatabaseTopology,
  DeletionPolicy,
  IssuerSource,
  KubedbDatabaseKind,
  MonitoringAgent,
  PrivateKeyEncoding,
  ServiceAlias,
  ServiceType,
  type TlsProxySQLChartProps,
} from '../../lib';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const labels = fc.dictionary(label, label, { maxKeys: 3, noNullPrototype: true });
const hosts = fc.uniqueArray(
  label.map((name) => `${name}.example.com`),
  { maxLength: 3 },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const certificate = (alias: CertificateAlias) =>
  fc.record({
    alias: fc.constant(alias),
    secretName: optional(label.map((name) => `${alias}-${name}`)),
    subject: optional(fc.record({ organizations: fc.array(label, { maxLength: 2 }) })),
    duration: optional(fc.integer({ min: 48, max: 5000 }).map((hours) => Duration.hours(hours))),
    renewBefore: optional(fc.integer({ min: 1, max: 40 }).map((hours) => Duration.hours(hours))),
    dnsNames: optional(hosts),
    ipAddresses: optional(fc.uniqueArray(fc.ipV4(), { maxLength: 2 })),
    uris: optional(
      fc.uniqueArray(
        label.map((name) => `spiffe://example.com/${name}`),
        { maxLength: 2 },
      ),
    ),
    privateKeyEncoding: optional(fc.constantFrom(PrivateKeyEncoding.PKCS1, PrivateKeyEncoding.PKCS8)),
  });

const backend = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom(KubedbDatabaseKind.MYSQL, KubedbDatabaseKind.MARIADB, KubedbDatabaseKind.PERCONA_XTRADB),
      name: label,
      replicas: optional(fc.integer({ min: 1, max: 5 })),
    })
    .map((options) => BackendSource.kubedb(options)),
  fc
    .record({
      host: label.map((name) => `${name}.example.com`),
      port: optional(fc.integer({ min: 1, max: 65_535 })),
      topology: optional(fc.constantFrom(DatabaseTopology.STANDALONE, DatabaseTopology.GALERA)),
    })
    .map((options) => BackendSource.external({ ...options, secretName: 'db-login' })),
);

/** Props of a valid chart, with every part that changes what is rendered. */
export const chartProps: fc.Arbitrary<TlsProxySQLChartProps> = fc.record({
  namespace: label,
  labels: optional(labels),
  issuer: fc.constantFrom(IssuerSource.issuerName('ca'), IssuerSource.clusterIssuerName('company-ca')),
  backend,
  version: fc.constantFrom('2.7.3-debian', '3.0.1-debian', '3.0.9'),
  replicas: fc.integer({ min: 1, max: 7 }),
  authSecret: fc.record({ name: label.map((name) => `${name}-admin`), externallyManaged: fc.constant(true) }),
  certificates: optional(
    fc
      .tuple(...Object.values(CertificateAlias).map((alias) => optional(certificate(alias))))
      .map((entries) => entries.filter((entry) => entry !== undefined)),
  ),
  configuration: optional(
    fc.record({
      users: optional(
        fc.uniqueArray(
          fc.record({ username: label, comment: optional(fc.string({ unit: 'grapheme-ascii', maxLength: 20 })) }),
          { selector: ({ username }) => username, maxLength: 4 },
        ),
      ),
      mysqlVariables: optional(fc.record({ threads: fc.integer({ min: 1, max: 16 }) }, { noNullPrototype: true })),
    }),
  ),
  monitoring: optional(fc.record({ agent: fc.constantFrom(...Object.values(MonitoringAgent)) })),
  pod: optional(
    fc.record({ labels: optional(labels), annotations: optional(labels), priorityClassName: optional(label) }),
  ),
  services: optional(
    fc.constantFrom(
      [{ alias: ServiceAlias.PRIMARY, type: ServiceType.LOAD_BALANCER }],
      [{ alias: ServiceAlias.STATS, annotations: { scrape: 'yes' } }],
    ),
  ),
  deletionPolicy: optional(fc.constantFrom(...Object.values(DeletionPolicy))),
  halted: optional(fc.boolean()),
});
