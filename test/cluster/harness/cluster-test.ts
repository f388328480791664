import { join } from 'node:path';

import { type ClusterState, type Tier } from '../driver/state';
import { patience } from '../driver/wait';
import { skipReason, testEnvironment, variables } from './environment';
import { failureDump } from './failure-dump';
import { type NamespaceOptions, TestNamespace } from './test-namespace';

/** What a test on a cluster gets. */
export interface ClusterTestContext {
  /** The test's own namespace; `namespace.admin` may do everything, `namespace.identity(...)` makes one who may not. */
  readonly namespace: TestNamespace;
  /** The cluster, when the driver brought it up, for the run or by hand; undefined when it is somebody else's. */
  readonly cluster?: ClusterState;
  /** Admin kubeconfig, for programs that want one. */
  readonly kubeconfig: string;
}

/** How a test is to be run. */
export interface ClusterTestOptions extends NamespaceOptions {
  /** What it needs at least. @default 'control-plane' */
  readonly tier?: Tier;
  /** Needs a cluster that the driver brought up: its logs, its parts, its ACME server. @default false */
  readonly ownCluster?: boolean;
  /** Milliseconds, more than any one thing in it is waited for. @default 3 minutes */
  readonly timeout?: number;
}

/**
 * A jest test on a real API server, with a namespace of its own that is removed afterwards. When it fails, the state of the
 * namespace is printed with the failure. When there is no such cluster it is skipped, or fails if REQUIRE_CLUSTER is 1.
 */
export function clusterTest(
  name: string,
  run: (context: ClusterTestContext) => Promise<void>,
  options: ClusterTestOptions = {},
): void {
  const { tier = 'control-plane', ownCluster = false, timeout = 3 * patience } = options;
  const environment = testEnvironment();
  const foreign = ownCluster && environment !== undefined && environment.cluster === undefined;
  const skipped = skipReason(tier) ?? (foreign ? 'it needs a cluster that the driver brought up' : undefined);
  if (environment === undefined || skipped !== undefined) {
    skipOrFail(name, skipped ?? 'no cluster was brought up');
    return;
  }
  test(
    name,
    async () => {
      const { kubeconfig, cluster } = environment;
      const namespace = await TestNamespace.create(kubeconfig, options);
      try {
        await run({ namespace, cluster, kubeconfig });
      } catch (error) {
        const logs = cluster === undefined ? undefined : join(cluster.directory, 'logs');
        const dump = await failureDump(namespace.admin, logs).catch((reason: unknown) => `No dump: ${String(reason)}`);
        process.stderr.write(`\n${name}\n${dump}\n`);
        throw error;
      } finally {
        await namespace.remove();
      }
    },
    timeout,
  );
}

/** A test that cannot run here: skipped with the reason in its name, or failed if REQUIRE_CLUSTER is 1. */
export function skipOrFail(name: string, reason: string): void {
  if (process.env[variables.required] === '1') {
    test(name, () => {
      throw new Error(`${variables.required} is 1, but this test cannot run: ${reason}`);
    });
  } else {
    test.skip(`${name} (skipped: ${reason})`, () => undefined);
  }
}
