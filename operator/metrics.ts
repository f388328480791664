import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { GATE_IDS } from '../lib/graph/gate-id';
import { conditionTypeOf } from '../lib/graph/health';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type RequestOutcome } from './kubernetes/requester';
import { type Pass } from './runtime/controller';
import { type ReadableStore } from './runtime/store';

/** What metrics are read from at each scrape. */
export interface MetricsSources {
  readonly queue: () => { readonly depth: number; readonly inFlight: number; readonly scheduled: number };
  readonly leading: () => boolean;
  readonly cached: () => ReadonlyMap<string, number>;
}

const LABELS = {
  proxysql_gate_open: ['namespace', 'name', 'gate'],
  proxysql_phase: ['namespace', 'name', 'phase'],
  proxysql_certificate_expiry_timestamp_seconds: ['namespace', 'name', 'alias'],
  proxysql_certificate_served_pods: ['namespace', 'name'],
} as const;

type ProxySQLMetric = keyof typeof LABELS;

const PROXYSQL_METRICS = Object.keys(LABELS) as ProxySQLMetric[];

interface Sample {
  readonly metric: ProxySQLMetric;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is told about one ProxySQL. */
function samplesOf(proxysql: ProxySQLResource | undefined): Sample[] {
  if (proxysql === undefined) {
    return [];
  }
  const { metadata, status } = proxysql;
  const own = { namespace: metadata.namespace ?? '', name: metadata.name };
  const sample = (metric: ProxySQLMetric, value: number, more: Readonly<Record<string, string>> = {}): Sample => ({
    metric,
    labels: { ...own, ...more },
    value,
  });
  const served = status?.certificates?.find(({ alias }) => alias === 'server')?.servedByPods;
  return [
    sample('proxysql_phase', 1, { phase: status?.phase ?? 'None' }),
    ...GATE_IDS.flatMap((gate) => {
      const condition = status?.conditions?.find(({ type }) => type === conditionTypeOf(gate));
      return condition === undefined
        ? []
        : [sample('proxysql_gate_open', condition.status === 'True' ? 1 : 0, { gate })];
    }),
    ...(status?.certificates ?? []).flatMap(({ alias, notAfter }) =>
      notAfter === undefined
        ? []
        : [sample('proxysql_certificate_expiry_timestamp_seconds', Date.parse(notAfter) / 1000, { alias })],
    ),
    ...(served === undefined ? [] : [sample('proxysql_certificate_served_pods', served)]),
  ];
}

/** Each metric and what it tells, for the documentation. */
export const METRICS: Readonly<Record<string, string>> = {
  proxysql_operator_leading: '1 while this process is the one that acts',
  proxysql_operator_queue: 'ProxySQLs by state: waiting, in_flight, scheduled',
  proxysql_operator_reconcile_seconds: 'how long passes took, by outcome: success, conflict, error',
  proxysql_operator_api_requests_total: 'requests to the API server by verb, resource and status; 0 is no answer',
  proxysql_operator_api_request_seconds: 'how long requests to the API server took, by verb; watches are left out',
  proxysql_operator_cached_objects: 'objects that are kept in memory, by kind',
  proxysql_gate_open: '1 for each gate of a ProxySQL that is open, 0 for each that is shut',
  proxysql_phase: '1 for the phase that a ProxySQL is in',
  proxysql_certificate_expiry_timestamp_seconds: 'end of a proven certificate, by alias',
  proxysql_certificate_served_pods: 'pods that were seen to serve the proven server certificate',
};

/** The operator's metrics. */
export class Metrics {
  readonly registry = new Registry();
  private readonly reconcileSeconds: Histogram;
  private readonly requests: Counter;
  private readonly requestSeconds: Histogram;

  constructor(private readonly sources: MetricsSources) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.reconcileSeconds = new Histogram({
      ...named('proxysql_operator_reconcile_seconds'),
      labelNames: ['outcome'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.requests = new Counter({
      ...named('proxysql_operator_api_requests_total'),
      labelNames: ['verb', 'resource', 'status'],
      registers,
    });
    this.requestSeconds = new Histogram({
      ...named('proxysql_operator_api_request_seconds'),
      labelNames: ['verb'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    });
    this.addOwnState();
  }

  readonly onPass = ({ outcome, durationMs }: Pass): void => {
    this.reconcileSeconds.observe({ outcome }, durationMs / 1000);
  };

  readonly onRequest = ({ verb, resource, status, durationMs }: RequestOutcome): void => {
    this.requests.inc({ verb, resource, status });
    if (verb !== 'watch') {
      this.requestSeconds.observe({ verb }, durationMs / 1000);
    }
  };

  private addOwnState(): void {
    const { leading, queue, cached } = this.sources;
    this.gauge('proxysql_operator_leading', [], (gauge) => gauge.set(leading() ? 1 : 0));
    this.gauge('proxysql_operator_queue', ['state'], (gauge) => {
      const { depth, inFlight, scheduled } = queue();
      gauge.set({ state: 'waiting' }, depth);
      gauge.set({ state: 'in_flight' }, inFlight);
      gauge.set({ state: 'scheduled' }, scheduled);
    });
    this.gauge('proxysql_operator_cached_objects', ['kind'], (gauge) =>
      cached().forEach((count, kind) => gauge.set({ kind }, count)),
    );
  }

  /** Tells of each ProxySQL of a store, from now on: at each change, so that a scrape has nothing left to do but to write it down. */
  follow(proxysqls: ReadableStore<ProxySQLResource>): void {
    const gauges = new Map(PROXYSQL_METRICS.map((name) => [name, this.gauge(name, LABELS[name])]));
    proxysqls.subscribe((change) => {
      const before =
        change.type === 'updated' ? change.previous : change.type === 'deleted' ? change.object : undefined;
      const after = change.type === 'deleted' ? undefined : change.object;
      samplesOf(before).forEach(({ metric, labels }) => gauges.get(metric)?.remove(labels));
      samplesOf(after).forEach(({ metric, labels, value }) => gauges.get(metric)?.set(labels, value));
    });
  }

  /** @param collect sets the values at each scrape; without it somebody else sets them when they change */
  private gauge(name: string, labelNames: readonly string[], collect?: (gauge: Gauge) => void): Gauge {
    return new Gauge({
      ...named(name),
      labelNames: [...labelNames],
      registers: [this.registry],
      ...(collect !== undefined && {
        collect(this: Gauge) {
          this.reset();
          collect(this);
        },
      }),
    });
  }
}

function named(name: string): { name: string; help: string } {
  return { name, help: METRICS[name] ?? name };
}
