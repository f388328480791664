import { setTimeout as delay } from 'node:timers/promises';

import { waitFor } from '../test/cluster/driver/wait';
import { type ApiClient } from '../test/cluster/harness/api-client';
import { isTrue, type KubeObject } from '../test/cluster/harness/kube-object';
import { proxysql } from '../test/cluster/operator-fixture';
import { type AuditedRequest } from '../test/cluster/tools/audit-log';
import { type CertificateAuthority } from '../test/cluster/tools/certificate-maker';
import { atMost, type Figure, median, milliseconds, report } from './support/bench';
import {
  fleetFigures,
  fleetSecrets,
  type FleetSite,
  operatorRequests,
  provision,
  type Provisioned,
  type Sightings,
  withFleetSite,
  WRITES,
} from './support/fleet';
import { playCertManager, secretFor, workload } from './support/operator-cluster';
import { isQuiet } from './support/operator-process';
import { sameWritesAlone } from './support/same-writes';

/** Measures the operator on a real API server: `npx tsx bench/operator.ts`, with FLEET ProxySQLs (1,000 unless given). */

const FLEET = Number(process.env['FLEET'] ?? 1000);
const SINGLES = 25;
/** ProxySQLs whose objects are written once more without an operator. */
const ALONE = Math.min(200, FLEET);
const IDLE_SECONDS = 30;
/** Secrets, Services, identity, NetworkPolicy, Certificates and StatefulSet of a ProxySQL with one replica. */
const OBJECTS = 3 + 2 + 2 + 2 + 1;

async function measure(site: FleetSite): Promise<Figure[]> {
  const { admin, operator, sightings, ca } = site;
  void playCertManager(admin, site.signal);
  const started = await operator.start();
  await waitFor('the operator to lead', isQuiet);
  const { latencies, trips } = await singles(admin, ca, sightings, 'one');
  const names = await fleetSecrets(admin, ca, FLEET);
  const writing = site.audit();
  const fleet = await provision(
    site,
    names.map((name) => proxysql(name)),
  );
  await operator.untilQuiet();
  await delay(2000);
  const requests = await operatorRequests(writing, admin);
  const late = await singles(admin, ca, sightings, 'late');
  await delay(3000);
  const idle = site.audit();
  await delay(IDLE_SECONDS * 1000);
  const idleRequests = (await operatorRequests(idle, admin)).filter(({ verb }) => verb !== 'watch');
  const rss = operator.residentMegabytes();
  await operator.stop();
  const afterRestart = site.audit();
  const from = performance.now();
  const known = await operator.start();
  const restart = (await operator.untilQuiet()) - from;
  await delay(1000);
  const restartWrites = (await operatorRequests(afterRestart, admin)).filter(({ verb }) => WRITES.has(verb));
  const rssAfter = operator.residentMegabytes();
  await operator.stop();
  const alone = await sameWritesAlone(admin, names.slice(0, ALONE), OBJECTS);
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
  return [
    atMost('empty cluster: ready after', started, 1000),
    ...latencyFigures('', latencies, trips),
    ...latencyFigures(`, beside ${FLEET}`, late.latencies, late.trips),
    ...fleetFigures({ size: FLEET, provisioned: fleet, alone, requests, objects: OBJECTS }),
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

void report('The operator on a real API server', () => withFleetSite(measure));
