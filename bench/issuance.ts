/** Measures what the operator takes on top of cert-manager: `npx tsx bench/issuance.ts`, with FLEET ProxySQLs (200 unless given). */
import { join } from 'node:path';

import { adminKubeconfig, down, up } from '../test/cluster/driver/cluster';
import { stopPart } from '../test/cluster/driver/parts';
import { ownIdentity } from '../test/cluster/driver/processes';
import { StateKeeper } from '../test/cluster/driver/state';
import { waitFor } from '../test/cluster/driver/wait';
import { ApiClient } from '../test/cluster/harness/api-client';
import { isTrue, type KubeObject, ref } from '../test/cluster/harness/kube-object';
import { readKubeconfig } from '../test/cluster/harness/kubeconfig';
import { appBinding, caIssuer, createAll, installDefinitions, proxysql } from '../test/cluster/operator-fixture';
import { AuditReader, countRequests } from '../test/cluster/tools/audit-log';
import { type Figure, milliseconds, report } from './support/bench';
import { operatorRequests, WRITES } from './support/fleet';
import { inParallel } from './support/in-parallel';
import { isQuiet, OperatorProcess } from './support/operator-process';

const FLEET = Number(process.env['FLEET'] ?? 200);
/** Turns that the fleet takes with the bare Certificates. */
const ROUNDS = 4;
const CLUSTER = `bench-${process.pid}`;
const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };
const STATEFUL_SET = { apiVersion: 'apps/v1', kind: 'StatefulSet' };

/** A namespace with a CA issuer that is ready, and a database. */
async function prepare(kubeconfig: string, namespace: string): Promise<ApiClient> {
  const admin = new ApiClient(readKubeconfig(kubeconfig), { namespace, userAgent: 'bench' });
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await createAll(admin, [...(await caIssuer()), appBinding()]);
  await admin.until(ref(CERTIFICATE.apiVersion, 'Issuer', 'ca'), (seen) => isTrue(seen));
  return admin;
}

/** Creates objects, and gives the milliseconds until as many of a kind are as they should be. */
async function timed(
  admin: ApiClient,
  objects: readonly KubeObject[],
  kind: { readonly apiVersion: string; readonly kind: string },
  count: number,
  isDone: (object: KubeObject) => boolean,
): Promise<number> {
  const ending = new AbortController();
  const done = new Set<string>();
  const watching = (async () => {
    for await (const { object } of admin.watch(kind, { signal: ending.signal })) {
      if (isDone(object)) {
        done.add(object.metadata.name ?? '');
      }
    }
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) {
      throw error;
    }
  });
  const from = performance.now();
  await inParallel(objects, (object) => admin.create(object));
  await waitFor(`${count} of ${kind.kind}`, () => (done.size >= count ? true : undefined), {
    timeout: 600_000,
    interval: 20,
  });
  const took = performance.now() - from;
  ending.abort();
  await watching;
  return took;
}

/** What of a Certificate somebody would write who has no operator. */
function copyOf({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name: metadata.name }, spec };
}

/** What one round measured: the same certificates, through the operator and alone. */
interface Round {
  readonly through: number;
  readonly alone: number;
  readonly cpuSeconds: number;
  readonly writes: Readonly<Record<string, number>>;
}

/** A part of the fleet, then its certificates without the operator: so near to each other that the machine is the same for both. */
async function measureRound(
  kubeconfig: string,
  operator: OperatorProcess,
  auditFile: string,
  round: number,
): Promise<Round> {
  const count = FLEET / ROUNDS;
  const fleet = await prepare(kubeconfig, `fleet-${round}`);
  const bare = await prepare(kubeconfig, `bare-${round}`);
  try {
    const audit = new AuditReader(auditFile);
    const before = operator.cpuSeconds();
    const proxysqls = Array.from({ length: count }, (_, index) => proxysql(`proxy-${index}`));
    const through = await timed(fleet, proxysqls, STATEFUL_SET, count, () => true);
    const cpuSeconds = operator.cpuSeconds() - before;
    await operator.untilQuiet();
    const requests = await operatorRequests(audit, fleet);
    const certificates = (await fleet.list(CERTIFICATE)).map(copyOf);
    const alone = await timed(bare, certificates, CERTIFICATE, certificates.length, (seen) => isTrue(seen));
    const writes = requests.filter(({ verb }) => WRITES.has(verb));
    return { through, alone, cpuSeconds, writes: countRequests(writes, ['verb', 'resource', 'code']) };
  } finally {
    fleet.close();
    bare.close();
  }
}

async function run(): Promise<Figure[]> {
  const state = await up({ name: CLUSTER, tier: 'control-plane', owner: ownIdentity() });
  const kubeconfig = adminKubeconfig(state);
  const admin = new ApiClient(readKubeconfig(kubeconfig));
  const operator = await OperatorProcess.bundle(kubeconfig);
  try {
    await stopPart(new StateKeeper(state), 'kube-controller-manager');
    await installDefinitions(admin);
    await operator.start();
    await waitFor('the operator to lead', isQuiet);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await measureRound(kubeconfig, operator, join(state.directory, 'logs', 'audit.log'), round));
    }
    process.stderr.write(`${JSON.stringify(rounds, undefined, 1)}\n`);
    const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
    const writes = sum((round) => Object.values(round.writes).reduce((total, some) => total + some, 0));
    const [through, alone] = [sum((round) => round.through), sum((round) => round.alone)];
    const ratio = through / alone;
    return [
      {
        name: `${FLEET} ProxySQLs through cert-manager, all StatefulSets there`,
        value: milliseconds(through),
        goal: '',
      },
      { name: 'the same Certificates alone, all Ready', value: milliseconds(alone), goal: '' },
      {
        name: "operator's CPU per ProxySQL",
        value: milliseconds((sum(({ cpuSeconds }) => cpuSeconds) * 1000) / FLEET),
        goal: '',
      },
      { name: "operator's writes per ProxySQL, events among them", value: (writes / FLEET).toFixed(2), goal: '' },
      { name: 'ratio', value: ratio.toFixed(2), goal: '<= 1.20', met: ratio <= 1.2 },
    ];
  } finally {
    await operator.stop().catch(() => undefined);
    admin.close();
    await down(CLUSTER);
  }
}

void report('The operator and cert-manager', run);
