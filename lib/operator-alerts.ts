/** An alert, as a page and a person need it. */
export interface Alert {
  /** Its name. */
  readonly alert: string;
  /** PromQL, given what selects the metrics of the operator. */
  readonly expr: (selector: (labels?: string) => string) => string;
  /** How long it must hold. */
  readonly for: string;
  /** `critical` where clients are turned away or soon will be, or where nobody would notice; else `warning`. */
  readonly severity: 'critical' | 'warning';
  /** What it means, in one sentence; `{{ $labels.name }}` and the like are Prometheus'. */
  readonly summary: string;
}

const WHICH = 'ProxySQL {{ $labels.namespace }}/{{ $labels.name }}';
/** Each replica of the operator tells of all ProxySQLs. */
const EACH = 'max by (namespace, name)';

/** What was said of a ProxySQL that is halted, or was never ready, is no matter of an alert. */
function whileRunning(from: (labels?: string) => string): string {
  return `and on (namespace, name) proxysql_phase${from('phase=~"Ready|Critical|NotReady"')} == 1`;
}

/** What is worth to be told of by the operator's metrics. What `kubectl get proxysql` says of it is the place to go on. */
export const OPERATOR_ALERTS: readonly Alert[] = [
  {
    alert: 'ProxySQLNotReady',
    expr: (from) => `${EACH} (proxysql_phase${from('phase="NotReady"')}) == 1`,
    for: '1m',
    severity: 'critical',
    summary: `${WHICH} accepts no connections.`,
  },
  {
    alert: 'ProxySQLCritical',
    expr: (from) => `${EACH} (proxysql_phase${from('phase="Critical"')}) == 1`,
    for: '5m',
    severity: 'warning',
    summary: `${WHICH} lacks replicas, or pods serve another certificate than they should.`,
  },
  {
    alert: 'ProxySQLNotProvisioned',
    expr: (from) => `${EACH} (proxysql_phase${from('phase=~"None|Provisioning"')}) == 1`,
    for: '15m',
    severity: 'warning',
    summary: `${WHICH} has not become ready for the first time: its status says what it waits for.`,
  },
  {
    alert: 'ProxySQLGateShut',
    expr: (from) =>
      `min by (namespace, name, gate) (proxysql_gate_open${from('gate!~"WorkloadReady|CertificatesServed"')}) == 0 ${whileRunning(from)}`,
    for: '30m',
    severity: 'warning',
    summary: `${WHICH} has a gate that is shut, so that its next change or renewal would not come through: {{ $labels.gate }}.`,
  },
  {
    alert: 'ProxySQLRenewalLate',
    expr: (from) => `${EACH} (proxysql_renewal_late${from()}) == 1 ${whileRunning(from)}`,
    for: '10m',
    severity: 'warning',
    summary: `A certificate of ${WHICH} should have been renewed by now.`,
  },
  {
    alert: 'ProxySQLCertificateEnds',
    expr: (from) =>
      `min by (namespace, name, alias) (proxysql_certificate_expiry_timestamp_seconds${from()}) - time() < 86400 and on (namespace, name) proxysql_renewal_late${from()} == 1`,
    for: '1m',
    severity: 'critical',
    summary: `The {{ $labels.alias }} certificate of ${WHICH} ends within a day, and there is no next one.`,
  },
  {
    alert: 'ProxySQLCertificateNotServed',
    expr: (from) =>
      `min by (namespace, name) (proxysql_gate_open${from('gate="CertificatesServed"')}) == 0 ${whileRunning(from)}`,
    for: '15m',
    severity: 'warning',
    summary: `Pods of ${WHICH} do not serve the certificate that is in its Secret, or do not let the operator look.`,
  },
  {
    alert: 'ProxySQLBackendUnhealthy',
    expr: (from) => `${EACH} (proxysql_backend_unhealthy${from()}) == 1 ${whileRunning(from)}`,
    for: '5m',
    severity: 'warning',
    summary: `Pods of ${WHICH} find servers of the database out of service, or cannot check them.`,
  },
  {
    alert: 'ProxySQLConfigurationNotInUse',
    expr: (from) => `${EACH} (proxysql_configuration_not_in_use${from()}) == 1 ${whileRunning(from)}`,
    for: '30m',
    severity: 'warning',
    summary: `Pods of ${WHICH} leave out parts of their configuration, or need a restart to use it.`,
  },
  {
    alert: 'ProxySQLOperatorNotLeading',
    expr: (from) => `(sum(proxysql_operator_leading${from()}) or vector(0)) != 1`,
    for: '5m',
    severity: 'critical',
    summary: 'Not exactly one replica of the operator acts: nothing is created, changed or reported.',
  },
  {
    alert: 'ProxySQLOperatorFailing',
    expr: (from) => `sum(rate(proxysql_operator_reconcile_seconds_count${from('outcome="error"')}[10m])) > 0`,
    for: '30m',
    severity: 'warning',
    summary: 'The operator goes on failing at something: its log says at what.',
  },
];

/**
 * Rules of the Prometheus operator for these alerts.
 *
 * @param job what Prometheus calls the operator's metrics: `<namespace>/<name>` of the PodMonitor
 */
export function alertRules(job: string): readonly object[] {
  const selector = (labels?: string): string => `{job="${job}"${labels === undefined ? '' : `, ${labels}`}}`;
  return OPERATOR_ALERTS.map(({ alert, expr, for: holds, severity, summary }) => ({
    alert,
    expr: expr(selector),
    for: holds,
    labels: { severity },
    annotations: { summary },
  }));
}
