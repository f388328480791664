import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ApiClient } from '../harness/api-client';
import { skipReason, testEnvironment } from '../harness/environment';
import { ref } from '../harness/kube-object';
import { readKubeconfig } from '../harness/kubeconfig';
import { takeDownDead } from './cleanup';
import { adminKubeconfig, down, runningCluster, up } from './cluster';
import { deadParts } from './parts';
import { isAlive, type ProcessIdentity, startTimeOf } from './processes';
import { type ClusterState, readState } from './state';
import { waitFor } from './wait';

const own = testEnvironment()?.cluster;
const tiers = (
  own === undefined ? [] : own.tier === 'node' ? ['control-plane', 'node'] : ['control-plane']
) as ClusterState['tier'][];
const unique = (name: string): string => `${name}-${process.pid}`;

function processesOf({ parts, namespaces }: ClusterState): ProcessIdentity[] {
  return [...Object.values(parts).map((part) => part.process), namespaces].filter((process) => process !== undefined);
}

/** Command lines on this machine that name a folder. */
function commandsNaming(directory: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const commands = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
  return commands.filter((command) => command.includes(directory));
}

/** What the machine's network, mounts and control groups look like. */
function machine(): Record<string, string> {
  const text = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });
  const names = (json: string): string =>
    (JSON.parse(json) as { ifname: string }[]).map(({ ifname }) => ifname).join(' ');
  return {
    links: names(text('ip', '-json', 'link')),
    routes: text('ip', '-4', 'route'),
    rules: text('nft', 'list', 'tables'),
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    overcommit: readFileSync('/proc/sys/vm/overcommit_memory', 'utf8'),
    panic: readFileSync('/proc/sys/kernel/panic', 'utf8'),
    cgroups: text('find', '/sys/fs/cgroup', '-maxdepth', '2', '-name', 'cdk8s-proxysql-*'),
  };
}

function expectNothingLeft(state: ClusterState): void {
  expect(processesOf(state).filter(isAlive)).toEqual([]);
  expect(commandsNaming(state.directory)).toEqual([]);
  expect(existsSync(state.directory)).toBe(false);
}

describe.each(tiers)('%s', (tier) => {
  test('a second cluster runs beside the first, and nothing of it is left when it is down', async () => {
    const before = tier === 'node' ? machine() : {};
    const name = unique('second');

    const state = await up({ name, tier });
    try {
      expect(deadParts(state)).toEqual([]);
      expect(deadParts(own as ClusterState)).toEqual([]);
      const clients = [state, own as ClusterState].map((each) => new ApiClient(readKubeconfig(adminKubeconfig(each))));
      const systems = await Promise.all(clients.map((client) => client.get(ref('v1', 'Namespace', 'kube-system'))));
      clients.forEach((client) => client.close());
      expect(systems[0]?.metadata.uid).not.toBe(systems[1]?.metadata.uid);
      await expect(up({ name, tier })).rejects.toThrow(`A cluster named '${name}' is up already`);
      expect(runningCluster(name)?.id).toBe(state.id);
    } finally {
      await down(name);
    }

    expectNothingLeft(state);
    expect(runningCluster(name)).toBeUndefined();
    expect(tier === 'node' ? machine() : {}).toEqual(before);
    expect(await down(name)).toBe(false);
  }, 90_000);
});

const dyingTest = skipReason('control-plane') === undefined && own !== undefined ? test : test.skip;

dyingTest(
  'a cluster whose owner was killed is cleaned up by the next one to come',
  async () => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = owner.pid as number;
    const name = unique('orphan');
    const state = await up({ name, tier: 'control-plane', owner: { pid, startTime: startTimeOf(pid) ?? '' } });

    expect(await takeDownDead()).not.toContain(name);
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    expect(await takeDownDead()).toContain(name);
    expectNothingLeft(state);
  },
  90_000,
);

dyingTest(
  'a run that is interrupted while the cluster comes up leaves nothing for good',
  async () => {
    const name = unique('interrupted');
    const cli = join(__dirname, '..', 'cli.ts');
    const run = spawn(process.execPath, ['--import', 'tsx', cli, 'up', '--name', name], { stdio: 'ignore' });
    const directory = join(own?.directory ?? '', '..', name);
    const begun = await waitFor('the API server to be started', () => {
      const state = readState(directory);
      return state?.parts['kube-apiserver'] === undefined ? undefined : state;
    });

    run.kill('SIGINT');
    await once(run, 'exit');
    await takeDownDead();

    expectNothingLeft(begun);
  },
  90_000,
);
