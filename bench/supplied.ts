/** Measures the operator where users supply the TLS Secrets: `npx tsx bench/supplied.ts`, with FLEET ProxySQLs (1,000 unless given). */
import { setTimeout as delay } from 'node:timers/promises';

import { waitFor } from '../test/cluster/driver/wait';
import { type KubeObject } from '../test/cluster/harness/kube-object';
import { proxysql } from '../test/cluster/operator-fixture';
import { type Figure, report } from './support/bench';
import {
  fleetFigures,
  fleetSecrets,
  type FleetSite,
  operatorRequests,
  provision,
  withFleetSite,
} from './support/fleet';
import { isQuiet } from './support/operator-process';
import { sameWritesAlone } from './support/same-writes';

const FLEET = Number(process.env['FLEET'] ?? 1000);
/** ProxySQLs whose objects are written once more without an operator. */
const ALONE = Math.min(200, FLEET);
/** Secrets, Services, identity, NetworkPolicy and StatefulSet of a ProxySQL with one replica. */
const OBJECTS = 3 + 2 + 2 + 1;

async function measure(site: FleetSite): Promise<Figure[]> {
  const { admin, operator } = site;
  const names = await fleetSecrets(admin, site.ca, FLEET);
  await operator.start();
  await waitFor('the operator to lead', isQuiet);
  const reader = site.audit();
  const provisioned = await provision(site, names.map(withSupplied));
  await operator.untilQuiet();
  await delay(2000);
  const requests = await operatorRequests(reader, admin);
  await operator.stop();
  const alone = await sameWritesAlone(admin, names.slice(0, ALONE), OBJECTS);
  return fleetFigures({ size: FLEET, provisioned, alone, requests, objects: OBJECTS });
}

/** A ProxySQL that names Secrets and no issuer. */
function withSupplied(name: string): KubeObject {
  const certificates = ['server', 'client'].map((alias) => ({ alias, secretName: `${name}-${alias}-cert` }));
  return proxysql(name, { tls: { certificates } });
}

void report('The operator with TLS Secrets that users supply', () => withFleetSite(measure));
