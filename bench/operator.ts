import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { adminKubeconfig, down } from '../test/cluster/driver/cluster';
import { waitFor } from '../test/cluster/driver/wait';
import { ApiClient } from '../test/cluster/harness/api-client';
import { isTrue, type KubeObject } from '../test/cluster/harness/kube-object';
import { readKubeconfig } from '../test/cluster/harness/kubeconfig';
import { appBinding, installDefinitions, proxysql } from '../test/cluster/operator-fixture';
import { AuditReader, countRequests, type AuditedRequest } from '../test/cluster/tools/audit-log';
import { CertificateAuthority } from '../test/cluster/tools/certificate-maker';
import { type Figure, median, milliseconds, report } from './bench';
import { benchCluster, NAMESPACE, playCertManager, prepare, secretFor, workload } from './operator-cluster';
import { cpuSecondsOf, isQuiet, OperatorProcess } from './operator-process';
import { inParallel } from './in-parallel';
import { OBJECTS, sameWritesAlone } from './same-writes';

/** Measures the operator on a real API server: `npx tsx bench/operator.ts`, with FLEET ProxySQLs (1,000 unless given). */

const FLEET = Number(process.env['FLEET'] ?? 1000);
const SINGLES = 25;
/** ProxySQLs whose objects are written once more without an operator. */
const ALONE = Math.min(200, FLEET);
const IDLE_SECONDS = 30;
const STATEFUL_SETS = { apiVersion: 'apps/v1', kind: 'StatefulSet' };
const WRITES = new Set(['create', 'update', 'patch', 'delete']);

/** When each StatefulSet was first seen, by name. */
class Sightings {
  readonly at = new Map<string, number>();

  async run(admin: ApiClient, signal: AbortSignal): Promise<void> {
    for await (const { type, object } of admin.watch(STATEFUL_SETS, { signal })) {
      if (type === 'ADDED') {
        this.at.set(object.metadata.name ?? '', performance.now());
      }
    }
  }
}

async function measure(): Promise<Figure[]> {
  const cluster = await benchCluster();
  const kubeconfig = adminKubeconfig(cluster);
  const admin = new ApiClient(readKubeconfig(kubeconfig), { namespace: NAMESPACE, userAgent: 'bench' });
  const operator = await OperatorProcess.bundle(kubeconfig);
  const ending = new AbortController();
  try {
    await installDefinitions(admin);
    await prepare(admin);
    await admin.create(appBinding());
    const sightings = new Sightings();
    const ignoreEnd = (error: unknown): void => {
      if (!ending.signal.aborted) {
        console.error(error);
      }
    };
    void sightings.run(admin, ending.signal).catch(ignoreEnd);
    void playCertManager(admin, ending.signal);
    const ca = await CertificateAuthority.root();
    const auditFile = join(cluster.directory, 'logs', 'audit.log');
    const audited = async (reader: AuditReader): Promise<AuditedRequest[]> =>
      (await reader.requests((path) => admin.transport.text({ method: 'GET', path }))).filter(
        ({ userAgent }) => userAgent === 'cdk8s-proxysql-operator',
      );
    const started = await operator.start();
    await waitFor('the operator to lead', isQuiet);
    const { latencies, trips } = await singles(admin, ca, sightings, 'one');
    const secrets = await fleetSecrets(admin, ca);
    const writing = new AuditReader(auditFile);
    const fleet = await provision(admin, secrets, sightings, () => ({
      operator: operator.cpuSeconds(),
      'API server': cpuSecondsOf(cluster.parts['kube-apiserver']?.process?.pid ?? 0),
      etcd: cpuSecondsOf(cluster.parts['etcd']?.process?.pid ?? 0),
      bench: cpuSecondsOf(process.pid),
    }));
    await operator.untilQuiet();
    await delay(2000);
    const requests = (await audited(writing)).filter(({ resource }) => !resource.startsWith('leases'));
    const late = await singles(admin, ca, sightings, 'late');
    await delay(3000);
    const idle = new AuditReader(auditFile);
    await delay(IDLE_SECONDS * 1000);
    const idleRequests = (await audited(idle)).filter(
      ({ resource, verb }) => verb !== 'watch' && !resource.startsWith('leases'),
    );
    const rss = operator.residentMegabytes();
    await operator.stop();
    const afterRestart = new AuditReader(auditFile);
    const from = performance.now();
    const known = await operator.start();
    const restart = (await operator.untilQuiet()) - from;
    await delay(1000);
    const restartWrites = (await audited(afterRestart)).filter(
      ({ verb, resource }) => WRITES.has(verb) && !resource.startsWith('leases'),
    );
    const rssAfter = operator.residentMegabytes();
    await operator.stop();
    const alone = await sameWritesAlone(admin, secrets.slice(0, ALONE));
    return figures({
      started,
      latencies,
      trips,
      late,
      fleet,
      alone,
      requests,
      idleRequests,
      rss,
      rssAfter,
      restart,
      known,
      restartWrites,
    });
  } finally {
    ending.abort();
    await operator.stop().catch(() => undefined);
    admin.close();
    await down(`bench-${process.pid}`);
  }
}

/** One ProxySQL after the other: from the answer to the last TLS Secret until the StatefulSet is seen. */
async function singles(admin: ApiClient, ca: CertificateAuthority, sightings: Sightings, prefix: string) {
  const latencies: number[] = [];
  const trips: number[] = [];
  for (let index = 0; index < SINGLES; index++) {
    const name = `${prefix}-${index}`;
    await admin.create(await secretFor(ca, name, 'client'));
    const created = await admin.create(proxysql(name));
    await admin.until(created, (seen) => isTrue(seen, 'CertificatesReady') && !isTrue(seen, 'TLSSecretsProven'));
    const secret = await secretFor(ca, name, 'server');
    await delay(200);
    await admin.create(secret);
    const from = performance.now();
    const at = await waitFor(`StatefulSet ${name}`, () => sightings.at.get(name), { interval: 1 });
    latencies.push(at - from);
    trips.push(await roundTrip(admin, name));
  }
  return { latencies, trips };
}

/** A request of the same kind: the StatefulSet applied under another name, and seen in the watch as the operator's is. */
async function roundTrip(admin: ApiClient, name: string): Promise<number> {
  const { spec } = (await admin.get(workload(name))) as KubeObject & { spec: object };
  const from = performance.now();
  await admin.apply({ ...workload(`${name}-trip`), spec } as KubeObject);
  return performance.now() - from;
}

/** The TLS Secrets of the whole fleet, there before anything asks for them. Gives the names. */
async function fleetSecrets(admin: ApiClient, ca: CertificateAuthority): Promise<string[]> {
  const names = Array.from({ length: FLEET }, (_, index) => `fleet-${index}`);
  await inParallel(names, async (name) => {
    await admin.create(await secretFor(ca, name, 'server'));
    await admin.create(await secretFor(ca, name, 'client'));
  });
  return names;
}

interface Provisioned {
  readonly total: number;
  /** For the first tenth. */
  readonly tenth: number;
  readonly submitted: number;
  /** Seconds by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

async function provision(
  admin: ApiClient,
  names: readonly string[],
  sightings: Sightings,
  cpu: () => Readonly<Record<string, number>>,
): Promise<Provisioned> {
  const before = cpu();
  const from = performance.now();
  await inParallel(names, (name) => admin.create(proxysql(name)));
  const submitted = performance.now() - from;
  await waitFor('all StatefulSets', () => (names.every((name) => sightings.at.has(name)) ? true : undefined), {
    timeout: 180_000,
    interval: 50,
  });
  const times = names.map((name) => (sightings.at.get(name) ?? 0) - from).sort((a, b) => a - b);
  const tenth = times[Math.floor(names.length / 10) - 1] ?? 0;
  const used = Object.entries(cpu()).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)] as const);
  return { total: times.at(-1) ?? 0, tenth, submitted, cpu: Object.fromEntries(used) };
}

interface Measured {
  readonly started: number;
  readonly latencies: readonly number[];
  readonly trips: readonly number[];
  readonly late: { readonly latencies: readonly number[]; readonly trips: readonly number[] };
  readonly fleet: Provisioned;
  /** Milliseconds per ProxySQL. */
  readonly alone: number;
  readonly requests: readonly AuditedRequest[];
  readonly idleRequests: readonly AuditedRequest[];
  readonly rss: number;
  readonly rssAfter: number;
  readonly restart: number;
  /** Part of it: until everything was listed. */
  readonly known: number;
  readonly restartWrites: readonly AuditedRequest[];
}

function figures(measured: Measured): Figure[] {
  const { started, latencies, trips, late, fleet, alone, requests, idleRequests, rss, rssAfter, restart } = measured;
  const writes = requests.filter(({ verb }) => WRITES.has(verb));
  const events = writes.filter(({ resource }) => resource.startsWith('events'));
  const perProxySQL = (writes.length - events.length) / FLEET;
  const gets = requests.filter(({ verb }) => verb === 'get').length;
  process.stderr.write(`${JSON.stringify(countRequests(requests, ['verb', 'resource', 'code']), undefined, 1)}\n`);
  return [
    atMost('empty cluster: ready after', started, 1000),
    ...latencyFigures('', latencies, trips),
    ...latencyFigures(`, beside ${FLEET}`, late.latencies, late.trips),
    atMost(`${FLEET} ProxySQLs, all StatefulSets there`, fleet.total, 16_000 * (FLEET / 1000)),
    { name: "the operator's writes alone, sent without it", value: milliseconds(alone * FLEET), goal: '' },
    { name: 'ratio', value: (fleet.total / FLEET / alone).toFixed(2), goal: '' },
    { name: 'of that: creating the ProxySQLs', value: milliseconds(fleet.submitted), goal: '' },
    { name: 'of that: until the first tenth was done', value: milliseconds(fleet.tenth), goal: '' },
    ...Object.entries(fleet.cpu).map(([name, seconds]) => ({
      name: `CPU per ProxySQL: ${name}`,
      value: milliseconds((seconds * 1000) / FLEET),
      goal: '',
    })),
    {
      name: `writes per ProxySQL (${OBJECTS} objects), events left out`,
      value: perProxySQL.toFixed(2),
      goal: `<= ${OBJECTS + 2}`,
      met: perProxySQL <= OBJECTS + 2,
    },
    { name: 'events per ProxySQL', value: (events.length / FLEET).toFixed(2), goal: '' },
    { name: 'reads beside lists and watches', value: String(gets), goal: '0', met: gets === 0 },
    {
      name: `requests in ${IDLE_SECONDS} s of idleness, lease and watches left out`,
      value: String(idleRequests.length),
      goal: '0',
      met: idleRequests.length === 0,
    },
    { name: 'RSS', value: `${rss.toFixed(0)} MB`, goal: '<= 160 MB', met: rss <= 160 },
    { name: 'RSS after a restart', value: `${rssAfter.toFixed(0)} MB`, goal: '<= 160 MB', met: rssAfter <= 160 },
    atMost('restart: in sync after', restart, 5000),
    { name: 'of that: until everything is known', value: milliseconds(measured.known), goal: '' },
    {
      name: 'restart: writes',
      value: String(measured.restartWrites.length),
      goal: '0',
      met: measured.restartWrites.length === 0,
    },
  ];
}

function latencyFigures(where: string, latencies: readonly number[], trips: readonly number[]): Figure[] {
  const goal = 1.5 * median(trips) + 5;
  const name = `last TLS Secret to StatefulSet${where}`;
  const worst = Math.max(...latencies);
  return [
    {
      name: `${name}, median`,
      value: `${median(latencies).toFixed(1)} ms`,
      goal: `<= ${goal.toFixed(1)} ms (1.5 round trips + 5 ms)`,
      met: median(latencies) <= goal,
    },
    {
      name: `${name}, worst of ${latencies.length}`,
      value: `${worst.toFixed(1)} ms`,
      goal: '<= 50 ms',
      met: worst <= 50,
    },
  ];
}

function atMost(name: string, value: number, goal: number): Figure {
  return { name, value: milliseconds(value), goal: `<= ${milliseconds(goal)}`, met: value <= goal };
}

void report('The operator on a real API server', measure);
