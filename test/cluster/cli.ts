import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { build, isBuilt } from './driver/build';
import { adminKubeconfig, down, runningCluster, up } from './driver/cluster';
import { deadParts } from './driver/parts';
import { chooseTier, judge, missingToBuild } from './driver/tiers';
import { allStates, type ClusterState, type Tier } from './driver/state';

const say = (message: string): void => console.error(message);

function refuseIf(missing: readonly string[]): void {
  if (missing.length > 0) {
    throw new Error(missing.join(' '));
  }
}

function running(name: string): ClusterState {
  const state = runningCluster(name);
  if (state === undefined) {
    throw new Error(`No cluster named '${name}' is up. Bring it up with: npm run cluster -- up --name ${name}`);
  }
  return state;
}

const program = new Command('cluster').description('A Kubernetes for tests, on this machine, built from Go modules');

program
  .command('build')
  .description('build what is not in the cache yet, for all that this machine can run')
  .option('--node', 'what a node needs, also where none can run')
  .action(async ({ node }: { node?: boolean }) => {
    const { tier } = chooseTier(node === true ? 'node' : undefined);
    refuseIf(isBuilt(tier) ? [] : missingToBuild(tier));
    const binaries = await build(tier, say);
    console.log(binaries.kubernetes);
  });

program
  .command('up')
  .description('bring a cluster up; it stays until it is taken down')
  .option('--node', 'with a node that runs pods (root, Linux)')
  .option('--name <name>', 'to tell it from other clusters', 'default')
  .action(async ({ node, name }: { node?: boolean; name: string }) => {
    const tier: Tier = node === true ? 'node' : 'control-plane';
    refuseIf(judge(tier).missing);
    const started = Date.now();
    const state = await up({ name, tier, say });
    say(`The cluster '${name}' (${tier}) is up after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    console.log(`export KUBECONFIG=${adminKubeconfig(state)}`);
  });

program
  .command('down')
  .description('take a cluster down; nothing of it is left')
  .option('--name <name>', 'which one', 'default')
  .action(async ({ name }: { name: string }) => {
    say((await down(name)) ? `The cluster '${name}' is down.` : `There is no cluster '${name}'.`);
  });

program
  .command('status')
  .description('list the clusters of this user')
  .action(() => {
    for (const state of allStates()) {
      const dead = deadParts(state);
      const health = dead.length === 0 ? 'all parts run' : `not running: ${dead.join(', ')}`;
      console.log(`${state.name}  ${state.tier}  https://${state.host}:${state.ports.apiserver}  ${health}`);
    }
  });

program
  .command('kubeconfig')
  .description('print the kubeconfig of a cluster')
  .option('--name <name>', 'which one', 'default')
  .action(({ name }: { name: string }) => {
    process.stdout.write(readFileSync(adminKubeconfig(running(name)), 'utf8'));
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
