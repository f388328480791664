import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { hostNetworkScript, nodeNetworkScript } from './node-network';
import { insideNode, startPart } from './parts';
import { startTimeOf } from './processes';
import { type NodeNetwork, type StateKeeper } from './state';
import { waitFor } from './wait';

const run = promisify(execFile);

/** Kernel settings that kubelet insists on and that no namespace keeps apart: it is shown files that say so already. */
const kernelSettings: Readonly<Record<string, number>> = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

/**
 * Makes the namespaces of processes, mounts and network that the whole cluster will live in. Their first process is the
 * only thing that has to be ended for everything in them to be gone.
 */
export async function makeNamespaces(keeper: StateKeeper, network: NodeNetwork, init: string): Promise<void> {
  startPart(keeper, 'namespaces', ['unshare', '--mount', '--net', '--pid', '--fork', '--mount-proc', '--', init]);
  const outer = keeper.state.parts.namespaces?.process?.pid;
  const pid = await waitFor('the first process of the namespaces', () => firstChild(outer, init));
  keeper.update({ namespaces: { pid, startTime: startTimeOf(pid) ?? '' } });
  await run('sh', ['-e', '-c', hostNetworkScript(network, pid)]);
  const script = [...mountScript(keeper.state.directory), nodeNetworkScript(network)].join('\n');
  await run('nsenter', [...insideNode(keeper.state).slice(1), 'sh', '-e', '-c', script]);
}

/** Makes the control group under which kubelet makes those of the pods, in each hierarchy that there is. */
export function makeCgroup(name: string): void {
  const root = '/sys/fs/cgroup';
  const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // Version 1 has a tree per controller, version 2 one tree, which has this file.
  const isVersion2 = readdirSync(root).includes('cgroup.controllers');
  for (const tree of isVersion2 ? [root] : entries.map((entry) => join(root, entry.name))) {
    mkdirSync(join(tree, name), { recursive: true });
  }
}

function firstChild(pid: number | undefined, program: string): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const child = Number(children.split(' ')[0]);
  // Until it has become the program, it is on its way through the last steps of unshare.
  return child > 0 && readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith(program) ? child : undefined;
}

/** What the programs of a node write outside of their own folders goes to memory, and is gone with the namespace. */
function mountScript(directory: string): string[] {
  const settings = Object.entries(kernelSettings).map(([name, value]) => {
    const file = join(directory, `sysctl-${name.replaceAll('/', '-')}`);
    writeFileSync(file, `${value}\n`);
    return `mount --bind ${file} /proc/sys/${name}`;
  });
  const scratch = ['/run', '/var/lib', '/var/log'].map((path) => `mount -t tmpfs -o mode=0755 scratch ${path}`);
  return ['mount --make-rshared /', ...scratch, ...settings];
}
