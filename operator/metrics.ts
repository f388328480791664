import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { GATE_IDS } from '../lib/graph/gate-id';
import { conditionTypeOf } from '../lib/graph/health';
import { type ProxySQLResource, type ProxySQLStatus } from '../lib/proxysql-resource';
import { type RequestOutcome } from './kubernetes/requester';
import { type Pass } from './runtime/controller';
import { type ReadableStore } from './runtime/store';

/** What metrics are read from at each scrape. */
export interface MetricsSources {
  readonly proxysqls: () => ReadableStore<ProxySQLResource> | undefined;
  readonly queue: () => { readonly depth: number; readonly inFlight: number; readonly scheduled: number };
  readonly leading: () => boolean;
  readonly cached: () => ReadonlyMap<string, number>;
}

type ProxySQLLabels = Readonly<Record<'namespace' | 'name', string>>;

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

/** The operator's metrics. What is about ProxySQLs is read from the cache at each scrape, so that nothing is kept twice. */
export class Metrics {
  readonly registry = new Registry();
  private readonly reconcileSeconds: Histogram;
  private readonly requests: Counter;
  private readonly requestSeconds: Histogram;
  /** What the gauges of one scrape share: reading all ProxySQLs costs more than telling of them. */
  private scrape:
    readonly { readonly status: ProxySQLStatus | undefined; readonly labels: ProxySQLLabels }[] | undefined;

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
    this.addProxySQLs();
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

  private addProxySQLs(): void {
    this.gauge('proxysql_gate_open', ['namespace', 'name', 'gate'], (gauge) =>
      this.each((status, labels) => {
        for (const gate of GATE_IDS) {
          const condition = status?.conditions?.find(({ type }) => type === conditionTypeOf(gate));
          if (condition !== undefined) {
            gauge.set({ ...labels, gate }, condition.status === 'True' ? 1 : 0);
          }
        }
      }),
    );
    this.gauge('proxysql_phase', ['namespace', 'name', 'phase'], (gauge) =>
      this.each((status, labels) => gauge.set({ ...labels, phase: status?.phase ?? 'None' }, 1)),
    );
    this.gauge('proxysql_certificate_expiry_timestamp_seconds', ['namespace', 'name', 'alias'], (gauge) =>
      this.each((status, labels) =>
        status?.certificates?.forEach(({ alias, notAfter }) => {
          if (notAfter !== undefined) {
            gauge.set({ ...labels, alias }, Date.parse(notAfter) / 1000);
          }
        }),
      ),
    );
    this.gauge('proxysql_certificate_served_pods', ['namespace', 'name'], (gauge) =>
      this.each((status, labels) => {
        const served = status?.certificates?.find(({ alias }) => alias === 'server')?.servedByPods;
        if (served !== undefined) {
          gauge.set(labels, served);
        }
      }),
    );
  }

  private each(visit: (status: ProxySQLStatus | undefined, labels: ProxySQLLabels) => void): void {
    this.scrape ??= [...(this.sources.proxysqls()?.list() ?? [])].map(({ metadata, status }) => ({
      labels: { namespace: metadata.namespace ?? '', name: metadata.name },
      status,
    }));
    // All gauges are read in one turn.
    queueMicrotask(() => (this.scrape = undefined));
    this.scrape.forEach(({ status, labels }) => visit(status, labels));
  }

  private gauge(name: string, labelNames: readonly string[], collect: (gauge: Gauge) => void): void {
    new Gauge({
      ...named(name),
      labelNames: [...labelNames],
      registers: [this.registry],
      collect() {
        this.reset();
        collect(this);
      },
    });
  }
}

function named(name: string): { name: string; help: string } {
  return { name, help: METRICS[name] ?? name };
}
