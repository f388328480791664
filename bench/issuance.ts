/** Measures what the operator takes on top of cert-manager: `npx tsx bench/issuance.ts`, with FLEET ProxySQLs (200 unless given). */
import { adminKubeconfig, down, up } from '../test/cluster/driver/cluster';
import { stopPart } from '../test/cluster/driver/parts';
import { ownIdentity } from '../test/cluster/driver/processes';
import { StateKeeper } from '../test/cluster/driver/state';
import { waitFor } from '../test/cluster/driver/wait';
import { ApiClient } from '../test/cluster/harness/api-client';
import { isTrue, type KubeObject, ref } from '../test/cluster/harness/kube-object';
import { readKubeconfig } from '../test/cluster/harness/kubeconfig';
import { appBinding, caIssuer, createAll, installDefinitions, proxysql } from '../test/cluster/operator-fixture';
import { type Figure, milliseconds, report } from './bench';
import { isQuiet, OperatorProcess } from './operator-process';

const FLEET = Number(process.env['FLEET'] ?? 200);
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
  const left = [...objects];
  const create = async (): Promise<void> => {
    for (let object = left.shift(); object !== undefined; object = left.shift()) {
      await admin.create(object);
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));
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
    const fleet = await prepare(kubeconfig, 'fleet');
    const names = Array.from({ length: FLEET }, (_, index) => `proxy-${index}`);
    const through = await timed(
      fleet,
      names.map((name) => proxysql(name)),
      STATEFUL_SET,
      FLEET,
      () => true,
    );
    const certificates = await fleet.list(CERTIFICATE);
    await operator.stop();

    const bare = await prepare(kubeconfig, 'bare');
    const alone = await timed(bare, certificates.map(copyOf), CERTIFICATE, certificates.length, (seen) => isTrue(seen));
    fleet.close();
    bare.close();
    const ratio = through / alone;
    return [
      {
        name: `${FLEET} ProxySQLs through cert-manager, all StatefulSets there`,
        value: milliseconds(through),
        goal: '',
      },
      { name: `the same ${certificates.length} Certificates alone, all Ready`, value: milliseconds(alone), goal: '' },
      { name: 'ratio', value: ratio.toFixed(2), goal: '<= 1.20', met: ratio <= 1.2 },
    ];
  } finally {
    await operator.stop().catch(() => undefined);
    admin.close();
    await down(CLUSTER);
  }
}

void report('The operator and cert-manager', run);
