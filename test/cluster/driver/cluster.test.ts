import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApiClient } from '../harness/api-client';
import { skipOrFail } from '../harness/cluster-test';
import { skipReason, testEnvironment } from '../harness/environment';
import { ref } from '../harness/kube-object';
import { readKubeconfig } from '../harness/kubeconfig';
import { build } from './build';
import { takeDownDead } from './cleanup';
import { adminKubeconfig, down, runningCluster, up } from './cluster';
import { deadParts } from './parts';
import { isAlive, type ProcessIdentity, startTimeOf } from './processes';
import { allStates, type ClusterState, type Tier } from './state';
import { waitFor } from './wait';

const own = testEnvironment()?.cluster;
const unique = (name: string): string => `${name}-${process.pid}`;
const root = join(__dirname, '..', '..', '..');

function upCommand(tier: Tier, name: string): string[] {
  return ['test/cluster/cli.ts', 'up', ...(tier === 'node' ? ['--node'] : []), '--name', unique(name)];
}

function restore(variable: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[variable];
  } else {
    process.env[variable] = value;
  }
}

function processesOf({ parts, namespaces }: ClusterState): ProcessIdentity[] {
  return [...Object.values(parts).map((part) => part.process), namespaces].filter((process) => process !== undefined);
}

/** Command lines on this machine that name a folder, as far as it tells them. */
function commandsNaming(directory: string): string[] {
  const pids = (existsSync('/proc') ? readdirSync('/proc') : []).filter((name) => /^\d+$/.test(name));
  const commands = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
  return commands.filter((command) => command.includes(directory));
}

/** What the machine's network, mounts and control groups look like; a control plane alone touches none of them. */
function machine(): Record<string, string> {
  if (own?.tier !== 'node') {
    return {};
  }
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

/** A test that brings up clusters beside the one of the run. */
function driverTest(name: string, tier: Tier, run: (own: ClusterState) => Promise<void>): void {
  const reason =
    skipReason(tier) ?? (own === undefined ? 'there is no cluster of the suite to compare with' : undefined);
  if (own === undefined || reason !== undefined) {
    skipOrFail(name, String(reason));
  } else {
    test(name, () => run(own), 120_000);
  }
}

for (const tier of ['control-plane', 'node'] as const) {
  driverTest(
    `a second cluster (${tier}) runs beside the first, and nothing of it is left when it is down`,
    tier,
    async (first) => {
      const before = machine();
      const name = unique('second');

      const state = await up({ name, tier });
      try {
        expect(deadParts(state)).toEqual([]);
        expect(deadParts(first)).toEqual([]);
        const clients = [state, first].map((each) => new ApiClient(readKubeconfig(adminKubeconfig(each))));
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
      expect(machine()).toEqual(before);
      expect(await down(name)).toBe(false);
    },
  );
}

driverTest('a cluster whose owner was killed is cleaned up by the next one to come', 'control-plane', async () => {
  const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  owner.unref();
  const pid = owner.pid as number;
  const name = unique('orphan');
  const state = await up({ name, tier: 'control-plane', owner: { pid, startTime: startTimeOf(pid) ?? '' } });

  expect(await takeDownDead()).not.toContain(name);
  owner.kill('SIGKILL');
  await once(owner, 'exit');

  expect(await takeDownDead()).toContain(name);
  expectNothingLeft(state);
});

/** Runs a command until a cluster is as it should be, sends it a signal, and gives that state and the command's exit status. */
async function signalled(
  signal: NodeJS.Signals,
  args: readonly string[],
  isDue: (state: ClusterState) => boolean,
): Promise<{ readonly state: ClusterState; readonly status: number | null }> {
  const run = spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: 'ignore', cwd: root });
  try {
    const state = await waitFor('the cluster to be far enough', () =>
      allStates().find(({ owner, ...rest }) => owner?.pid === run.pid && isDue({ owner, ...rest })),
    );
    run.kill(signal);
    const { exitCode: status } = await waitFor('the command to end', () => (hasEnded(run) ? run : undefined));
    return { state, status };
  } finally {
    // Left running, it would keep jest from ending.
    run.kill('SIGKILL');
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

const starts =
  (part: string) =>
  ({ parts }: ClusterState): boolean =>
    parts[part]?.process !== undefined;

driverTest('interrupted while the cluster comes up, `up` leaves nothing', 'control-plane', async ({ tier }) => {
  const before = machine();
  const { state, status } = await signalled('SIGINT', upCommand(tier, 'interrupted'), starts('kube-apiserver'));

  expectNothingLeft(state);
  expect(machine()).toEqual(before);
  expect(status).toBe(130);
});

driverTest('what an `up` that was killed has left is removed by the next one', 'control-plane', async ({ tier }) => {
  const before = machine();
  const { state } = await signalled('SIGKILL', upCommand(tier, 'killed'), starts('kube-controller-manager'));
  // One that it has left is ended, too, which is the parent of all that runs on the node.
  const { namespaces } = state.parts;
  if (namespaces?.process !== undefined) {
    process.kill(namespaces.process.pid, 'SIGKILL');
  }
  expect(processesOf(state).filter(isAlive)).not.toEqual([]);

  expect(await takeDownDead()).toContain(state.name);

  expectNothingLeft(state);
  expect(machine()).toEqual(before);
});

driverTest('an interrupted test run takes its cluster down', 'control-plane', async () => {
  const setUp = `require('./test/cluster/global-setup').default().then(() => setInterval(() => {}, 1000))`;
  const { state, status } = await signalled('SIGINT', ['-e', setUp], ({ ready }) => ready);

  expectNothingLeft(state);
  expect(status).toBe(130);
});

driverTest('programs in KUBEBUILDER_ASSETS are used, others are built', 'control-plane', async () => {
  const { kubernetes } = await build('control-plane');
  const assets = mkdtempSync(join(tmpdir(), 'assets-'));
  const etcd = join(assets, 'etcd');
  writeFileSync(etcd, `#!/bin/sh\nexec ${kubernetes} etcd "$@"\n`, { mode: 0o755 });
  const given = process.env.KUBEBUILDER_ASSETS;
  process.env.KUBEBUILDER_ASSETS = assets;
  try {
    const { parts } = await up({ name: unique('assets'), tier: 'control-plane' });

    expect(parts.etcd?.argv[0]).toBe(etcd);
    expect(parts['kube-apiserver']?.argv.slice(0, 2)).toEqual([kubernetes, 'kube-apiserver']);
  } finally {
    restore('KUBEBUILDER_ASSETS', given);
    await down(unique('assets'));
    rmSync(assets, { recursive: true });
  }
});
