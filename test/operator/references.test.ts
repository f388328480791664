import { type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLResource, type ProxySQLSpec } from '../../lib/proxysql-resource';
import { type Kind } from '../../operator/kubernetes/resources';
import { PROXYSQL_INDEXES, proxysqlsFor, ROLLING_INDEX } from '../../operator/references';
import { Store } from '../../operator/runtime/store';
import { proxysqlResource } from '../support/resource';

/** Whom a change matters to. */

function object(kind: Kind, name: string, metadata: object = {}): KubernetesObject {
  const namespace = kind === 'ClusterIssuer' ? {} : { namespace: 'demo' };
  return { apiVersion: 'v1', kind, metadata: { name, ...namespace, ...metadata } };
}

function concerned(spec: Partial<ProxySQLSpec>, kind: Kind, name: string, metadata: object = {}): string[] {
  const store = new Store<ProxySQLResource>({ indexes: PROXYSQL_INDEXES });
  store.put(proxysqlResource(spec));
  return [...proxysqlsFor(kind, object(kind, name, metadata), store)];
}

const owner = (overrides: object = {}): object => ({
  ownerReferences: [
    { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', name: 'theirs', uid: 'u', controller: true, ...overrides },
  ],
});

test.each<[kind: Kind, name: string, spec: Partial<ProxySQLSpec>]>([
  ['Service', 'proxy-server', {}],
  ['Service', 'proxy-server-pods', {}],
  ['Service', 'proxy-server-stats', {}],
  ['Secret', 'proxy-server-monitor', {}],
  ['Secret', 'proxy-server-configuration', {}],
  ['Secret', 'proxy-server-auth', {}],
  ['Secret', 'proxy-server-auth', { authSecret: { name: '' } }],
  ['Secret', 'admin', { authSecret: { name: 'admin' } }],
  ['Secret', 'settings', { configuration: { init: { secretName: 'settings' } } }],
  ['Secret', 'settings', { configSecret: { name: 'settings' } }],
  ['Secret', 'proxy-server-server-cert', {}],
  ['Certificate', 'proxy-server-client-cert', {}],
  ['Secret', 'mine', { tls: { certificates: [{ alias: 'server', secretName: 'mine' }] } }],
  ['Issuer', 'proxy-issuer', {}],
  ['ClusterIssuer', 'ca', { tls: { issuerRef: { apiGroup: 'cert-manager.io', kind: 'ClusterIssuer', name: 'ca' } } }],
  ['AppBinding', 'mysql-server', {}],
  ['ProxySQL', 'proxy-server', {}],
])('%s %s matters to the ProxySQL that has or names it', (kind, name, spec) => {
  expect(concerned(spec, kind, name)).toEqual(['demo/proxy-server']);
});

test.each<[kind: Kind, name: string, spec: Partial<ProxySQLSpec>]>([
  ['Service', 'other', {}],
  ['Secret', '', { authSecret: { name: '' }, configSecret: { name: '' } }],
  ['Secret', 'proxy-server-auth', { authSecret: { name: 'admin' } }],
  ['Secret', 'old', { configuration: { init: { secretName: 'settings' } }, configSecret: { name: 'old' } }],
  ['Issuer', 'other', {}],
  ['ClusterIssuer', 'proxy-issuer', {}],
  ['AppBinding', 'other', {}],
  ['Pod', 'proxy-server-0', {}],
])('%s %s matters to nobody who neither has nor names it', (kind, name, spec) => {
  expect(concerned(spec, kind, name)).toEqual([]);
});

test('what a ProxySQL controls matters to it, and a pod to the instance that it is one of', () => {
  expect(concerned({}, 'Service', 'left-over', owner())).toEqual(['demo/theirs']);
  expect(concerned({}, 'Service', 'left-over', owner({ controller: false }))).toEqual([]);
  expect(concerned({}, 'Service', 'left-over', owner({ kind: 'MySQL' }))).toEqual([]);
  expect(concerned({}, 'Pod', 'any', { labels: { 'app.kubernetes.io/instance': 'theirs' } })).toEqual(['demo/theirs']);
});

test('a StatefulSet rolls while its pods are not all of its newest revision, if it is of a ProxySQL', () => {
  const rolls = (metadata: object, updateRevision: string): boolean => {
    const status = { observedGeneration: 1, currentRevision: 'a', updateRevision };
    const workload = { ...object('StatefulSet', 'one', { generation: 1, ...metadata }), spec: { replicas: 1 }, status };
    return ROLLING_INDEX.rolling?.(workload).length === 1;
  };
  expect([rolls(owner(), 'b'), rolls(owner(), 'a'), rolls({}, 'b')]).toEqual([true, false, false]);
});
