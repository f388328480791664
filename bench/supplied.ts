/** Measures the operator where users supply the TLS Secrets: `npx tsx bench/supplied.ts`, with FLEET ProxySQLs (1,000 unless given). */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { adminKubeconfig, down } from '../test/cluster/driver/cluster';
import { waitFor } from '../test/cluster/driver/wait';
import { ApiClient } from '../test/cluster/harness/api-client';
import { type KubeObject } from '../test/cluster/harness/kube-object';
import { readKubeconfig } from '../test/cluster/harness/kubeconfig';
import { appBinding, installDefinitions, proxysql } from '../test/cluster/operator-fixture';
import { AuditReader } from '../test/cluster/tools/audit-log';
import { CertificateAuthority } from '../test/cluster/tools/certificate-maker';
import { type Figure, report } from './support/bench';
import { fleetFigures, fleetSecrets, operatorRequests, provision, Sightings } from './support/fleet';
import { benchCluster, NAMESPACE, prepare } from './support/operator-cluster';
import { isQuiet, OperatorProcess } from './support/operator-process';
import { sameWritesAlone } from './support/same-writes';

const FLEET = Number(process.env['FLEET'] ?? 1000);
/** ProxySQLs whose objects are written once more without an operator. */
const ALONE = Math.min(200, FLEET);
/** Secrets, Services, identity, NetworkPolicy and StatefulSet of a ProxySQL with one replica. */
const OBJECTS = 3 + 2 + 2 + 1;

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
    const sightings = new Sightings(admin, ending.signal);
    const names = await fleetSecrets(admin, await CertificateAuthority.root(), FLEET);
    await operator.start();
    await waitFor('the operator to lead', isQuiet);
    const reader = new AuditReader(join(cluster.directory, 'logs', 'audit.log'));
    const provisioned = await provision({ admin, cluster, operator, sightings }, names.map(withSupplied));
    await operator.untilQuiet();
    await delay(2000);
    const requests = (await operatorRequests(reader, admin)).filter(({ resource }) => !resource.startsWith('leases'));
    await operator.stop();
    const alone = await sameWritesAlone(admin, names.slice(0, ALONE), OBJECTS);
    return fleetFigures({ size: FLEET, provisioned, alone, requests, objects: OBJECTS });
  } finally {
    ending.abort();
    await operator.stop().catch(() => undefined);
    admin.close();
    await down(`bench-${process.pid}`);
  }
}

/** A ProxySQL that names Secrets and no issuer. */
function withSupplied(name: string): KubeObject {
  const certificates = ['server', 'client'].map((alias) => ({ alias, secretName: `${name}-${alias}-cert` }));
  return proxysql(name, { tls: { certificates } });
}

void report('The operator with TLS Secrets that users supply', measure);
