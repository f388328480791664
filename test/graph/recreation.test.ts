import { isRecreationNeeded } from '../../lib/graph/recreation';
import { type KubernetesObject } from '../../lib/kubernetes';
import * as small from './small-world';

const SPEC = {
  replicas: 1,
  serviceName: 'db-pods',
  selector: { matchLabels: { app: 'db' } },
  podManagementPolicy: 'Parallel',
  volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } }],
};

const workload = (more: object): KubernetesObject => ({ ...small.WORKLOAD, spec: { ...SPEC, ...more } });

test.each([
  ['the governing Service', { serviceName: 'db' }],
  ['the selector', { selector: { matchLabels: { app: 'other' } } }],
  ['the order in which pods start', { podManagementPolicy: 'OrderedReady' }],
  [
    'the size of volumes',
    { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '2Gi' } } } }] },
  ],
  ['the lack of volumes', { volumeClaimTemplates: undefined }],
])('given a StatefulSet that differs in %s, then it is made anew', (_, more) => {
  expect(isRecreationNeeded(workload({}), workload(more))).toBe(true);
});

test.each([
  ['what may change', { replicas: 3 }],
  [
    'what the API server adds',
    {
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { volumeMode: 'Filesystem', resources: { requests: { storage: '1024Mi' } } },
        },
      ],
    },
  ],
])('given one that differs in %s, then it stays', (_, more) => {
  expect(isRecreationNeeded(workload({}), workload(more))).toBe(false);
});

test('given another kind, then it never is made anew', () => {
  const [wanted, live] = ['a', 'b'].map((app) => ({ ...small.SERVICE, spec: { selector: { app } } }));
  expect(isRecreationNeeded(wanted as KubernetesObject, live as KubernetesObject)).toBe(false);
});
