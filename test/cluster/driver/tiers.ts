import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { join } from 'node:path';

import { compareGo, isBuilt, requiredGo } from './build';
import { goDirectory } from './paths';
import { type Tier } from './state';

/** Whether this machine can run a tier. */
export interface TierVerdict {
  readonly tier: Tier;
  /** What is missing and how to get it, each a sentence; empty when the tier can run. */
  readonly missing: readonly string[];
}

/** What the verdict depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Whether the programs of a tier are built already, so that no compiler is needed. */
  readonly isBuilt: (tier: Tier) => boolean;
  /** The Go that there is, e.g. 1.26.8, or the one that it would fetch for our modules; undefined when there is none. */
  readonly goVersion: () => string | undefined;
  /** Whether a command can be run and succeeds. */
  readonly succeeds: (command: string, ...args: string[]) => boolean;
}

/** This machine. */
export const thisMachine: Machine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  isBuilt,
  goVersion: () =>
    askGo({ cwd: join(goDirectory, 'node') }) ?? askGo({ env: { ...process.env, GOTOOLCHAIN: 'local' } }),
  succeeds: (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0,
};

/** Within a module, Go says which version it would build it with, and fails when that may not be fetched. */
function askGo(options: SpawnSyncOptions): string | undefined {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { ...options, encoding: 'utf8' });
  return status === 0 ? /go(\d+\.\d+\S*)/.exec(stdout)?.[1] : undefined;
}

const packages = 'run test/cluster/install-packages.sh (Debian, Ubuntu) or install it by other means';

/** What a machine lacks for a tier. */
export function judge(tier: Tier, machine: Machine = thisMachine): TierVerdict {
  const missing = machine.isBuilt(tier) ? [] : missingToBuild(tier, machine);
  return { tier, missing: tier === 'node' ? [...missing, ...missingToRunNode(machine)] : missing };
}

/** What a machine lacks to build the programs of a tier, whether it could run them or not. */
export function missingToBuild(tier: Tier, machine: Machine = thisMachine): string[] {
  const missing: string[] = [];
  const needed = requiredGo(tier);
  const version = machine.goVersion();
  if (version === undefined) {
    missing.push(`Go is not installed: get ${needed} or newer from https://go.dev/dl.`);
  } else if (compareGo(version, needed) < 0) {
    missing.push(`Go is too old, ${version}: get ${needed} or newer from https://go.dev/dl.`);
  }
  if (tier === 'node' && machine.platform === 'linux') {
    if (!machine.succeeds('gcc', '--version')) {
      missing.push(`runc cannot be built without gcc: ${packages}.`);
    }
    if (!machine.succeeds('pkg-config', '--exists', 'libseccomp')) {
      missing.push(`runc cannot be built without the headers of libseccomp: ${packages}.`);
    }
  }
  return missing;
}

function missingToRunNode(machine: Machine): string[] {
  if (machine.platform !== 'linux') {
    return ['A node needs Linux.'];
  }
  if (!machine.isRoot) {
    return ['A node needs root: run the tests with sudo, or in a privileged container.'];
  }
  const missing: string[] = [];
  const tools: [string, string][] = [
    ['ip', '-V'],
    ['nft', '--version'],
    ['nsenter', '--version'],
    ['unshare', '--version'],
  ];
  for (const [tool, version] of tools.filter(([name, flag]) => !machine.succeeds(name, flag))) {
    missing.push(`The command '${tool} ${version}' fails: ${packages}.`);
  }
  if (missing.length === 0 && !machine.succeeds('unshare', '--mount', '--net', '--pid', '--fork', 'true')) {
    missing.push('The kernel lets us make no namespaces: run on a machine, or in a container with --privileged.');
  }
  return missing;
}

/**
 * The tier to test on: the one that `wanted` names, else the best that the machine can do.
 * @returns the verdict on it; with something missing when even the wanted or the least one cannot run
 */
export function chooseTier(wanted: string | undefined, machine: Machine = thisMachine): TierVerdict {
  if (wanted !== undefined && wanted !== '') {
    if (wanted !== 'control-plane' && wanted !== 'node') {
      throw new Error(`CLUSTER_TIER is '${wanted}'; it can be 'control-plane' or 'node'.`);
    }
    return judge(wanted, machine);
  }
  const node = judge('node', machine);
  return node.missing.length === 0 ? node : judge('control-plane', machine);
}
