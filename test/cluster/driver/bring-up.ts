import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { ApiClient } from '../harness/api-client';
import { isTrue, ref } from '../harness/kube-object';
import { readKubeconfig } from '../harness/kubeconfig';
import { type Binaries, type NodeBinaries } from './build';
import {
  certManagerArguments,
  certManagerWebhookArguments,
  dnsArguments,
  installCertManager,
  installWebhook,
  pebbleArguments,
  pebbleEnvironment,
} from './cert-manager';
import {
  apiServerArguments,
  controllerManagerArguments,
  controlPlaneCertificates,
  etcdArguments,
  schedulerArguments,
} from './control-plane';
import { kubeconfigFile, writeIdentities } from './identities';
import {
  containerdArguments,
  coreDnsArguments,
  importPauseImage,
  kubeletArguments,
  kubeProxyArguments,
  nodeName,
  publishToPods,
} from './node';
import { makeCgroup, makeNamespaces } from './node-namespaces';
import { deadParts, startPart } from './parts';
import { Pki } from './pki';
import { type StateKeeper } from './state';
import { HopelessError, patience, waitFor } from './wait';

/** Starts the parts of a planned cluster, each as soon as what it needs is there, and waits until all can be used. */
export async function bringUp(keeper: StateKeeper, binaries: Binaries): Promise<void> {
  const { state } = keeper;
  mkdirSync(join(state.directory, 'logs'), { recursive: true });
  const pki = new Pki(join(state.directory, 'pki'));
  const runtime = await startContainerRuntime(keeper, binaries.node);
  const client = await startApiServer(keeper, binaries, pki);
  try {
    startControllers(keeper, binaries, pki);
    await Promise.all([
      startCertManager(keeper, binaries, pki, client),
      startNode(keeper, binaries, pki, client, runtime),
      becomes(keeper, 'the default service account', () => client.find(ref('v1', 'ServiceAccount', 'default'))),
    ]);
  } finally {
    client.close();
  }
}

interface Runtime {
  readonly binaries: NodeBinaries;
  /** Resolves when containers can be started. */
  readonly ready: Promise<true>;
}

async function startContainerRuntime(keeper: StateKeeper, binaries?: NodeBinaries): Promise<Runtime | undefined> {
  const { network, cgroup } = keeper.state;
  if (network === undefined || cgroup === undefined || binaries === undefined) {
    return undefined;
  }
  makeCgroup(cgroup);
  await makeNamespaces(keeper, network, join(binaries.directory, 'init'));
  const path = `${binaries.directory}:${process.env.PATH}`;
  startPart(keeper, 'containerd', containerdArguments(keeper.state, binaries), { PATH: path });
  const ready = becomes(keeper, 'containerd to take images', async () => {
    await importPauseImage(keeper.state, binaries);
    return true as const;
  });
  // Whoever awaits it gets the error; until then it is not an unhandled one.
  ready.catch(() => undefined);
  return { binaries, ready };
}

async function startApiServer(keeper: StateKeeper, binaries: Binaries, pki: Pki): Promise<ApiClient> {
  const { state } = keeper;
  startPart(keeper, 'etcd', [...given('etcd', binaries), ...etcdArguments(state)]);
  await pki.create(controlPlaneCertificates(state));
  const server = `https://${state.host}:${state.ports.apiserver}`;
  writeIdentities(state.directory, server, readFileSync(pki.caFile, 'utf8'));
  startPart(keeper, 'kube-apiserver', [...given('kube-apiserver', binaries), ...apiServerArguments(state, pki)]);
  const admin = readKubeconfig(kubeconfigFile(state.directory, 'admin'));
  const client = new ApiClient(admin, { userAgent: 'cluster-driver' });
  await becomes(keeper, 'the API server to be ready', () => client.transport.text({ method: 'GET', path: '/readyz' }));
  return client;
}

function startControllers(keeper: StateKeeper, { kubernetes, acme }: Binaries, pki: Pki): void {
  const { state } = keeper;
  const controllerManager = controllerManagerArguments(state, pki);
  startPart(keeper, 'kube-controller-manager', [kubernetes, 'kube-controller-manager', ...controllerManager]);
  startPart(keeper, 'kube-scheduler', [kubernetes, 'kube-scheduler', ...schedulerArguments(state)]);
  startPart(keeper, 'dns', [acme, 'dns', ...dnsArguments(state)]);
  startPart(keeper, 'pebble', [acme, 'pebble', ...pebbleArguments(state, pki)], pebbleEnvironment);
}

async function startCertManager(
  keeper: StateKeeper,
  { kubernetes, certManagerCrds }: Binaries,
  pki: Pki,
  client: ApiClient,
): Promise<void> {
  const { state } = keeper;
  const webhook = certManagerWebhookArguments(state, pki);
  startPart(keeper, 'cert-manager-webhook', [kubernetes, 'cert-manager-webhook', ...webhook]);
  await installCertManager(client, certManagerCrds);
  startPart(keeper, 'cert-manager', [kubernetes, 'cert-manager', ...certManagerArguments(state)]);
  await becomes(keeper, "cert-manager's webhook to listen", () => accepts(state.host, state.ports.webhook as number));
  await installWebhook(client, state, pki);
}

async function startNode(
  keeper: StateKeeper,
  { kubernetes }: Binaries,
  pki: Pki,
  client: ApiClient,
  runtime: Runtime | undefined,
): Promise<void> {
  if (runtime === undefined) {
    return;
  }
  const { state } = keeper;
  await runtime.ready;
  startPart(keeper, 'kubelet', [kubernetes, 'kubelet', ...kubeletArguments(state, pki)]);
  startPart(keeper, 'kube-proxy', [kubernetes, 'kube-proxy', ...kubeProxyArguments(state)]);
  await publishToPods(client, state);
  startPart(keeper, 'coredns', coreDnsArguments(state, runtime.binaries));
  await becomes(keeper, 'the node to be ready', async () => {
    const node = await client.find(ref('v1', 'Node', nodeName));
    return isTrue(node) ? true : undefined;
  });
}

/** Whether someone accepts connections there. */
async function accepts(host: string, port: number): Promise<true> {
  const socket = connect(port, host);
  await once(socket, 'connect').finally(() => socket.destroy());
  return true;
}

/** KUBEBUILDER_ASSETS may name a folder with an etcd and a kube-apiserver to use instead of those built here. */
function given(name: string, { kubernetes }: Binaries): string[] {
  const assets = process.env.KUBEBUILDER_ASSETS;
  const file = join(assets ?? '', name);
  return assets !== undefined && existsSync(file) ? [file] : [kubernetes, name];
}

function becomes<T>(keeper: StateKeeper, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  return waitFor(
    what,
    () => {
      const [dead] = deadParts(keeper.state);
      if (dead !== undefined) {
        throw new HopelessError(`${dead} has ended.`);
      }
      return ask();
    },
    { timeout: 2 * patience },
  );
}
