import { CERTIFICATE_ALIASES } from '../names';
import { DB_PORT, STATS_SERVICE_PORT } from '../ports';
import { type CertificateSpec, type ProxySQLSpec, type ServiceTemplate } from '../proxysql-resource';
import { formatPath, placesOf } from './path';

/** A field that is accepted, since KubeDB accepts it, but that nothing here acts on. */
export interface UnsupportedField {
  /** The field; `[]` stands for each item of a list. */
  readonly path: string;
  /** Why it has no effect: a sentence without a final dot. */
  readonly reason: string;
  /** Whether a value asks for something that is not done; when absent, every value does but false and what is empty. */
  readonly asks?: (value: unknown, spec: ProxySQLSpec) => boolean;
}

/** Ports of the exporter that mean the usual: the default that the API server fills in, and the one that metrics have. */
const USUAL_EXPORTER_PORTS: readonly unknown[] = [56790, STATS_SERVICE_PORT.number];

/** What the API server fills in. */
const USUAL_HEALTH_CHECKER = { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 1 } as const;

/** The ports that a template can change, by the alias of the Service. */
const TEMPLATE_PORTS: { readonly [alias in ServiceTemplate['alias']]?: string } = {
  primary: DB_PORT.name,
  stats: STATS_SERVICE_PORT.name,
};

const NO_EXPORTER = 'there is no exporter container: ProxySQL publishes its metrics itself';

/** All such fields. */
export const UNSUPPORTED_FIELDS: readonly UnsupportedField[] = [
  { path: 'spec.autoOps.disabled', reason: 'operations are never recommended, so there is nothing to switch off' },
  {
    path: 'spec.syncUsers',
    reason: "the database's users are not taken over: list them in configuration.init.inline.mysqlUsers",
  },
  { path: 'spec.authSecret.apiGroup', reason: 'virtual Secrets are not read: the auth Secret is a core Secret' },
  {
    path: 'spec.authSecret.kind',
    reason: 'the auth Secret is always a core Secret',
    asks: (value) => value !== 'Secret' && value !== '',
  },
  { path: 'spec.authSecret.secretStoreName', reason: 'virtual Secrets are not read, so no store is asked' },
  { path: 'spec.authSecret.rotateAfter', reason: 'the password is not rotated by time' },
  { path: 'spec.authSecret.activeFrom', reason: 'when a password became active is not recorded in the spec' },
  {
    path: 'spec.monitor.prometheus.exporter.port',
    reason: `metrics are always on port ${STATS_SERVICE_PORT.number} of the stats Service`,
    asks: (value) => !USUAL_EXPORTER_PORTS.includes(value),
  },
  { path: 'spec.monitor.prometheus.exporter.args', reason: NO_EXPORTER },
  { path: 'spec.monitor.prometheus.exporter.env', reason: NO_EXPORTER },
  { path: 'spec.monitor.prometheus.exporter.resources', reason: NO_EXPORTER },
  { path: 'spec.monitor.prometheus.exporter.securityContext', reason: NO_EXPORTER },
  {
    path: 'spec.monitor.prometheus.serviceMonitor',
    reason: 'a ServiceMonitor is made for the agent prometheus.io/operator only',
    asks: (_, spec) => spec.monitor?.agent !== 'prometheus.io/operator',
  },
  {
    path: 'spec.monitor.prometheus.serviceMonitor.endpoints[]',
    reason: `an entry is found by its port, and the stats Service has the port ${STATS_SERVICE_PORT.name} only`,
    asks: (value) => (value as { readonly port?: unknown }).port !== STATS_SERVICE_PORT.name,
  },
  ...Object.entries(USUAL_HEALTH_CHECKER).map(([field, usual]) => ({
    path: `spec.healthChecker.${field}`,
    reason: "pods are judged by their readiness probes and by the operator's own handshakes",
    asks: (value: unknown) => value !== usual,
  })),
  {
    path: 'spec.healthChecker.disableWriteCheck',
    reason: 'the health check never writes, so there is nothing to switch off',
  },
  {
    path: 'spec.serviceTemplates[].alias',
    reason: 'there is no such Service: ProxySQL has primary and, where spec.monitor is given, stats',
    asks: (value, spec) => value === 'standby' || (value === 'stats' && spec.monitor === undefined),
  },
  {
    path: 'spec.serviceTemplates[]',
    reason: 'a port that the Service does not have changes nothing: primary has db, stats has metrics',
    asks: (value) => hasUnknownPort(value as ServiceTemplate),
  },
  {
    path: 'spec.tls.certificates[].alias',
    reason: `nothing uses a certificate with this alias: there are ${CERTIFICATE_ALIASES.join(', ')}`,
    asks: (value) => !(CERTIFICATE_ALIASES as readonly unknown[]).includes(value),
  },
  {
    path: 'spec.tls.certificates[]',
    reason: 'metrics are published where spec.monitor is given, so that nothing uses this certificate',
    asks: (value, spec) => spec.monitor === undefined && isMeantForMetrics(value as CertificateSpec),
  },
  {
    path: 'spec.initConfig',
    reason: 'configuration.init.inline has replaced it, and is read instead',
    asks: (value, spec) => spec.configuration?.init?.inline !== undefined && asksByDefault(value),
  },
  {
    path: 'spec.configSecret',
    reason: 'configuration.init.secretName has replaced it, and is read instead',
    asks: (value, spec) =>
      Boolean(spec.configuration?.init?.secretName) && Boolean((value as { readonly name?: unknown }).name),
  },
  {
    path: 'spec.podTemplate.spec.podPlacementPolicy.name',
    reason: 'placement policies are not read: pods are spread over nodes and zones',
    asks: (value) => value !== 'default' && value !== '',
  },
  {
    path: 'spec.podTemplate.spec.ephemeralContainers',
    reason: 'containers for debugging are added to a running pod: use kubectl debug',
  },
  {
    path: 'spec.podTemplate.spec.activeDeadlineSeconds',
    reason: 'the pods of a StatefulSet have no deadline',
  },
  {
    path: 'spec.podTemplate.spec.restartPolicy',
    reason: 'the pods of a StatefulSet are always restarted',
    asks: (value) => value !== 'Always' && value !== '',
  },
];

function hasUnknownPort({ alias, spec }: ServiceTemplate): boolean {
  return spec?.ports?.some(({ name }) => alias !== 'standby' && name !== TEMPLATE_PORTS[alias]) ?? false;
}

/** KubeDB's defaults have an entry for the metrics with nothing but the name of its Secret, which asks for nothing. */
function isMeantForMetrics(certificate: CertificateSpec): boolean {
  return (
    certificate.alias === 'metrics-exporter' &&
    Object.keys(certificate).some((field) => field !== 'alias' && field !== 'secretName')
  );
}

/** The fields of a spec that are given and not acted on, each with its full path and the reason. */
export function unsupportedFieldsOf(spec: ProxySQLSpec): { readonly path: string; readonly reason: string }[] {
  return UNSUPPORTED_FIELDS.flatMap(({ path, reason, asks = asksByDefault }) =>
    placesOf({ spec }, path)
      .filter(({ value }) => asks(value, spec))
      .map(({ steps }) => ({ path: formatPath(steps), reason })),
  );
}

function asksByDefault(value: unknown): boolean {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return value !== false && value !== '' && !isEmpty;
}
