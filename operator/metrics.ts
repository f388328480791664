import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { FLEET_METRICS, followFleet } from './fleet-metrics';
import { type RequestOutcome } from './kubernetes/requester';
import { type Pass } from './runtime/controller';
import { type ReadableStore } from './runtime/store';

/** What metrics are read from at each scrape. */
export interface MetricsSources {
  readonly queue: () => { readonly depth: number; readonly inFlight: number; readonly scheduled: number };
  readonly rollouts: () => { readonly rolling: number; readonly waiting: number };
  readonly leading: () => boolean;
  readonly cached: () => ReadonlyMap<string, number>;
}

/** Each metric and what it tells, for the documentation. */
export const METRICS: Readonly<Record<string, string>> = {
  proxysql_operator_leading: '1 while this process is the one that acts',
  proxysql_operator_queue: 'ProxySQLs by state: waiting, in_flight, scheduled',
  proxysql_operator_rollouts:
    'ProxySQLs whose pods are being replaced (rolling), or are to be by those of this version of the operator (waiting)',
  proxysql_operator_reconcile_seconds: 'how long passes took, by outcome: success, conflict, error',
  proxysql_operator_api_requests_total: 'requests to the API server by verb, resource and status; 0 is no answer',
  proxysql_operator_api_request_seconds: 'how long requests to the API server took, by verb; watches are left out',
  proxysql_operator_cached_objects: 'objects that are kept in memory, by kind',
  ...Object.fromEntries(Object.entries(FLEET_METRICS).map(([name, { help }]) => [name, help])),
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
    const { leading, queue, rollouts, cached } = this.sources;
    this.gauge('proxysql_operator_leading', [], (gauge) => gauge.set(leading() ? 1 : 0));
    this.gauge('proxysql_operator_queue', ['state'], (gauge) => {
      const { depth, inFlight, scheduled } = queue();
      gauge.set({ state: 'waiting' }, depth);
      gauge.set({ state: 'in_flight' }, inFlight);
      gauge.set({ state: 'scheduled' }, scheduled);
    });
    this.gauge('proxysql_operator_rollouts', ['state'], (gauge) => {
      const { rolling, waiting } = rollouts();
      gauge.set({ state: 'rolling' }, rolling);
      gauge.set({ state: 'waiting' }, waiting);
    });
    this.gauge('proxysql_operator_cached_objects', ['kind'], (gauge) =>
      cached().forEach((count, kind) => gauge.set({ kind }, count)),
    );
  }

  /** Tells of each ProxySQL of a store, from now on. */
  follow(proxysqls: ReadableStore<ProxySQLResource>): void {
    followFleet(proxysqls, this.registry);
  }

  /** @param collect sets the values at each scrape */
  private gauge(name: string, labelNames: readonly string[], collect: (gauge: Gauge) => void): void {
    new Gauge({
      ...named(name),
      labelNames: [...labelNames],
      registers: [this.registry],
      collect(this: Gauge) {
        this.reset();
        collect(this);
      },
    });
  }
}

function named(name: string): { name: string; help: string } {
  return { name, help: METRICS[name] ?? name };
}
