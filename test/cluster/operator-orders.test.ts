import { waitFor } from './driver/wait';
import { type ApiClient } from './harness/api-client';
import { clusterTest, type ClusterTestContext } from './harness/cluster-test';
import { isTrue, type KubeObject, ref } from './harness/kube-object';
import { endState, type Revisions, withRevisions } from './operator-end-state';
import {
  appBinding,
  caIssuer,
  forbidPods,
  CERT_MANAGER,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  type RunningOperator,
  startOperator,
  workloadRef,
} from './operator-fixture';
import { seededRandom } from './tools/seeded-random';

beforeAll(requireDefinitions, 60_000);

/** What happens to a small world, beside what the operator and cert-manager do: the exploration of the pure core on a real cluster. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

type Deed = (admin: ApiClient) => Promise<unknown>;

/** Deletes what may not be there yet, or not any more. */
const remove =
  (apiVersion: string, kind: string, name: string): Deed =>
  async (admin) => {
    const found = await admin.find(ref(apiVersion, kind, name));
    return found === undefined ? undefined : admin.delete(found);
  };

/** Everything that has to be there in the end, in any order. */
async function creations(world: string): Promise<Deed[]> {
  const issuer = await caIssuer(world);
  const tls = { issuerRef: { apiGroup: 'cert-manager.io', kind: 'Issuer', name: world } };
  const all = [...issuer, appBinding(world), proxysql(world, { replicas: 3, backend: { name: world }, tls })];
  return all.map((object: KubeObject) => (admin: ApiClient) => admin.create(object));
}

/** What somebody may do in between: the end must be the same. */
function disturbances(world: string): Deed[] {
  return [
    remove('v1', 'Secret', `${world}-server-cert`),
    remove('v1', 'Secret', `${world}-client-cert`),
    remove(CERT_MANAGER, 'Certificate', `${world}-server-cert`),
    remove('v1', 'Service', world),
    remove('v1', 'Service', `${world}-pods`),
    remove('apps/v1', 'StatefulSet', world),
  ];
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ value }) => value);
}

/** An operator that is killed and started again by turns. */
class RestartedOperator {
  private running: RunningOperator | undefined;

  constructor(private readonly context: ClusterTestContext) {}

  async restart(): Promise<void> {
    await this.stop();
    this.running = await startOperator(this.context.namespace, this.context.kubeconfig);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }
}

async function settled(admin: ApiClient, world: string): Promise<true | undefined> {
  const [resource, workload] = [await admin.find(proxysqlRef(world)), await admin.find(workloadRef(world))];
  const { observedGeneration } = (resource?.status ?? {}) as { observedGeneration?: number };
  const isReported = observedGeneration === resource?.metadata.generation && isTrue(resource, 'TLSSecretsProven');
  return workload !== undefined && workload.metadata.deletionTimestamp === undefined && isReported ? true : undefined;
}

clusterTest(
  `the order of events does not matter: ${SEEDS.length} worlds, each in an order of its own`,
  (context) => withRevisions(context.namespace.admin, (revisions) => liveThrough(context, revisions)),
  { timeout: 240_000 },
);

async function sameAs(admin: ApiClient, name: string, calm: readonly string[]): Promise<boolean> {
  return JSON.stringify(await endState(admin, name)) === JSON.stringify(calm);
}

async function liveThrough(context: ClusterTestContext, revisions: Revisions): Promise<void> {
  const { admin } = context.namespace;
  await forbidPods(admin);
  const operator = new RestartedOperator(context);
  const worlds = SEEDS.map((seed) => ({ seed, name: `world-${seed}` }));
  process.stderr.write(`Orders by the seeds ${SEEDS.join(', ')}.\n`);
  try {
    // The calm one: everything is there before the operator is.
    for (const deed of await creations('world-calm')) {
      await deed(admin);
    }
    await operator.restart();
    await waitFor('the calm world', () => settled(admin, 'world-calm'));
    const calm = await endState(admin, 'world-calm');

    for (const { seed, name } of worlds) {
      const random = seededRandom(seed);
      const restart: Deed = () => operator.restart();
      const deeds = [...(await creations(name)), ...shuffled(disturbances(name), random).slice(0, 3), restart];
      for (const deed of shuffled(deeds, random)) {
        await deed(admin);
      }
    }

    for (const { seed, name } of worlds) {
      await waitFor(`the world of seed ${seed}`, () => settled(admin, name), { timeout: 60_000 });
      await waitFor(
        `the world of seed ${seed} to be as the calm one`,
        async () => ((await sameAs(admin, name, calm)) ? true : undefined),
        { timeout: 20_000 },
      ).catch(async () => expect({ seed, state: await endState(admin, name) }).toEqual({ seed, state: calm }));
      for (const alias of ['server', 'client']) {
        const proven = revisions.secrets.get(`${name}-${alias}-cert`);
        expect(proven).toBeDefined();
        expect(revisions.workloads.get(name)).toBeGreaterThan(proven ?? 0n);
      }
    }
  } finally {
    await operator.stop();
  }
}
