import { Gauge, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';
import { GATE_IDS, type GateId } from '../lib/graph/gate-id';
import { conditionTypeOf } from '../lib/graph/health';
import { BACKEND_CONDITION, CONFIGURATION_CONDITION, POD_CONDITIONS } from '../lib/graph/pod-conditions';
import { RENEWAL_CONDITION } from '../lib/graph/renewal';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { objectKey, type ReadableStore } from './runtime/store';

/** What is told about one ProxySQL. All that stays in memory: the series of a metric are made of it at each scrape. */
interface Told {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  /** Whether each gate is open, where that is known. */
  readonly gates: Readonly<Partial<Record<GateId, boolean>>>;
  readonly certificates: readonly { readonly alias: string; readonly notAfter: number }[];
  /** Of conditions that are there once one was False: whether it is. */
  readonly troubles: Readonly<Partial<Record<string, boolean>>>;
  readonly servedPods?: number;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface FleetMetric {
  readonly help: string;
  /** Beside namespace and name. */
  readonly labels: readonly string[];
  readonly series: (told: Told) => readonly Series[];
}

/** Metrics with series for each ProxySQL. */
export const FLEET_METRICS: Readonly<Record<string, FleetMetric>> = {
  proxysql_gate_open: {
    help: '1 for each gate of a ProxySQL that is open, 0 for each that is shut',
    labels: ['gate'],
    series: ({ gates }) => Object.entries(gates).map(([gate, open]) => ({ labels: { gate }, value: open ? 1 : 0 })),
  },
  proxysql_phase: {
    help: '1 for the phase that a ProxySQL is in',
    labels: ['phase'],
    series: ({ phase }) => [{ labels: { phase }, value: 1 }],
  },
  proxysql_certificate_expiry_timestamp_seconds: {
    help: 'end of a proven certificate, by alias',
    labels: ['alias'],
    series: ({ certificates }) =>
      certificates.map(({ alias, notAfter }) => ({ labels: { alias }, value: notAfter / 1000 })),
  },
  proxysql_renewal_late: {
    help: '1 where the next certificate is late, 0 where one was',
    labels: [],
    series: troubleOf(RENEWAL_CONDITION),
  },
  proxysql_backend_unhealthy: {
    help: '1 where pods report that servers of the database are out of service or cannot be checked, 0 where they did before',
    labels: [],
    series: troubleOf(BACKEND_CONDITION),
  },
  proxysql_configuration_not_in_use: {
    help: '1 where pods leave out parts of their configuration, or need a restart to use it, 0 where they did before',
    labels: [],
    series: troubleOf(CONFIGURATION_CONDITION),
  },
  proxysql_certificate_served_pods: {
    help: 'pods that were seen to serve the proven server certificate',
    labels: [],
    series: ({ servedPods }) => (servedPods === undefined ? [] : [{ labels: {}, value: servedPods }]),
  },
};

function troubleOf(type: string): FleetMetric['series'] {
  return ({ troubles }) => {
    const trouble = troubles[type];
    return trouble === undefined ? [] : [{ labels: {}, value: trouble ? 1 : 0 }];
  };
}

/** Tells of each ProxySQL of a store, from now on. */
export function followFleet(proxysqls: ReadableStore<ProxySQLResource>, registry: Registry): void {
  const fleet = new Map<string, Told>();
  proxysqls.subscribe(({ type, object }) => {
    if (type === 'deleted') {
      fleet.delete(objectKey(object));
    } else {
      fleet.set(objectKey(object), toldOf(object));
    }
  });
  for (const [name, metric] of Object.entries(FLEET_METRICS)) {
    new FleetGauge(name, metric, fleet, registry);
  }
}

/** A gauge whose series are made when they are asked for: kept by prom-client, those of a thousand ProxySQLs take 4 MB. */
class FleetGauge extends Gauge {
  constructor(
    name: string,
    private readonly metric: FleetMetric,
    private readonly fleet: ReadonlyMap<string, Told>,
    registry: Registry,
  ) {
    super({ name, help: metric.help, labelNames: ['namespace', 'name', ...metric.labels], registers: [registry] });
  }

  override async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    return { ...(await super.get()), values: [...this.fleet.values()].flatMap((told) => this.valuesOf(told)) };
  }

  private valuesOf(told: Told): MetricValue<string>[] {
    const { namespace, name } = told;
    return this.metric
      .series(told)
      .map(({ labels, value }): MetricValue<string> => ({ labels: { namespace, name, ...labels }, value }));
  }
}

const TROUBLES: ReadonlySet<string> = new Set([RENEWAL_CONDITION, ...POD_CONDITIONS]);

function toldOf({ metadata, status }: ProxySQLResource): Told {
  const servedPods = status?.certificates?.find(({ alias }) => alias === 'server')?.servedByPods;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    phase: status?.phase ?? 'None',
    gates: Object.fromEntries(
      GATE_IDS.flatMap((gate) => {
        const condition = status?.conditions?.find(({ type }) => type === conditionTypeOf(gate));
        return condition === undefined ? [] : [[gate, condition.status === 'True']];
      }),
    ),
    certificates: (status?.certificates ?? []).flatMap(({ alias, notAfter }) =>
      notAfter === undefined ? [] : [{ alias, notAfter: Date.parse(notAfter) }],
    ),
    troubles: Object.fromEntries(
      (status?.conditions ?? [])
        .filter(({ type }) => TROUBLES.has(type))
        .map((condition) => [condition.type, condition.status === 'False']),
    ),
    ...(servedPods !== undefined && { servedPods }),
  };
}
