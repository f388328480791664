import { spawnSync } from 'node:child_process';
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { end, isAlive, type ProcessIdentity } from './processes';
import { allStates, type ClusterState } from './state';
import { waitFor } from './wait';

/**
 * Takes a cluster down by what its state records, and nothing else: processes, then what they held. What lies inside of the
 * node's namespaces (mounts, links, nftables, containers) is gone with the last process in them.
 */
export async function takeDown(state: ClusterState): Promise<void> {
  const processes = Object.values(state.parts).map((part) => part.process);
  await end([...processes, state.namespaces].filter((process): process is ProcessIdentity => process !== undefined));
  if (state.network !== undefined) {
    // It goes with the namespace of its other end, but some time later.
    spawnSync('ip', ['link', 'delete', state.network.hostLink], { stdio: 'ignore' });
  }
  if (state.cgroup !== undefined) {
    await removeCgroups(state.cgroup);
  }
  rmSync(state.directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Takes down the clusters whose owner has died, and those of which nothing runs any more. */
export async function takeDownDead(): Promise<string[]> {
  const dead = allStates().filter(isDead);
  for (const state of dead) {
    await takeDown(state);
  }
  return dead.map(({ name }) => name);
}

/** Whether nobody will take this cluster down any more. */
export function isDead(state: ClusterState): boolean {
  if (state.owner !== undefined) {
    return !isAlive(state.owner);
  }
  return !Object.values(state.parts).some(({ process }) => process !== undefined && isAlive(process));
}

/** Removes the control groups that kubelet made for the pods of this cluster. */
async function removeCgroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  // Version 1 has a tree per controller, version 2 one tree.
  const trees = [root, ...directories(root).map((controller) => join(root, controller))];
  for (const tree of trees) {
    await waitFor(`the control groups ${join(tree, name)} to be empty`, () => {
      removeTree(join(tree, name));
      return true;
    });
  }
}

function removeTree(directory: string): void {
  for (const child of directories(directory)) {
    removeTree(join(directory, child));
  }
  try {
    rmdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
}

function directories(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
