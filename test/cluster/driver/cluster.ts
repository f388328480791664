import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ApiClient } from '../harness/api-client';
import { ref } from '../harness/kube-object';
import { readKubeconfig } from '../harness/kubeconfig';
import { type Binaries, build } from './build';
import {
  certManagerArguments,
  certManagerWebhookArguments,
  dnsArguments,
  installCertManager,
  installWebhook,
  pebbleArguments,
} from './cert-manager';
import { isDead, takeDown, takeDownDead } from './cleanup';
import {
  apiServerArguments,
  controllerManagerArguments,
  controlPlaneCertificates,
  controlPlanePorts,
  etcdArguments,
  schedulerArguments,
} from './control-plane';
import { kubeconfigFile, writeIdentities } from './identities';
import { logTail } from './log-tail';
import { deadParts, logFile, startPart } from './parts';
import { Pki } from './pki';
import { freePorts } from './ports';
import { type ProcessIdentity } from './processes';
import { clusterDirectory, type ClusterState, readState, StateKeeper, type Tier } from './state';
import { HopelessError, waitFor } from './wait';

/** What cluster to bring up. */
export interface UpOptions {
  /** @default 'default' */
  readonly name?: string;
  readonly tier: Tier;
  /** The process that the cluster is for; when it dies, the cluster is a dead one. @default none: it stays until `down` */
  readonly owner?: ProcessIdentity;
  /** Is told what takes long. */
  readonly say?: (message: string) => void;
}

/**
 * Brings a cluster up, and gives it when it can be used.
 * @throws when a cluster of that name runs already; when a part ends or does not get ready, telling its last words
 */
export async function up(options: UpOptions): Promise<ClusterState> {
  const { name = 'default', tier, owner, say } = options;
  await takeDownDead();
  const running = readState(clusterDirectory(name));
  if (running !== undefined) {
    throw new Error(`A cluster named '${name}' is up already; take it down first, or give this one another name.`);
  }
  const binaries = await build(tier, say);
  const keeper = new StateKeeper(await plan(name, tier, owner));
  try {
    await bringUp(keeper, binaries);
  } catch (error) {
    const reason = explain(keeper.state, error);
    await takeDown(keeper.state);
    throw new Error(reason, { cause: error });
  }
  return keeper.state;
}

/** Takes the cluster of that name down; nothing of it is left. Gives whether there was one. */
export async function down(name = 'default'): Promise<boolean> {
  const state = readState(clusterDirectory(name));
  if (state !== undefined) {
    await takeDown(state);
  }
  return state !== undefined;
}

/** The cluster of that name, if it can be used. */
export function runningCluster(name = 'default'): ClusterState | undefined {
  const state = readState(clusterDirectory(name));
  return state !== undefined && state.ready && !isDead(state) ? state : undefined;
}

/** The kubeconfig of the person who may do everything. */
export function adminKubeconfig(state: ClusterState): string {
  return kubeconfigFile(state.directory, 'admin');
}

async function plan(name: string, tier: Tier, owner: ProcessIdentity | undefined): Promise<ClusterState> {
  const ports = await freePorts(controlPlanePorts.length);
  return {
    name,
    id: randomBytes(4).toString('hex'),
    tier,
    directory: clusterDirectory(name),
    owner,
    ports: Object.fromEntries(controlPlanePorts.map((port, index) => [port, ports[index] as number])),
    host: '127.0.0.1',
    serviceRange: '10.96.0.0/16',
    parts: {},
    ready: false,
  };
}

async function bringUp(keeper: StateKeeper, binaries: Binaries): Promise<void> {
  const { state } = keeper;
  mkdirSync(join(state.directory, 'logs'), { recursive: true });
  const pki = new Pki(join(state.directory, 'pki'));
  const program = (name: string): string[] => [binaries.kubernetes, name];

  startPart(keeper, 'etcd', [...given('etcd', program), ...etcdArguments(state)]);
  await pki.create(controlPlaneCertificates(state));
  const server = `https://${state.host}:${state.ports.apiserver}`;
  writeIdentities(state.directory, server, readFileSync(pki.caFile, 'utf8'));
  startPart(keeper, 'kube-apiserver', [...given('kube-apiserver', program), ...apiServerArguments(state, pki)]);

  const client = new ApiClient(readKubeconfig(adminKubeconfig(state)), { userAgent: 'cluster-driver' });
  try {
    await becomes(keeper, 'the API server to be ready', () =>
      client.transport.text({ method: 'GET', path: '/readyz' }),
    );
    startPart(keeper, 'kube-controller-manager', [
      ...program('kube-controller-manager'),
      ...controllerManagerArguments(state, pki),
    ]);
    startPart(keeper, 'kube-scheduler', [...program('kube-scheduler'), ...schedulerArguments(state)]);
    startPart(keeper, 'dns', [binaries.acme, 'dns', ...dnsArguments(state)]);
    startPart(keeper, 'pebble', [binaries.acme, 'pebble', ...pebbleArguments(state, pki)]);
    const webhook = certManagerWebhookArguments(state, pki);
    startPart(keeper, 'cert-manager-webhook', [...program('cert-manager-webhook'), ...webhook]);
    await installCertManager(client, binaries.certManagerCrds);
    startPart(keeper, 'cert-manager', [...program('cert-manager'), ...certManagerArguments(state)]);
    await becomes(keeper, "cert-manager's webhook to listen", async () => {
      await fetch(`http://${state.host}:${state.ports.webhookHealth}/livez`);
      return true;
    });
    await installWebhook(client, state, pki);
    await becomes(keeper, 'the default service account', () => client.find(ref('v1', 'ServiceAccount', 'default')));
  } finally {
    client.close();
  }
  keeper.update({ ready: true });
}

/** KUBEBUILDER_ASSETS may name a folder with an etcd and a kube-apiserver to use instead of those built here. */
function given(name: string, otherwise: (name: string) => string[]): string[] {
  const file = join(process.env.KUBEBUILDER_ASSETS ?? '', name);
  return process.env.KUBEBUILDER_ASSETS !== undefined && existsSync(file) ? [file] : otherwise(name);
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
    { timeout: 60_000 },
  );
}

function explain(state: ClusterState, error: unknown): string {
  const parts = deadParts(state);
  const suspects = parts.length > 0 ? parts : Object.keys(state.parts);
  const words = suspects.map((part) => `--- ${part}:\n${logTail(logFile(state.directory, part))}`);
  return [`The cluster '${state.name}' did not come up: ${String(error)}`, ...words].join('\n');
}
