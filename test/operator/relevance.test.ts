import { type KubernetesObject } from '../../lib/kubernetes';
import { isRelevant } from '../../operator/relevance';
import { type Kind } from '../../operator/kubernetes/resources';

const READY = { type: 'Ready', status: 'False', reason: 'DoesNotExist' };
const ISSUING = { type: 'Issuing', status: 'True', reason: 'DoesNotExist' };

function object(kind: Kind, more: object = {}, resourceVersion = '1'): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'one', resourceVersion }, ...more };
}

/** Whether a change from one to the other makes somebody look again. */
function matters(kind: Kind, before: object, after: object): boolean {
  return isRelevant(kind, { type: 'updated', previous: object(kind, before), object: object(kind, after, '2') });
}

test('what comes and goes always matters', () => {
  expect(isRelevant('Service', { type: 'added', object: object('Service') })).toBe(true);
  expect(isRelevant('Service', { type: 'deleted', object: object('Service') })).toBe(true);
});

test.each<[kind: Kind, what: string, before: object, after: object]>([
  ['Service', 'its status', { spec: {} }, { spec: {}, status: { loadBalancer: {} } }],
  [
    'Certificate',
    'the next key',
    { status: { conditions: [READY] } },
    { status: { conditions: [READY], nextPrivateKeySecretName: 'x' } },
  ],
  [
    'Certificate',
    'its revision',
    { status: { conditions: [READY] } },
    { status: { conditions: [READY], revision: 1 } },
  ],
  ['Pod', 'its labels', { status: { podIP: '10.0.0.1' } }, { status: { podIP: '10.0.0.1' }, spec: {} }],
])('of a %s, %s makes no difference', (kind, _, before, after) => {
  expect(matters(kind, before, after)).toBe(false);
});

test.each<[kind: Kind, what: string, before: object, after: object]>([
  ['Service', 'its spec', { spec: {} }, { spec: { type: 'LoadBalancer' } }],
  ['Certificate', 'a condition', { status: { conditions: [READY] } }, { status: { conditions: [READY, ISSUING] } }],
  [
    'Certificate',
    'a failure',
    { status: { conditions: [READY] } },
    { status: { conditions: [READY], failedIssuanceAttempts: 1 } },
  ],
  [
    'Certificate',
    'its next renewal',
    { status: { conditions: [READY] } },
    { status: { conditions: [READY], renewalTime: 't' } },
  ],
  ['Certificate', 'its spec', { spec: { secretName: 'a' } }, { spec: { secretName: 'b' } }],
  ['Pod', 'its address', { status: {} }, { status: { podIP: '10.0.0.1' } }],
  ['Secret', 'anything', {}, {}],
])('of a %s, %s does', (kind, _, before, after) => {
  expect(matters(kind, before, after)).toBe(true);
});
