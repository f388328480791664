import { type KubernetesObject } from '../../lib/kubernetes';
import { isNewsToWriter, relevanceOf } from '../../operator/relevance';
import { type Kind } from '../../operator/kubernetes/resources';

function object(kind: Kind, more: object = {}, resourceVersion = '1'): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'one', resourceVersion }, ...more };
}

function relevance(kind: Kind, before: object, after: object): string {
  return relevanceOf(kind, { type: 'updated', previous: object(kind, before), object: object(kind, after, '2') });
}

const NOT_READY = { type: 'Ready', status: 'False', reason: 'DoesNotExist', observedGeneration: 1 };
const READY = { ...NOT_READY, status: 'True', reason: 'Ready' };
const ISSUING = { type: 'Issuing', status: 'True', reason: 'DoesNotExist' };

test('what comes and goes is looked at now', () => {
  expect(relevanceOf('Service', { type: 'added', object: object('Service') })).toBe('now');
  expect(relevanceOf('Certificate', { type: 'deleted', object: object('Certificate') })).toBe('now');
});

test.each<[kind: Kind, what: string, before: object, after: object]>([
  ['Service', 'its status', { spec: {} }, { spec: {}, status: { loadBalancer: {} } }],
  ['Certificate', 'the next key', status(NOT_READY), status(NOT_READY, { nextPrivateKeySecretName: 'x' })],
  ['Certificate', 'its revision', status(NOT_READY), status(NOT_READY, { revision: 1 })],
  ['Pod', 'its labels', { status: { podIP: '10.0.0.1' } }, { status: { podIP: '10.0.0.1' }, spec: {} }],
])('of a %s, %s is never looked at', (kind, _, before, after) => {
  expect(relevance(kind, before, after)).toBe('never');
});

test.each<[kind: Kind, what: string, before: object, after: object]>([
  ['Certificate', 'a step of cert-manager', status(NOT_READY), { status: { conditions: [NOT_READY, ISSUING] } }],
  ['Certificate', 'its words', status(NOT_READY), status({ ...NOT_READY, message: 'Waiting.' })],
  ['Certificate', 'a failure', status(NOT_READY), status(NOT_READY, { failedIssuanceAttempts: 1 })],
  ['Certificate', 'its next renewal', status(READY), status(READY, { renewalTime: 't' })],
  ['ProxySQL', 'its own status', {}, { status: { phase: 'Ready' } }],
  ['ProxySQL', 'its own finalizer', metadata({}), metadata({ finalizers: ['kubedb.com'] })],
])('of a %s, %s is looked at soon', (kind, _, before, after) => {
  expect(relevance(kind, before, after)).toBe('soon');
});

test.each<[kind: Kind, what: string, before: object, after: object]>([
  ['Service', 'its spec', { spec: {} }, { spec: { type: 'LoadBalancer' } }],
  ['Certificate', 'that it is ready', status(NOT_READY), status(READY)],
  ['Certificate', 'that it was looked at again', status(READY), status({ ...READY, observedGeneration: 2 })],
  ['Certificate', 'its spec', { spec: { secretName: 'a' } }, { spec: { secretName: 'b' } }],
  ['ProxySQL', 'its spec', { spec: {} }, { spec: { halted: true } }],
  ['ProxySQL', 'its labels', metadata({}), metadata({ labels: { team: 'one' } })],
  ['ProxySQL', 'its deletion', metadata({}), metadata({ deletionTimestamp: 't' })],
  ['ProxySQL', 'that it is paused', {}, { status: { conditions: [{ type: 'Paused', status: 'True' }] } }],
  ['Pod', 'its address', { status: {} }, { status: { podIP: '10.0.0.1' } }],
  ['Pod', 'its deletion', metadata({}), metadata({ deletionTimestamp: 't' })],
  ['StatefulSet', 'its status', {}, { status: { readyReplicas: 1 } }],
  ['Secret', 'anything', {}, {}],
])('of a %s, %s is looked at now', (kind, _, before, after) => {
  expect(relevance(kind, before, after)).toBe('now');
});

test.each<[kind: Kind, what: string, news: boolean, before: object, after: object]>([
  ['ProxySQL', 'its status', false, {}, { status: { phase: 'Ready' } }],
  ['ProxySQL', 'the finalizer', false, metadata({}), metadata({ finalizers: ['kubedb.com'] })],
  [
    'ProxySQL',
    'the finalizer of before',
    false,
    metadata({ finalizers: ['kubedb.com'] }),
    { ...metadata({ finalizers: ['kubedb.com'] }), status: { phase: 'Ready' } },
  ],
  ['ProxySQL', 'a spec', true, { spec: {} }, { spec: { halted: true } }],
  ['ProxySQL', 'a deletion', true, metadata({}), metadata({ deletionTimestamp: 't' })],
  ['ProxySQL', 'a lost finalizer', true, metadata({ finalizers: ['kubedb.com'] }), metadata({})],
  ['Pod', 'a stamp', false, metadata({}), metadata({ annotations: { stamp: 'one' } })],
  ['Pod', 'a status', true, {}, { status: { podIP: '10.0.0.1' } }],
  ['Service', 'a spec', false, { spec: {} }, { spec: { type: 'LoadBalancer' } }],
])('given an answer to a write to a %s with %s, then it is news to who wrote: %s', (kind, _, news, before, after) => {
  const change = { type: 'updated' as const, previous: object(kind, before), object: object(kind, after, '2') };
  expect(isNewsToWriter(kind, change)).toBe(news);
});

function status(condition: object, more: object = {}): object {
  return { status: { conditions: [condition], ...more } };
}

function metadata(more: object): object {
  return { metadata: { name: 'one', ...more } };
}
