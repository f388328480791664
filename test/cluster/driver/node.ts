import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { stringify } from 'yaml';

import { type ApiClient } from '../harness/api-client';
import { writeImage } from '../tools/image-maker';
import { type NodeBinaries } from './build';
import { kubeconfigFile } from './identities';
import { insideNode } from './parts';
import { type Pki } from './pki';
import { type ClusterState, type NodeNetwork } from './state';

const run = promisify(execFile);

/** Name of the one node. */
export const nodeName = 'node1';

const pauseImage = 'test.invalid/pause:1';
/** On memory of the node's own, where no path is too long for a socket. */
const containerdSocket = '/run/containerd.sock';

/** The runtime that starts containers. */
export function containerdArguments(state: ClusterState, binaries: NodeBinaries): string[] {
  const directory = join(state.directory, 'containerd');
  const cni = writeCniConfig(state);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'config.toml');
  // A machine that is a container itself may not lower oom scores.
  const config = `version = 3
root = '${join(directory, 'root')}'
state = '/run/containerd'
disabled_plugins = [
  'io.containerd.nri.v1.nri',
  'io.containerd.snapshotter.v1.blockfile',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.erofs',
  'io.containerd.snapshotter.v1.zfs',
]
[grpc]
address = '${containerdSocket}'
[plugins.'io.containerd.internal.v1.opt']
path = '/var/lib/containerd-opt'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${pauseImage}'
[plugins.'io.containerd.cri.v1.runtime']
disable_apparmor = true
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
BinaryName = '${join(binaries.directory, 'runc')}'
SystemdCgroup = false
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['${binaries.directory}']
conf_dir = '${cni}'
`;
  writeFileSync(file, config);
  return [join(binaries.directory, 'containerd'), `--config=${file}`];
}

/** A wire from each pod to the node, no bridge: what goes to a Service always passes the node's rules. */
function writeCniConfig(state: ClusterState): string {
  const directory = join(state.directory, 'cni');
  const { podRange } = networkOf(state);
  const ipam = {
    type: 'host-local',
    dataDir: '/run/cni',
    ranges: [[{ subnet: podRange }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  mkdirSync(directory, { recursive: true });
  const plugins = [
    { type: 'ptp', ipMasq: false, ipam },
    { type: 'portmap', capabilities: { portMappings: true } },
  ];
  writeFileSync(join(directory, '10-ptp.conflist'), JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins }));
  return directory;
}

/** Hands an OCI archive to the runtime, so that pods can name the image. */
export async function importImage(state: ClusterState, binaries: NodeBinaries, archive: string): Promise<void> {
  const ctr = [join(binaries.directory, 'ctr'), '--address', containerdSocket, '--namespace', 'k8s.io'];
  const [command, ...args] = [...insideNode(state), ...ctr, 'images', 'import', '--local', archive];
  await run(command as string, args, { maxBuffer: 16 << 20 });
}

/** Makes the image of the container that holds a pod together. */
export async function importPauseImage(state: ClusterState, binaries: NodeBinaries): Promise<void> {
  const archive = join(state.directory, 'pause.tar');
  const pause = { path: '/pause', content: readFileSync(join(binaries.directory, 'pause')), mode: 0o755 };
  writeImage({ name: pauseImage, layers: [[pause]], entrypoint: ['/pause'], user: '65535:65535' }, archive);
  await importImage(state, binaries, archive);
}

/** The agent of the node. */
export function kubeletArguments(state: ClusterState, pki: Pki): string[] {
  const { dnsAddress, nodeAddress } = networkOf(state);
  const directory = join(state.directory, 'kubelet');
  mkdirSync(directory, { recursive: true });
  const resolvConf = join(directory, 'resolv.conf');
  writeFileSync(resolvConf, '');
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki.caFile },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki.certificateFile('kubelet'),
    tlsPrivateKeyFile: pki.keyFile('kubelet'),
    clusterDNS: [dnsAddress],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    resolvConf,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${state.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    evictionHard: {},
    imageGCHighThresholdPercent: 100,
    podLogsDir: join(directory, 'pod-logs'),
    volumePluginDir: join(directory, 'volume-plugins'),
    readOnlyPort: 0,
    healthzPort: 0,
    oomScoreAdj: 0,
    maxPods: 500,
    makeIPTablesUtilChains: false,
  };
  const file = join(directory, 'config.yaml');
  writeFileSync(file, stringify(config));
  return [
    `--config=${file}`,
    `--kubeconfig=${kubeconfigFile(state.directory, 'kubelet')}`,
    `--root-dir=${join(directory, 'root')}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
  ];
}

/** What makes Services reachable. */
export function kubeProxyArguments(state: ClusterState): string[] {
  const file = join(state.directory, 'kube-proxy.yaml');
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigFile(state.directory, 'kube-proxy') },
    hostnameOverride: nodeName,
    nodePortAddresses: ['primary'],
    oomScoreAdj: 0,
    // These limits are the machine's, not the namespace's.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
  writeFileSync(file, stringify(config));
  return [`--config=${file}`];
}

/** The name server of the pods. */
export function coreDnsArguments(state: ClusterState, binaries: NodeBinaries): string[] {
  const file = join(state.directory, 'Corefile');
  const lines = [
    '.:53 {',
    `  bind ${networkOf(state).nodeAddress}`,
    '  errors',
    '  cache 1',
    '  kubernetes cluster.local in-addr.arpa {',
    `    kubeconfig ${kubeconfigFile(state.directory, 'coredns')}`,
    '  }',
    '}',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return [binaries.coredns, '-conf', file];
}

/** Makes the API server and the name server, which are no pods, reachable for pods as Services. */
export async function publishToPods(client: ApiClient, state: ClusterState): Promise<void> {
  const { dnsAddress, nodeAddress } = networkOf(state);
  const slice = (
    namespace: string,
    service: string,
    ports: readonly { name: string; port: number; protocol: string }[],
  ) =>
    client.apply({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${service}-by-hand`, namespace, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports,
      endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
    });
  const dnsPorts = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  const metadata = { name: 'kube-dns', namespace: 'kube-system' };
  await client.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: dnsAddress, ports: dnsPorts } });
  await slice('kube-system', 'kube-dns', dnsPorts);
  await slice('default', 'kubernetes', [{ name: 'https', port: state.ports.apiserver as number, protocol: 'TCP' }]);
}

function networkOf({ network, name }: ClusterState): NodeNetwork {
  if (network === undefined) {
    throw new Error(`The cluster '${name}' has no node.`);
  }
  return network;
}
