import { execFileSync } from 'node:child_process';

import { type NodeNetwork } from './state';

/** An IPv4 route as `ip -json` tells it. */
interface Route {
  readonly dst: string;
}

/**
 * Addresses and names for a new node: a range of 10.0.0.0/8 that no route of this machine and no other cluster uses.
 * @param id the cluster's
 * @param taken ranges of other clusters that have no route yet
 */
export function planNetwork(id: string, taken: readonly string[] = []): NodeNetwork {
  const routes = JSON.parse(execFileSync('ip', ['-json', '-4', 'route'], { encoding: 'utf8' })) as Route[];
  const used = new Set(
    [...routes.map(({ dst }) => dst), ...taken].map((range) => range.split('.').slice(0, 2).join('.')),
  );
  if (routes.some(({ dst }) => dst === '10.0.0.0/8')) {
    used.clear(); // the whole of it belongs to someone, and a longer prefix takes precedence
  }
  for (let second = 201; second > 100; second -= 1) {
    const prefix = `10.${second}`;
    if (!used.has(prefix)) {
      return network(prefix, id);
    }
  }
  throw new Error('Each of 10.101.0.0/16 to 10.201.0.0/16 is in use on this machine.');
}

function network(prefix: string, id: string): NodeNetwork {
  return {
    range: `${prefix}.0.0/16`,
    podRange: `${prefix}.0.0/20`,
    serviceRange: `${prefix}.128.0/20`,
    dnsAddress: `${prefix}.128.10`,
    hostLink: `cpx${id}`,
    hostAddress: `${prefix}.255.1`,
    nodeAddress: `${prefix}.255.2`,
  };
}

/** Commands, for a shell in the host's namespaces, that connect the node's. The link's end is the end of its routes. */
export function hostNetworkScript(network: NodeNetwork, nodePid: number): string {
  return [
    `ip link add ${network.hostLink} type veth peer name eth0 netns ${nodePid}`,
    `ip address add ${network.hostAddress}/30 dev ${network.hostLink}`,
    `ip link set ${network.hostLink} up`,
    `ip route add ${network.range} via ${network.nodeAddress}`,
  ].join('\n');
}

/** Commands, for a shell in the node's namespaces. There is no route to anywhere but the pods and the host's end. */
export function nodeNetworkScript(network: NodeNetwork): string {
  return [
    'ip link set lo up',
    `ip address add ${network.nodeAddress}/30 dev eth0`,
    'ip link set eth0 up',
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
  ].join('\n');
}
