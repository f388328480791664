import { type IIssuer } from './issuer-reference';
import { formatGoDuration, secondsOf } from './go-duration';
import { toJsonPodSpec } from './kubernetes-json';
import { type MysqlUser } from './mysql-user';
import { type Monitoring } from './monitoring';
import { type PodOverlay } from './pod-overlay';
import { type ProxySQLConfiguration } from './proxysql-configuration';
import { type ProxySQLProps } from './proxysql-props';
import {
  type CertificateSpec,
  type InlineConfiguration,
  type IssuerReference,
  type MonitorSpec,
  type MysqlUser as MysqlUserRow,
  type PodTemplate,
  type PodTemplateSpec,
  type ProxySQLSpec,
  type ServiceTemplate,
} from './proxysql-resource';
import { type ProxySQLCertificate } from './proxysql-tls';
import { type ServiceOverlay } from './service-overlay';

/** The resource's `spec` for the constructs' props. */
export function toSpec(props: ProxySQLProps): ProxySQLSpec {
  const { tls, authSecret, configuration } = props;
  return compact<ProxySQLSpec>({
    version: props.version,
    replicas: props.replicas ?? 1,
    backend: { name: props.backend.name },
    syncUsers: props.syncUsers,
    authSecret:
      authSecret && compact({ kind: 'Secret', name: authSecret.name, externallyManaged: authSecret.externallyManaged }),
    configuration: configuration && { init: initOf(configuration) },
    monitor: props.monitoring && monitorOf(props.monitoring),
    podTemplate: props.pod && podTemplateOf(props.pod),
    serviceTemplates: props.services?.map(serviceTemplateOf),
    tls:
      tls &&
      compact({
        issuerRef: tls.issuer && issuerReference(tls.issuer),
        certificates: tls.certificates?.map(certificateOf),
      }),
    deletionPolicy: props.deletionPolicy,
    healthChecker:
      props.healthChecker &&
      compact({
        periodSeconds: props.healthChecker.period && secondsOf(props.healthChecker.period),
        timeoutSeconds: props.healthChecker.timeout && secondsOf(props.healthChecker.timeout),
        failureThreshold: props.healthChecker.failureThreshold,
        disableWriteCheck: props.healthChecker.disableWriteCheck,
      }),
    halted: props.halted,
  });
}

/** The reference to an issuer as resources write it. */
export function issuerReference(issuer: IIssuer): IssuerReference {
  return { apiGroup: issuer.group, kind: issuer.kind, name: issuer.name };
}

function initOf(configuration: ProxySQLConfiguration): { inline?: InlineConfiguration; secretName?: string } {
  const { users, queryRules, mysqlVariables, adminVariables, secretName } = configuration;
  const inline = compact({
    mysqlUsers: users?.map(userOf),
    mysqlQueryRules: queryRules,
    mysqlVariables,
    adminVariables,
  }) as InlineConfiguration;
  return compact({ inline: Object.keys(inline).length > 0 ? inline : undefined, secretName });
}

function userOf(user: MysqlUser): MysqlUserRow {
  const attributes = { ...user.attributes, ...(user.spiffeId !== undefined && { spiffe_id: user.spiffeId }) };
  return compact<MysqlUserRow>({
    username: user.username,
    active: flag(user.active),
    // Written out, since a reader of the resource that knows no default would take its absence for 0.
    use_ssl: user.requireTls === false ? 0 : 1,
    default_hostgroup: user.defaultHostgroup,
    default_schema: user.defaultSchema,
    schema_locked: flag(user.schemaLocked),
    transaction_persistent: flag(user.transactionPersistent),
    fast_forward: flag(user.fastForward),
    max_connections: user.maxConnections,
    attributes: Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : undefined,
    comment: user.comment,
  });
}

function monitorOf(monitoring: Monitoring): MonitorSpec {
  const serviceMonitor = compact({
    labels: monitoring.serviceMonitorLabels,
    interval: monitoring.interval && formatGoDuration(monitoring.interval),
  });
  return {
    agent: monitoring.agent,
    ...(monitoring.agent === 'prometheus.io/operator' && { prometheus: { serviceMonitor } }),
  };
}

function podTemplateOf(pod: PodOverlay): PodTemplate {
  const { containers, initContainers, volumes, securityContext, tolerations } = pod;
  const spec = compact({
    ...toJsonPodSpec({ containers, initContainers, volumes, securityContext, tolerations }),
    nodeSelector: pod.nodeSelector,
    serviceAccountName: pod.serviceAccountName,
    terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
    imagePullSecrets: pod.imagePullSecrets?.map((name) => ({ name })),
    priorityClassName: pod.priorityClassName,
    runtimeClassName: pod.runtimeClassName,
    schedulerName: pod.schedulerName,
  }) as PodTemplateSpec;
  return compact({
    metadata: overlay(pod.labels, pod.annotations),
    controller: overlay(pod.controllerLabels, pod.controllerAnnotations),
    spec: Object.keys(spec).length > 0 ? spec : undefined,
  });
}

function serviceTemplateOf(service: ServiceOverlay): ServiceTemplate {
  const spec = compact({
    type: service.type,
    ports: service.ports,
    clusterIP: service.clusterIp,
    externalIPs: service.externalIps,
    loadBalancerIP: service.loadBalancerIp,
    loadBalancerSourceRanges: service.loadBalancerSourceRanges,
    externalTrafficPolicy: service.externalTrafficPolicy,
    healthCheckNodePort: service.healthCheckNodePort,
    sessionAffinityConfig:
      service.clientIpAffinitySeconds === undefined
        ? undefined
        : { clientIP: { timeoutSeconds: service.clientIpAffinitySeconds } },
  });
  return compact({
    alias: service.alias,
    metadata: overlay(service.labels, service.annotations),
    spec: Object.keys(spec).length > 0 ? spec : undefined,
  });
}

function certificateOf(certificate: ProxySQLCertificate): CertificateSpec {
  const { alias, issuer, secretName, subject, dnsNames, ipAddresses, uris, emailAddresses } = certificate;
  return compact({
    alias,
    issuerRef: issuer && issuerReference(issuer),
    secretName,
    subject: subject && compact(subject),
    duration: certificate.duration && formatGoDuration(certificate.duration),
    renewBefore: certificate.renewBefore && formatGoDuration(certificate.renewBefore),
    dnsNames,
    ipAddresses,
    uris,
    emailAddresses,
    privateKey: certificate.privateKeyEncoding && { encoding: certificate.privateKeyEncoding },
  });
}

type Strings = { readonly [key: string]: string };

function overlay(labels?: Strings, annotations?: Strings): { labels?: Strings; annotations?: Strings } | undefined {
  return labels === undefined && annotations === undefined ? undefined : compact({ labels, annotations });
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Drops what was not given, so that absent stays absent. */
function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
