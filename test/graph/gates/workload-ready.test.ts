import { workloadReady } from '../../../lib/graph/gates/workload-ready';
import { type PodReport } from '../../../lib/graph/pod-report';
import { type KubernetesObject } from '../../../lib/kubernetes';
import * as small from '../small-world';
import { unreadable } from './unreadable';

const DESCRIBED = 'StatefulSet demo/db';

const workload = (spec: object, status: object): KubernetesObject => ({
  ...small.WORKLOAD,
  spec,
  status: { observedGeneration: 1, ...status },
});

/** What pods say of themselves is left out. */
const judge = (object: KubernetesObject) => workloadReady(unreadable(small.worldOf([object]), 'Pod'));

test.each([
  ['one replica', { replicas: 1 }, { readyReplicas: 1, updatedReplicas: 1 }, 'The replica is ready.'],
  ['several', { replicas: 3 }, { readyReplicas: 3, updatedReplicas: 3 }, 'All 3 replicas are ready.'],
  ['no number of replicas, which is one', {}, { readyReplicas: 1 }, 'The replica is ready.'],
  [
    'a rollout that is over, of which nobody counts the updated replicas any more',
    { replicas: 2 },
    { readyReplicas: 2, updatedReplicas: 0, currentRevision: 'b', updateRevision: 'b' },
    'All 2 replicas are ready.',
  ],
])('given %s, all ready, then it opens', (_, spec, status, message) => {
  expect(judge(workload(spec, status))).toEqual({ open: true, reason: 'AllReplicasReady', message });
});

test.each([
  ['not all are ready', { readyReplicas: 1, updatedReplicas: 2 }, `1 of 2 replicas of ${DESCRIBED} are ready.`],
  ['none was counted', {}, `0 of 2 replicas of ${DESCRIBED} are ready.`],
  ['not all are updated', { readyReplicas: 2, updatedReplicas: 1 }, `1 of 2 replicas of ${DESCRIBED} are updated.`],
  [
    'not all are of the newest revision',
    { readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
    `1 of 2 replicas of ${DESCRIBED} are updated.`,
  ],
  [
    'the counts are about an older generation',
    { observedGeneration: 0, readyReplicas: 2, updatedReplicas: 2 },
    `${DESCRIBED} has changed, and its controller has not seen the change yet.`,
  ],
])('given that %s, then it holds', (_, status, message) => {
  expect(judge(workload({ replicas: 2 }, status))).toMatchObject({
    open: false,
    reason: 'SomeReplicasNotReady',
    message,
    blockedBy: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'demo', name: 'db' },
  });
});

test('given none, then it is waited for; given one that cannot be read, then why is told', () => {
  expect(workloadReady(small.worldOf([])).message).toBe(`${DESCRIBED} is not there yet.`);
  expect(workloadReady(unreadable(small.worldOf([]), 'StatefulSet')).message).toBe(
    `${DESCRIBED} cannot be read: forbidden.`,
  );
});

test('given one of somebody else, then its replicas do not count', () => {
  expect(judge({ ...small.workload(1), metadata: { name: 'db', namespace: 'demo', generation: 1 } })).toMatchObject({
    open: false,
    reason: 'Conflict',
    message: `${DESCRIBED} belongs to somebody else and is left alone: rename or delete it.`,
    needsUser: true,
  });
});

test('given more replicas than there can be, then not all are looked for', () => {
  const many = workload({ replicas: 2_000_000_000 }, {});
  expect(workloadReady(small.worldOf([many])).message).toContain('0 of 2000000000 replicas');
});

describe('given a pod that is not ready, whose status tells nothing', () => {
  const pod: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-0', namespace: 'demo' } };
  const configuration = { problems: [], changedSinceStart: false };
  const judgeWith = (report?: PodReport) =>
    workloadReady(
      small.worldOf([workload({ replicas: 1 }, {}), pod], { reports: new Map(report && [['db-0', report]]) }),
    );

  test('and no report, then it is said where to look', () => {
    expect(judgeWith()).toMatchObject({
      message: `0 of 1 replicas of ${DESCRIBED} are ready; Pod demo/db-0 is not: its events and the log of its container sidecar tell why.`,
      blockedBy: { kind: 'StatefulSet' },
    });
  });

  test('and a gate that is shut, then that is what everything waits for', () => {
    const gate = { ok: false, reason: 'ConfigurationRefused', message: 'auth Secret, key password: it is empty.' };
    expect(judgeWith({ gate, readiness: gate, configuration })).toMatchObject({
      message: `0 of 1 replicas of ${DESCRIBED} are ready; Pod demo/db-0 is not: auth Secret, key password: it is empty (ConfigurationRefused).`,
      blockedBy: { kind: 'Pod', name: 'db-0' },
    });
  });

  test('and a readiness probe that says why, then that is told', () => {
    const gate = { ok: true, reason: 'CertificateProven', message: 'Proven.' };
    const readiness = { ok: false, reason: 'AdminUnavailable', message: 'The admin interface does not answer.' };
    expect(judgeWith({ gate, readiness, configuration })).toMatchObject({
      message: `0 of 1 replicas of ${DESCRIBED} are ready; Pod demo/db-0 is not: The admin interface does not answer (AdminUnavailable).`,
      blockedBy: { kind: 'StatefulSet' },
    });
  });

  test('and a report that all is well, which is of before, then it is said where to look', () => {
    const fine = { ok: true, reason: 'Serving', message: 'Serving.' };
    expect(judgeWith({ gate: fine, readiness: fine, configuration }).message).toContain('its events and the log');
  });
});
