import { workloadReady } from '../../lib/graph/gates/workload-ready';
import { type KubernetesObject } from '../../lib/kubernetes';
import { withoutPodDetails } from '../../operator/shrink';
import * as small from './small-world';
import { unreadable } from './gates/unreadable';

/** What is said of pods that are not ready, from what is kept of them. */

const READY = { conditions: [{ type: 'Ready', status: 'True' }] };
const RUNNING = { name: 'proxysql', state: { running: {} } };

function pod(ordinal: number, status: object, metadata: object = {}): KubernetesObject {
  return withoutPodDetails({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `db-${ordinal}`, namespace: 'demo', ...metadata },
    status,
  });
}

function judge(...pods: KubernetesObject[]) {
  const workload = { ...small.workload(1), spec: { replicas: 2 } };
  return workloadReady(small.worldOf([workload, ...pods]));
}

const waiting = (reason: string, lastState?: object) => ({
  name: 'proxysql',
  state: { waiting: { reason, message: 'back-off 10s' } },
  ...(lastState && { lastState }),
});

const NOT_READY = { type: 'Ready', status: 'False' };
const COUNTED = '1 of 2 replicas of StatefulSet demo/db are ready';

test.each<[string, KubernetesObject, string]>([
  [
    'has no node to run on',
    pod(1, {
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          message: '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: none.',
        },
      ],
    }),
    'cannot be scheduled: 0/1 nodes are available: 1 Insufficient cpu',
  ],
  [
    'has an image that cannot be pulled',
    pod(1, { conditions: [NOT_READY], containerStatuses: [waiting('ErrImagePull')] }),
    'has a container proxysql that waits (ImagePullBackOff): its events tell why',
  ],
  [
    'has an init container whose image cannot be pulled',
    pod(1, { conditions: [NOT_READY], initContainerStatuses: [waiting('ImagePullBackOff')] }),
    'has a container proxysql that waits (ImagePullBackOff): its events tell why',
  ],
  [
    'crashes again and again',
    pod(1, {
      conditions: [NOT_READY],
      containerStatuses: [waiting('CrashLoopBackOff', { terminated: { exitCode: 137, reason: 'OOMKilled' } })],
    }),
    'has a container proxysql that ended with exit code 137 (OOMKilled) and waits to be started again: its previous log tells why',
  ],
])('given a pod that %s, then it is named with the reason, and waited for', (_, troubled, words) => {
  expect(judge(pod(0, { conditions: [NOT_READY] }), troubled)).toMatchObject({
    open: false,
    reason: 'SomeReplicasNotReady',
    message: `${COUNTED}; Pod demo/db-1 ${words}.`,
    blockedBy: { kind: 'Pod', name: 'db-1', namespace: 'demo' },
  });
});

test.each<[string, KubernetesObject | undefined, string]>([
  [
    'starts, or whose sidecar holds it',
    pod(1, { conditions: [NOT_READY], containerStatuses: [waiting('PodInitializing')] }),
    'is not: its events and the log of its container sidecar tell why',
  ],
  [
    'runs and does not become ready',
    pod(1, { conditions: [NOT_READY], containerStatuses: [RUNNING] }),
    'is not: its events and the log of its container sidecar tell why',
  ],
  ['is ending', pod(1, READY, { deletionTimestamp: '2026-06-15T12:00:00Z' }), 'is ending'],
  ['is not there', undefined, 'is not there: the events of the StatefulSet tell why'],
])('given a pod that %s, then it is named with where to look', (_, unready, words) => {
  const verdict = judge(pod(0, READY), ...(unready === undefined ? [] : [unready]));
  expect(verdict).toMatchObject({
    message: `${COUNTED}; Pod demo/db-1 ${words}.`,
    blockedBy: { kind: 'StatefulSet', name: 'db' },
  });
});

test.each([
  ['which are all ready by now', small.worldOf([small.workload(0), pod(0, READY)])],
  ['that cannot be looked at', unreadable(small.worldOf([small.workload(0)]), 'Pod')],
])('given pods %s, then they are counted alone', (_, world) => {
  expect(workloadReady(world).message).toBe('0 of 1 replicas of StatefulSet demo/db are ready.');
});
