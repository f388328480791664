import { Duration } from 'cdk8s';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  AppBinding,
  CertificateAlias,
  DeletionPolicy,
  Issuer,
  MonitoringAgent,
  PrivateKeyEncoding,
  type ProxySQLProps,
  ServiceAlias,
  ServiceType,
} from '../../lib';
import { toSpec } from '../../lib/proxysql-spec';
import { kinds } from '../../lib/schema/generated/index';

interface Schema {
  readonly properties?: { readonly [field: string]: Schema };
  readonly items?: Schema;
}

const strings = { a: 'b' };

/** Every prop that there is, so that what is written has every field with one. */
const every: Required<ProxySQLProps> = {
  metadata: {},
  version: '3.0.1-debian',
  replicas: 1,
  backend: AppBinding.fromName('db'),
  runtime: undefined as never,
  allowPlaintext: false,
  syncUsers: true,
  halted: true,
  deletionPolicy: DeletionPolicy.DELETE,
  authSecret: { name: 'admin', externallyManaged: true },
  healthChecker: {
    period: Duration.seconds(1),
    timeout: Duration.seconds(1),
    failureThreshold: 1,
    disableWriteCheck: true,
  },
  configuration: {
    users: [
      {
        username: 'app',
        active: true,
        defaultHostgroup: 1,
        defaultSchema: 'shop',
        schemaLocked: true,
        transactionPersistent: true,
        fastForward: true,
        maxConnections: 1,
        attributes: strings,
        comment: 'x',
      },
    ],
    queryRules: [{}],
    mysqlVariables: strings,
    adminVariables: strings,
    secretName: 'fragments',
  },
  monitoring: {
    agent: MonitoringAgent.PROMETHEUS_OPERATOR,
    serviceMonitorLabels: strings,
    interval: Duration.seconds(1),
  },
  pod: {
    labels: strings,
    annotations: strings,
    controllerLabels: strings,
    controllerAnnotations: strings,
    containers: [{ name: 'proxysql' }],
    initContainers: [{ name: 'first' }],
    volumes: [{ name: 'scratch' }],
    securityContext: { fsGroup: 1 },
    tolerations: [{ key: 'a' }],
    nodeSelector: strings,
    serviceAccountName: 'x',
    terminationGracePeriodSeconds: 1,
    imagePullSecrets: ['registry'],
    priorityClassName: 'x',
    runtimeClassName: 'x',
    schedulerName: 'x',
  },
  services: [
    {
      alias: ServiceAlias.PRIMARY,
      labels: strings,
      annotations: strings,
      type: ServiceType.CLUSTER_IP,
      ports: [{ name: 'db', port: 1, nodePort: 1 }],
      clusterIp: 'None',
      externalIps: ['192.0.2.1'],
      loadBalancerIp: '192.0.2.1',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 1,
      clientIpAffinitySeconds: 1,
    },
  ],
  tls: {
    issuer: Issuer.fromName('ca'),
    certificates: [
      {
        alias: CertificateAlias.SERVER,
        issuer: Issuer.fromName('ca'),
        secretName: 'x',
        subject: {
          organizations: ['x'],
          countries: ['NL'],
          organizationalUnits: ['x'],
          localities: ['x'],
          provinces: ['x'],
          streetAddresses: ['x'],
          postalCodes: ['x'],
          serialNumber: 'x',
        },
        duration: Duration.days(1),
        renewBefore: Duration.hours(1),
        dnsNames: ['x'],
        ipAddresses: ['192.0.2.1'],
        uris: ['x:y'],
        emailAddresses: ['a@example.com'],
        privateKeyEncoding: PrivateKeyEncoding.PKCS8,
      },
    ],
  },
};

/** Lists that props take in Kubernetes' own types, and those whose items have columns of ProxySQL. */
const WHOLE = /(podTemplate\.spec\.(containers|initContainers|volumes|securityContext|tolerations|imagePullSecrets)|metadata|controller)$/;

/** Fields of the schema that what is written lacks. */
function missing(schema: Schema, written: unknown, path: string): string[] {
  if (schema.items !== undefined) {
    return missing(schema.items, (written as readonly unknown[])[0], `${path}[]`);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => {
    const place = `${path}.${field}`;
    const value = (written as { readonly [field: string]: unknown })[field];
    if (value === undefined) {
      return [place];
    }
    return WHOLE.test(place) ? [] : missing(inner, value, place);
  });
}

test('the fields that the page lists are those that no prop writes', () => {
  const page = readFileSync(join(resolve(__dirname, '../..'), 'docs/constructs.md'), 'utf8');
  const [, section = ''] = /These fields of the resource have no prop([\s\S]*?)In the standalone runtime/.exec(page) ?? [];
  const listed = [...section.matchAll(/`(spec\.[^`]+)`/g)].map(([, path]) => path);
  const { spec } = (kinds.ProxySQL.schema as Schema).properties ?? {};
  // A prop has the two of the aliases that ProxySQL has.
  const other = ['spec.serviceTemplates'];
  // Former names of what is in spec.configuration.
  const former = ['spec.initConfig', 'spec.configSecret'];

  const without = missing(spec ?? {}, toSpec(every), 'spec').filter((path) => !former.includes(path));
  expect(listed.filter((path) => !other.includes(path ?? '')).sort()).toEqual(without.sort());
});
