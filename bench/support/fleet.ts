import { join } from 'node:path';
import { adminKubeconfig, down } from '../../test/cluster/driver/cluster';
import { waitFor } from '../../test/cluster/driver/wait';
import { type ClusterState } from '../../test/cluster/driver/state';
import { ApiClient } from '../../test/cluster/harness/api-client';
import { type KubeObject } from '../../test/cluster/harness/kube-object';
import { readKubeconfig } from '../../test/cluster/harness/kubeconfig';
import { appBinding, installDefinitions } from '../../test/cluster/operator-fixture';
import { AuditReader, type AuditedRequest, countRequests } from '../../test/cluster/tools/audit-log';
import { CertificateAuthority } from '../../test/cluster/tools/certificate-maker';
import { atMost, type Figure, milliseconds } from './bench';
import { inParallel } from './in-parallel';
import { benchCluster, NAMESPACE, prepare, secretFor } from './operator-cluster';
import { cpuSecondsOf, OperatorProcess } from './operator-process';

/** Many ProxySQLs at once, and what an operator took for them. */

/** How long all StatefulSets of a thousand may take, in milliseconds. */
const GOAL_PER_THOUSAND = 16_000;
/** Verbs that change something. */
export const WRITES = new Set(['create', 'update', 'patch', 'delete']);

/** When each StatefulSet was first seen, by name. */
export class Sightings {
  readonly at = new Map<string, number>();

  constructor(admin: ApiClient, signal: AbortSignal) {
    this.run(admin, signal).catch((error: unknown) => {
      if (!signal.aborted) {
        console.error(error);
      }
    });
  }

  private async run(admin: ApiClient, signal: AbortSignal): Promise<void> {
    for await (const { type, object } of admin.watch({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, { signal })) {
      if (type === 'ADDED') {
        this.at.set(object.metadata.name ?? '', performance.now());
      }
    }
  }
}

/** The TLS Secrets of a whole fleet, there before anything asks for them. Gives the names. */
export async function fleetSecrets(admin: ApiClient, ca: CertificateAuthority, size: number): Promise<string[]> {
  const names = Array.from({ length: size }, (_, index) => `fleet-${index}`);
  await inParallel(names, async (name) => {
    await admin.create(await secretFor(ca, name, 'server'));
    await admin.create(await secretFor(ca, name, 'client'));
  });
  return names;
}

/** What a fleet took. */
export interface Provisioned {
  /** Milliseconds until the last StatefulSet. */
  readonly total: number;
  /** For the first tenth. */
  readonly tenth: number;
  /** Until all ProxySQLs were created. */
  readonly submitted: number;
  /** Seconds of processor time, by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Where a fleet is provisioned. */
export interface FleetSite {
  readonly admin: ApiClient;
  readonly cluster: ClusterState;
  /** Not started yet. */
  readonly operator: OperatorProcess;
  readonly sightings: Sightings;
  readonly ca: CertificateAuthority;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  /** A reader of what is asked of the API server from now on. */
  readonly audit: () => AuditReader;
}

/** Brings up a cluster with a database, an issuer, and the operator as it ships; takes it down in the end. */
export async function withFleetSite<T>(measure: (site: FleetSite) => Promise<T>): Promise<T> {
  const cluster = await benchCluster();
  const kubeconfig = adminKubeconfig(cluster);
  const admin = new ApiClient(readKubeconfig(kubeconfig), { namespace: NAMESPACE, userAgent: 'bench' });
  const operator = await OperatorProcess.bundle(kubeconfig);
  const ending = new AbortController();
  try {
    await installDefinitions(admin);
    await prepare(admin);
    await admin.create(appBinding());
    return await measure({
      admin,
      cluster,
      operator,
      sightings: new Sightings(admin, ending.signal),
      ca: await CertificateAuthority.root(),
      signal: ending.signal,
      audit: () => new AuditReader(join(cluster.directory, 'logs', 'audit.log')),
    });
  } finally {
    ending.abort();
    await operator.stop().catch(() => undefined);
    admin.close();
    await down(cluster.name);
  }
}

/** Creates ProxySQLs, and waits for their StatefulSets. */
export async function provision(site: FleetSite, proxysqls: readonly KubeObject[]): Promise<Provisioned> {
  const { admin, cluster, operator, sightings } = site;
  const cpu = (): Readonly<Record<string, number>> => ({
    operator: operator.cpuSeconds(),
    'API server': cpuSecondsOf(cluster.parts['kube-apiserver']?.process?.pid ?? 0),
    etcd: cpuSecondsOf(cluster.parts['etcd']?.process?.pid ?? 0),
    bench: cpuSecondsOf(process.pid),
  });
  const before = cpu();
  const from = performance.now();
  await inParallel(proxysqls, (proxysql) => admin.create(proxysql));
  const submitted = performance.now() - from;
  const times = await waitFor(
    'all StatefulSets',
    () => {
      const seen = proxysqls.map(({ metadata }) => sightings.at.get(metadata.name ?? ''));
      return seen.every((at) => at !== undefined) ? seen.map((at) => at - from) : undefined;
    },
    { timeout: 180_000, interval: 50 },
  );
  times.sort((a, b) => a - b);
  const used = Object.entries(cpu()).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)] as const);
  return {
    total: times.at(-1) ?? 0,
    tenth: times[Math.floor(times.length / 10) - 1] ?? 0,
    submitted,
    cpu: Object.fromEntries(used),
  };
}

/** What the operator asked of the API server since the reader was made, the lease left out. */
export async function operatorRequests(reader: AuditReader, admin: ApiClient): Promise<AuditedRequest[]> {
  const requests = await reader.requests((path) => admin.transport.text({ method: 'GET', path }));
  return requests.filter(
    ({ userAgent, resource }) => userAgent === 'cdk8s-proxysql-operator' && !resource.startsWith('leases'),
  );
}

/** What was measured about a fleet. */
export interface FleetMeasurement {
  readonly size: number;
  readonly provisioned: Provisioned;
  /** Milliseconds per ProxySQL that the API server takes for the operator's writes alone. */
  readonly alone: number;
  /** The operator's. */
  readonly requests: readonly AuditedRequest[];
  /** That each ProxySQL has. */
  readonly objects: number;
}

/** The figures of a fleet. */
export function fleetFigures({ size, provisioned, alone, requests, objects }: FleetMeasurement): Figure[] {
  const writes = requests.filter(({ verb }) => WRITES.has(verb));
  const events = writes.filter(({ resource }) => resource.startsWith('events'));
  const perProxySQL = (writes.length - events.length) / size;
  const gets = requests.filter(({ verb }) => verb === 'get').length;
  process.stderr.write(`${JSON.stringify(countRequests(requests, ['verb', 'resource', 'code']), undefined, 1)}\n`);
  return [
    atMost(`${size} ProxySQLs, all StatefulSets there`, provisioned.total, GOAL_PER_THOUSAND * (size / 1000)),
    { name: "the operator's writes alone, sent without it", value: milliseconds(alone * size), goal: '' },
    { name: 'ratio', value: (provisioned.total / size / alone).toFixed(2), goal: '' },
    { name: 'of that: creating the ProxySQLs', value: milliseconds(provisioned.submitted), goal: '' },
    { name: 'of that: until the first tenth was done', value: milliseconds(provisioned.tenth), goal: '' },
    ...Object.entries(provisioned.cpu).map(([name, seconds]) => ({
      name: `CPU per ProxySQL: ${name}`,
      value: milliseconds((seconds * 1000) / size),
      goal: '',
    })),
    {
      name: `writes per ProxySQL (${objects} objects), events left out`,
      value: perProxySQL.toFixed(2),
      goal: `<= ${objects + 2}`,
      met: perProxySQL <= objects + 2,
    },
    { name: 'events per ProxySQL', value: (events.length / size).toFixed(2), goal: '' },
    { name: 'reads beside lists and watches', value: String(gets), goal: '0', met: gets === 0 },
  ];
}
