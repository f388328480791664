import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from '../../cluster/driver/build';
import { insideNode } from '../../cluster/driver/parts';
import { type ClusterState } from '../../cluster/driver/state';

const run = promisify(execFile);

/** Kills a container on the node, behind kubelet's back, as a crash would. */
export async function killContainer(
  cluster: ClusterState | undefined,
  { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
): Promise<void> {
  const { node } = await build('node');
  if (cluster === undefined || node === undefined) {
    throw new Error('There is no node of the suite to kill a container on.');
  }
  const ctr = async (...args: string[]): Promise<string> => {
    const whole = [
      ...insideNode(cluster),
      join(node.directory, 'ctr'),
      '--address',
      '/run/containerd.sock',
      '--namespace',
      'k8s.io',
    ];
    const [command = '', ...rest] = [...whole, ...args];
    return (await run(command, rest)).stdout;
  };
  const labels = { 'pod.namespace': namespace, 'pod.name': pod, 'container.name': container };
  const filter = Object.entries(labels).map(([label, value]) => `labels."io.kubernetes.${label}"==${value}`);
  const running = (await ctr('tasks', 'list', '--quiet')).split('\n');
  const found = (await ctr('containers', 'list', '--quiet', filter.join(','))).split('\n').filter((id) => id !== '');
  for (const id of found.filter((candidate) => running.includes(candidate))) {
    await ctr('tasks', 'kill', '--signal', 'SIGKILL', id);
  }
}
