import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** A duration as the definition of the ServiceMonitor has it; Go's are nearly the same. */
const PROMETHEUS_DURATION = /^(0|(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?)$/;

/** What is wrong with what the ServiceMonitor is made of. */
export function monitoringProblems({ spec }: ProxySQLResource): Problem[] {
  const interval: unknown = spec.monitor?.prometheus?.serviceMonitor?.interval;
  return spec.monitor?.agent !== 'prometheus.io/operator' ||
    typeof interval !== 'string' ||
    PROMETHEUS_DURATION.test(interval)
    ? []
    : [
        {
          path: 'spec.monitor.prometheus.serviceMonitor.interval',
          value: JSON.stringify(interval),
          message: 'Prometheus knows no such duration, and the ServiceMonitor would be refused',
          remedy: 'Write whole numbers with units, the largest first, as in 30s or 1m30s',
        },
      ];
}
