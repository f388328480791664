import { ownershipOf } from '../../lib/graph/ownership';
import { type KubernetesObject } from '../../lib/kubernetes';
import * as small from './small-world';

const owner = (uid: string, controller: boolean) => ({
  apiVersion: 'kubedb.com/v1',
  kind: 'ProxySQL',
  name: 'db',
  uid,
  controller,
});

const object = (metadata: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db-auth', namespace: 'demo', ...metadata },
});

const NAME = { 'app.kubernetes.io/name': 'proxysqls.kubedb.com' };
const SELECTORS = { ...NAME, 'app.kubernetes.io/instance': 'db' };

test.each([
  ['that it controls', { ownerReferences: [owner('uid', true)] }, 'ours'],
  [
    'that a former ProxySQL of its name controls, whatever the labels say',
    { ownerReferences: [owner('former', true)], labels: SELECTORS },
    'foreign',
  ],
  [
    'that somebody else refers to without controlling it',
    { ownerReferences: [owner('x', false)], labels: SELECTORS },
    'adoptable',
  ],
  ['with its labels', { labels: { ...SELECTORS, 'app.kubernetes.io/managed-by': 'somebody' } }, 'adoptable'],
  ['of another ProxySQL', { labels: { ...SELECTORS, 'app.kubernetes.io/instance': 'other' } }, 'foreign'],
  ['of another application of its name', { labels: { 'app.kubernetes.io/instance': 'db' } }, 'foreign'],
  ['with no label', {}, 'foreign'],
])('given an object %s, then it is %s', (_, metadata, ownership) => {
  expect(ownershipOf(object(metadata), small.proxysql())).toBe(ownership);
});

test.each([
  ['no label', {}, 'adoptable'],
  ['some of its labels', { labels: NAME }, 'adoptable'],
  ['a label of another ProxySQL', { labels: { 'app.kubernetes.io/instance': 'other' } }, 'foreign'],
  ['another controller', { ownerReferences: [owner('x', true)] }, 'foreign'],
])('given a Secret with a password and %s, then it is %s', (_, metadata, ownership) => {
  expect(ownershipOf(object(metadata), small.proxysql(), true)).toBe(ownership);
});
