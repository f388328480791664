import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';

import { bringUp } from './bring-up';
import { build } from './build';
import { isDead, takeDown, takeDownDead } from './cleanup';
import { controlPlanePorts } from './control-plane';
import { kubeconfigFile } from './identities';
import { onInterrupt } from './interrupt';
import { logTail } from './log-tail';
import { planNetwork } from './node-network';
import { deadParts, logFile } from './parts';
import { stateRoot } from './paths';
import { freePorts } from './ports';
import { isOwn, ownIdentity, type ProcessIdentity } from './processes';
import { allStates, clusterDirectory, type ClusterState, readState, StateKeeper, type Tier } from './state';

/** What cluster to bring up. */
export interface UpOptions {
  /** @default 'default' */
  readonly name?: string;
  readonly tier: Tier;
  /**
   * The process that the cluster is for; when it dies, the cluster is a dead one. When it is this one, and is interrupted, it takes
   * the cluster down before it ends. @default none: it stays until `down`
   */
  readonly owner?: ProcessIdentity;
  /** Admission plugins of the API server beside the usual ones. @default none */
  readonly admissionPlugins?: readonly string[];
  /** Is told what takes long. */
  readonly say?: (message: string) => void;
}

/**
 * Brings a cluster up, and gives it when it can be used. Interrupted meanwhile, this process takes it down before it ends.
 * @throws when a cluster of that name runs already; when a part ends or does not get ready, telling its last words
 */
export async function up(options: UpOptions): Promise<ClusterState> {
  const { name = 'default', tier, owner, admissionPlugins, say } = options;
  await takeDownDead();
  if (existsSync(clusterDirectory(name))) {
    throw new Error(nameTaken(name));
  }
  const binaries = await build(tier, say);
  claim(name);
  // Until it is up, a cluster is for the process that brings it up.
  const keeper = new StateKeeper({ ...(await plan(name, tier, ownIdentity())), admissionPlugins });
  const uninterrupted = onInterrupt(async () => {
    keeper.close();
    // Others may have recorded more since; and nothing is there any more when it was taken down.
    const state = readState(keeper.state.directory);
    await (state && takeDown(state));
  });
  try {
    await bringUp(keeper, binaries);
    keeper.update({ ready: true, owner });
  } catch (error) {
    const reason = explain(keeper.state, error);
    await takeDown(keeper.state);
    uninterrupted();
    throw new Error(reason, { cause: error });
  }
  // Never let go in between: a signal that came just before would be lost, as Node hands it to whoever listens later.
  if (owner === undefined || !isOwn(owner)) {
    uninterrupted();
  }
  return keeper.state;
}

/** Makes the folder of a cluster, which only one process can. */
function claim(name: string): void {
  mkdirSync(stateRoot(), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(clusterDirectory(name), { mode: 0o700 });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new Error(nameTaken(name), { cause: error }) : error;
  }
}

function nameTaken(name: string): string {
  return `A cluster named '${name}' is up already; take it down first, or give this one another name.`;
}

/** Takes the cluster of that name down; nothing of it is left. Gives whether there was one. */
export async function down(name = 'default'): Promise<boolean> {
  const directory = clusterDirectory(name);
  const wasThere = existsSync(directory);
  const state = readState(directory);
  if (state !== undefined) {
    await takeDown(state);
  }
  // Killed in its first moment, a cluster is a folder and nothing else.
  rmSync(directory, { recursive: true, force: true });
  return wasThere;
}

/** The cluster of that name, if it can be used. */
export function runningCluster(name = 'default'): ClusterState | undefined {
  const state = readState(clusterDirectory(name));
  return state !== undefined && state.ready && !isDead(state) ? state : undefined;
}

/** The kubeconfig of the person who may do everything. */
export function adminKubeconfig(state: ClusterState): string {
  return kubeconfigFile(state.directory, 'admin');
}

async function plan(name: string, tier: Tier, owner: ProcessIdentity): Promise<ClusterState> {
  const ports = await freePorts(controlPlanePorts.length);
  const id = randomBytes(4).toString('hex');
  const common = {
    name,
    id,
    tier,
    directory: clusterDirectory(name),
    owner,
    ports: Object.fromEntries(controlPlanePorts.map((port, index) => [port, ports[index] as number])),
    parts: {},
    ready: false,
  };
  if (tier === 'control-plane') {
    return { ...common, host: '127.0.0.1', serviceRange: '10.96.0.0/16' };
  }
  const network = planNetwork(
    id,
    allStates().flatMap((state) => state.network?.range ?? []),
  );
  const { nodeAddress: host, serviceRange } = network;
  return { ...common, host, serviceRange, network, cgroup: `cdk8s-proxysql-${id}` };
}

function explain(state: ClusterState, error: unknown): string {
  const parts = deadParts(state);
  const suspects = parts.length > 0 ? parts : Object.keys(state.parts);
  const words = suspects.map((part) => `--- ${part}:\n${logTail(logFile(state.directory, part))}`);
  return [`The cluster '${state.name}' did not come up: ${String(error)}`, ...words].join('\n');
}
