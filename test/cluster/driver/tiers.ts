import { spawnSync } from 'node:child_process';

import { isBuilt } from './build';
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
  /** Whether a command can be run and succeeds. */
  readonly succeeds: (command: string, ...args: string[]) => boolean;
}

/** This machine. */
export const thisMachine: Machine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  isBuilt,
  succeeds: (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0,
};

const packages = 'run test/cluster/install-packages.sh (Debian, Ubuntu) or install it by other means';

/** What a machine lacks for a tier. */
export function judge(tier: Tier, machine: Machine = thisMachine): TierVerdict {
  const missing: string[] = [];
  if (!machine.isBuilt(tier) && !machine.succeeds('go', 'version')) {
    missing.push('Go is not installed: get 1.26 or newer from https://go.dev/dl.');
  }
  return { tier, missing: tier === 'node' ? [...missing, ...missingForNode(machine)] : missing };
}

function missingForNode(machine: Machine): string[] {
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
  if (!machine.isBuilt('node') && !machine.succeeds('pkg-config', '--exists', 'libseccomp')) {
    missing.push(`runc cannot be built without the headers of libseccomp: ${packages}.`);
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
