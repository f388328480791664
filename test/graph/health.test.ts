import { decide } from '../../lib/graph/decide';
import { type World } from '../../lib/graph/world';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import * as small from './small-world';

/** What the conditions that KubeDB knows say, and the phase that they amount to. */

const { NOW } = small;
const MINUTE = 60_000;

const SERVED = { served: new Map([['db-0', 'f1']]) };
const OTHER_SERVED = { served: new Map([['db-0', 'f0']]) };

function look(objects: readonly KubernetesObject[], more: Partial<World> = {}, conditions: readonly Condition[] = []) {
  const decision = decide(small.worldOf(objects, { proxysql: small.proxysql({ status: { conditions } }), ...more }));
  const of = (type: string) => decision.conditions.find((condition) => condition.type === type);
  return { ...decision, of };
}

const running = (more: Partial<World> = {}, conditions: readonly Condition[] = []) =>
  look([...small.PROVEN, small.workload(1)], more, conditions);

test('given all that is asked for, then it is Ready, accepts connections, and has been provisioned', () => {
  const { of, phase } = running(SERVED);
  expect(phase).toBe('Ready');
  expect(of('ProvisioningStarted')).toMatchObject({
    status: 'True',
    reason: 'DatabaseProvisioningStartedSuccessfully',
    observedGeneration: 1,
  });
  expect(of('AcceptingConnection')).toMatchObject({
    status: 'True',
    reason: 'DatabaseAcceptingConnectionRequest',
    message: 'At least one replica accepts connections.',
  });
  expect(of('Ready')).toMatchObject({
    status: 'True',
    reason: 'ReadinessCheckSucceeded',
    message: 'All replicas are ready and serve the certificate in the Secret.',
  });
  expect(of('ReplicaReady')).toMatchObject({ status: 'True', reason: 'AllReplicasReady' });
  expect(of('Provisioned')).toMatchObject({ status: 'True', reason: 'DatabaseSuccessfullyProvisioned' });
});

test('given no StatefulSet yet, then nothing is said about health', () => {
  const { of, phase } = look(small.PROVEN);
  expect(phase).toBe('Provisioning');
  expect(['AcceptingConnection', 'Ready', 'Provisioned'].map(of)).toEqual([undefined, undefined, undefined]);
});

test('given a StatefulSet that somebody deleted, then nothing is accepted, and what was provisioned stays so', () => {
  const { of, phase } = look(small.PROVEN, {}, running(SERVED).conditions);
  expect(phase).toBe('NotReady');
  expect(of('AcceptingConnection')).toMatchObject({
    status: 'False',
    reason: 'DatabaseNotAcceptingConnectionRequest',
    message: 'No replica accepts connections.',
  });
  expect(of('Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessCheckFailed',
    message: 'There is no StatefulSet.',
  });
  expect(of('Provisioned')?.status).toBe('True');
});

test('given replicas that are not ready, then Ready tells which, and KubeDB’s reason is given whatever it is', () => {
  const replicas = { ...small.workload(1), spec: { replicas: 2 } };
  const { of, phase } = look([...small.PROVEN, replicas], SERVED, running(SERVED).conditions);
  expect(phase).toBe('Critical');
  expect(of('Ready')).toMatchObject({
    status: 'False',
    message:
      '1 of 2 replicas of StatefulSet demo/db are ready; Pod demo/db-0 is not there: the events of the StatefulSet tell why.',
  });
  expect(of('AcceptingConnection')?.status).toBe('True');
  const foreign = { ...small.workload(1), metadata: { name: 'db', namespace: 'demo', generation: 1 } };
  expect(look([...small.PROVEN, foreign]).of('ReplicaReady')).toMatchObject({
    status: 'False',
    reason: 'SomeReplicasNotReady',
  });
});

test('given that no replica is wanted, then none accepts connections, and it is not Ready', () => {
  const none = { ...small.workload(0), spec: { replicas: 0 } };
  const { of } = look([...small.PROVEN, none]);
  expect(of('AcceptingConnection')?.status).toBe('False');
  expect(of('Ready')).toMatchObject({ status: 'False', message: 'No replica is ready.' });
});

test('given pods that serve another certificate before the first Ready, then they have no time for it', () => {
  const { of, phase, retryAt } = running(OTHER_SERVED);
  expect(phase).toBe('Provisioning');
  expect(of('Ready')).toMatchObject({
    status: 'False',
    message: '0 of 1 pods are known to serve the certificate in the Secret; 1 still serve another one.',
  });
  expect(retryAt).toBe(small.VALID_UNTIL);
});

test('given a rotation, then its two minutes are counted from where it began, whatever else changes meanwhile', () => {
  const before = running({ ...SERVED, now: NOW - 60 * MINUTE }).conditions;
  const begun = running(OTHER_SERVED, before);
  expect(begun.of('CertificatesServed')).toMatchObject({
    status: 'False',
    lastTransitionTime: '2026-06-15T12:00:00Z',
  });
  // Another number of pods is another message, and so another condition.
  const two = { ...small.workload(2), spec: { replicas: 2 }, status: { observedGeneration: 1, readyReplicas: 2 } };
  const later = look([...small.PROVEN, two], { ...OTHER_SERVED, now: NOW + MINUTE }, begun.conditions);
  expect(later.of('CertificatesServed')?.message).not.toBe(begun.of('CertificatesServed')?.message);
  expect(later.of('CertificatesServed')?.lastTransitionTime).toBe('2026-06-15T12:00:00Z');
  expect(later).toMatchObject({ phase: 'Ready', retryAt: NOW + 2 * MINUTE });
  const end = look([...small.PROVEN, two], { ...OTHER_SERVED, now: NOW + 2 * MINUTE }, later.conditions);
  expect(end.phase).toBe('Critical');
  // The next rotation begins anew.
  const over = running({ ...SERVED, now: NOW + 3 * MINUTE }, end.conditions);
  expect(over.of('CertificatesServed')).toMatchObject({
    status: 'True',
    lastTransitionTime: '2026-06-15T12:03:00Z',
  });
  expect(running({ ...OTHER_SERVED, now: NOW + 9 * MINUTE }, over.conditions)).toMatchObject({
    phase: 'Ready',
    retryAt: NOW + 11 * MINUTE,
  });
});

test('given a Secret that is not proven any more, then a running ProxySQL has the same two minutes', () => {
  const broken = [
    ...small.PROVEN.filter(({ kind }) => kind !== 'Secret'),
    small.CONFIGURATION,
    small.tlsSecret('broken'),
  ];
  const before = running(SERVED).conditions;
  const soon = look([...broken, small.workload(1)], SERVED, before);
  expect(soon).toMatchObject({ phase: 'Ready', retryAt: NOW + 2 * MINUTE });
  const late = look([...broken, small.workload(1)], { ...SERVED, now: NOW + 2 * MINUTE }, soon.conditions);
  expect(late.phase).toBe('Critical');
});

test('given one that was not Ready when a rotation began, then the rotation is no excuse', () => {
  const before = look([...small.PROVEN, small.workload(0)], SERVED, running(SERVED).conditions).conditions;
  expect(running(OTHER_SERVED, before).of('Ready')?.status).toBe('False');
});

test('given no generation, then none is told', () => {
  const { generation, ...metadata } = small.proxysql().metadata;
  expect(generation).toBe(1);
  const { conditions } = decide(small.worldOf(small.PROVEN, { proxysql: small.proxysql({ metadata }) }));
  expect(conditions.filter((condition) => 'observedGeneration' in condition)).toEqual([]);
});
