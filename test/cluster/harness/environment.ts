import { dirname, resolve } from 'node:path';

import { kubeconfigFile } from '../driver/identities';
import { type ClusterState, readState, type Tier } from '../driver/state';

/** Environment variables by which the global set-up tells the tests what they run on. */
export const variables = {
  /** Folder of the cluster that was brought up for this run. */
  directory: 'TEST_CLUSTER_DIRECTORY',
  /** A cluster to test on that is there already. Given by the user. */
  kubeconfig: 'TEST_KUBECONFIG',
  /** Why there is no cluster. */
  skipped: 'TEST_CLUSTER_SKIPPED',
  /** Given by the user: which tier to bring up. */
  tier: 'CLUSTER_TIER',
  /** Given by the user: no cluster is a failure. */
  required: 'REQUIRE_CLUSTER',
} as const;

/** What the tests run on. */
export interface TestEnvironment {
  /** File that lets its user do everything. */
  readonly kubeconfig: string;
  /** The cluster, when the driver brought it up, for this run or by hand; undefined when it is somebody else's. */
  readonly cluster?: ClusterState;
}

/** What the tests run on; undefined when there is no cluster, which `skipReason` explains. */
export function testEnvironment(env: NodeJS.ProcessEnv = process.env): TestEnvironment | undefined {
  const given = env[variables.kubeconfig];
  if (given !== undefined && given !== '') {
    return { kubeconfig: given, cluster: clusterOf(given) };
  }
  const cluster = readState(env[variables.directory] ?? '');
  return cluster === undefined ? undefined : { kubeconfig: kubeconfigFile(cluster.directory, 'admin'), cluster };
}

/** The cluster of ours, brought up by hand, that a kubeconfig belongs to; undefined when it is somebody else's. */
function clusterOf(kubeconfig: string): ClusterState | undefined {
  const state = readState(dirname(resolve(kubeconfig)));
  return state?.ready === true && kubeconfigFile(state.directory, 'admin') === resolve(kubeconfig) ? state : undefined;
}

/** Why tests that need this tier cannot run; undefined when they can. */
export function skipReason(tier: Tier, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const environment = testEnvironment(env);
  if (environment === undefined) {
    return env[variables.skipped] ?? 'no cluster was brought up';
  }
  if (tier === 'node' && environment.cluster?.tier === 'control-plane') {
    return 'the cluster has no node';
  }
  return undefined;
}
