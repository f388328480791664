import { join } from 'node:path';

import { end, isAlive, signal, start } from './processes';
import { type ClusterState, type StateKeeper } from './state';

/** File with all that a part prints. */
export function logFile(directory: string, part: string): string {
  return join(directory, 'logs', `${part}.log`);
}

/** The words before a command that make it run inside of the node's namespaces; none when there is no node. */
export function insideNode({ namespaces }: Pick<ClusterState, 'namespaces'>): string[] {
  return namespaces === undefined ? [] : ['nsenter', `--target=${namespaces.pid}`, '--mount', '--net', '--pid', '--'];
}

/** Starts a part of a cluster that is not there yet. */
export function startPart(
  keeper: StateKeeper,
  name: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): void {
  const part = { argv: [...insideNode(keeper.state), ...argv], env, log: logFile(keeper.state.directory, name) };
  keeper.setPart(name, part);
  keeper.setPart(name, { ...part, process: start(part) });
}

/** Ends a part as a crash would. */
export async function stopPart(keeper: StateKeeper, name: string): Promise<void> {
  const part = partOf(keeper.state, name);
  if (part.process !== undefined) {
    await end([part.process]);
  }
}

/** Sends a signal to a part, if it runs. */
export function signalPart(keeper: StateKeeper, name: string, signalName: NodeJS.Signals): void {
  const part = partOf(keeper.state, name);
  if (part.process !== undefined) {
    signal([part.process], signalName);
  }
}

/** Starts a part again, with the arguments that it had. */
export function restartPart(keeper: StateKeeper, name: string): void {
  const part = partOf(keeper.state, name);
  if (part.process === undefined || !isAlive(part.process)) {
    keeper.setPart(name, { ...part, process: start(part) });
  }
}

/** The parts that are no longer running, though nobody took the cluster down. */
export function deadParts({ parts }: ClusterState): string[] {
  return Object.entries(parts)
    .filter(([, part]) => part.process === undefined || !isAlive(part.process))
    .map(([name]) => name);
}

function partOf({ parts }: ClusterState, name: string): ClusterState['parts'][string] {
  const part = parts[name];
  if (part === undefined) {
    throw new Error(`The cluster has no part '${name}'; it has ${Object.keys(parts).sort().join(', ')}.`);
  }
  return part;
}
