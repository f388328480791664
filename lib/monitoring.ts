import { type Duration } from 'cdk8s';

/** Who scrapes the metrics. */
export enum MonitoringAgent {
  /** The Prometheus operator: a ServiceMonitor is created. */
  PROMETHEUS_OPERATOR = 'prometheus.io/operator',
  /** Prometheus with annotation discovery: the stats Service carries `prometheus.io/` annotations. */
  PROMETHEUS_BUILTIN = 'prometheus.io/builtin',
  /** Prometheus configured by hand: the stats Service and nothing else. */
  PROMETHEUS = 'prometheus.io',
}

/** Metrics: ProxySQL's own and those of its certificates, over TLS. */
export interface Monitoring {
  /** Who collects the metrics. */
  readonly agent: MonitoringAgent;
  /**
   * Labels of the ServiceMonitor, such as the one by which Prometheus selects it.
   *
   * @default - none of your own
   */
  readonly serviceMonitorLabels?: { [key: string]: string };
  /**
   * How often the ServiceMonitor asks for a scrape.
   *
   * @default - Prometheus' own interval
   */
  readonly interval?: Duration;
}
