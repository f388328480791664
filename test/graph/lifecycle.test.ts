import { decide } from '../../lib/graph/decide';
import { isDeletionRefused, modeOf, planDeletion, planHalt } from '../../lib/graph/lifecycle';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import * as small from './small-world';

const { worldOf } = small;

const RUNNING = [...small.PROVEN, small.workload(1)];

function kinds(objects: readonly KubernetesObject[], more = {}) {
  return decide(worldOf(objects, more)).apply.map(({ object }) => object.kind);
}

test('paused and deleted ProxySQLs are not touched', () => {
  const paused: Condition = { type: 'Paused', status: 'True' };
  expect(kinds(RUNNING, { proxysql: small.proxysql({ status: { conditions: [paused] } }) })).toEqual([]);
  const metadata = { ...small.proxysql().metadata, deletionTimestamp: '2026-06-15T12:00:00Z' };
  expect(kinds(RUNNING, { proxysql: small.proxysql({ metadata }) })).toEqual([]);
});

test.each([
  ['paused', { status: 'True', type: 'Paused' } as Condition, {}],
  ['deleted', { status: 'True', type: 'Other' } as Condition, { deletionTimestamp: '2026-06-15T12:00:00Z' }],
])('of one that is %s all is told as before', (_, condition, more) => {
  const before: Condition[] = [
    { type: 'ProvisioningStarted', status: 'True' },
    { type: 'Provisioned', status: 'True' },
    { type: 'Ready', status: 'True' },
    condition,
  ];
  const certificates = [{ alias: 'server', secretName: 'db-server-cert', fingerprint: 'f1' }];
  const metadata = { ...small.proxysql().metadata, ...more };
  const world = worldOf([], { proxysql: small.proxysql({ metadata, status: { conditions: before, certificates } }) });
  expect(decide(world)).toMatchObject({ phase: 'Ready', steps: [], apply: [], prune: [], certificates });
  expect(decide(world).conditions).toBe(before);
  expect(
    decide(worldOf([], { proxysql: small.proxysql({ metadata, status: { conditions: [condition] } }) })),
  ).toMatchObject({
    certificates: [],
  });
});

test('a refusal to be deleted needs a deletion, the policy and the finalizer', () => {
  const metadata = { ...small.proxysql().metadata, finalizers: ['kubedb.com'] };
  const deleted = { ...metadata, deletionTimestamp: '2026-06-15T12:00:00Z' };
  const spec = { ...small.proxysql().spec, deletionPolicy: 'DoNotTerminate' } as const;
  expect(isDeletionRefused(small.proxysql({ metadata: deleted, spec }))).toBe(true);
  expect(isDeletionRefused(small.proxysql({ metadata, spec }))).toBe(false);
  expect(isDeletionRefused(small.proxysql({ metadata: deleted }))).toBe(false);
  expect(isDeletionRefused(small.proxysql({ metadata: deleted, spec: { ...spec, deletionPolicy: 'WipeOut' } }))).toBe(
    false,
  );
});

test('a ProxySQL whose deletion is refused is looked after as before', () => {
  const metadata = {
    ...small.proxysql().metadata,
    deletionTimestamp: '2026-06-15T12:00:00Z',
    finalizers: ['kubedb.com'],
  };
  const spec = { ...small.proxysql().spec, deletionPolicy: 'DoNotTerminate' } as const;
  expect(modeOf(small.proxysql({ metadata, spec }))).toBe('reconcile');
  expect(modeOf(small.proxysql({ metadata, spec: { ...spec, halted: true } }))).toBe('halted');
  // Without the finalizer it goes, and with this one its objects go before it, whatever its policy says.
  expect(modeOf(small.proxysql({ metadata: { ...metadata, finalizers: ['other'] }, spec }))).toBe('deleting');
  const foreground = { ...metadata, finalizers: ['kubedb.com', 'foregroundDeletion'] };
  expect(modeOf(small.proxysql({ metadata: foreground, spec }))).toBe('deleting');
});

test('halting deletes the workload first and says Halted at the end', () => {
  const spec = { ...small.proxysql().spec, halted: true };
  const halting = decide(worldOf(RUNNING, { proxysql: small.proxysql({ spec }) }));
  expect(halting.prune.map(({ kind }) => kind)).toEqual(['StatefulSet', 'ServiceAccount', 'Service']);
  expect(decide(worldOf([], { proxysql: small.proxysql({ spec }) })).phase).toBe('Halted');
  const kept = { ...small.SERVICE.metadata, annotations: { 'kubedb.com/resource-policy-keep-on': 'halt' } };
  expect(planHalt([{ ...small.SERVICE, metadata: kept }])).toEqual([]);
  expect(planHalt([{ ...small.WORKLOAD, metadata: kept }])).toHaveLength(1);
});

test('a ProxySQL is not called Halted before all of its workload is gone; its certificates are told all the while', () => {
  const spec = { ...small.proxysql().spec, halted: true };
  const before: Condition[] = [{ type: 'Provisioned', status: 'True' }];
  const certificates = [{ alias: 'server', secretName: 'db-server-cert', fingerprint: 'f1' }];
  const proxysql = small.proxysql({ spec, status: { conditions: before, certificates } });

  const halting = decide(worldOf([small.SERVICE], { proxysql }));
  expect(halting).toMatchObject({ mode: 'halted', apply: [], certificates });
  expect(halting.conditions).toBe(before);

  const halted = decide(worldOf([small.CONFIGURATION, small.CERTIFICATE], { proxysql }));
  expect(halted).toMatchObject({ phase: 'Halted', apply: [], prune: [], certificates });
  expect(halted.conditions).toEqual([
    ...before,
    expect.objectContaining({ type: 'Halted', status: 'True', observedGeneration: 1 }),
  ]);
  const { conditions } = halted;
  expect(decide(worldOf([], { proxysql: small.proxysql({ spec, status: { conditions } }) })).conditions).toBe(
    conditions,
  );

  const resumed = decide(worldOf(RUNNING, { proxysql: small.proxysql({ status: { conditions } }) }));
  expect(resumed.conditions).toContainEqual(
    expect.objectContaining({ type: 'Halted', status: 'False', reason: 'DatabaseResumed' }),
  );
  expect(resumed.phase).not.toBe('Halted');
  expect(decide(worldOf(RUNNING)).conditions.map(({ type }) => type)).not.toContain('Halted');
});

test('halting takes away what serves before what it serves through, and keeps Secrets, Certificates and volumes', () => {
  const order = [
    'AppBinding',
    'StatefulSet',
    'Deployment',
    'RoleBinding',
    'Role',
    'ServiceAccount',
    'PodDisruptionBudget',
    'NetworkPolicy',
    'Service',
    'ServiceMonitor',
  ];
  const owned = ['Secret', 'Certificate', 'PersistentVolumeClaim', ...order.toReversed()];
  expect(planHalt(owned.map((kind) => ({ ...small.SERVICE, kind }))).map(({ kind }) => kind)).toEqual(order);
});

test.each([
  [undefined, ['Secret'], ['PersistentVolumeClaim']],
  ['Delete', ['Secret'], ['PersistentVolumeClaim']],
  ['Halt', ['PersistentVolumeClaim', 'Secret'], []],
  ['DoNotTerminate', ['PersistentVolumeClaim', 'Secret'], []],
  ['WipeOut', [], ['PersistentVolumeClaim', 'Secret']],
] as const)('deletion policy %s', (deletionPolicy, release, claim) => {
  const input = {
    proxysql: small.proxysql({ spec: { ...small.proxysql().spec, deletionPolicy } }),
    claims: [{ ...small.SERVICE, kind: 'PersistentVolumeClaim' }],
    authSecret: small.CONFIGURATION,
    authSecretShared: false,
  };
  const plan = planDeletion(input);
  expect([plan.release, plan.claim].map((all) => all.map(({ kind }) => kind))).toEqual([release, claim]);
  expect(planDeletion({ ...input, authSecretShared: true }).claim.map(({ kind }) => kind)).not.toContain('Secret');
  const handMade = { ...small.CONFIGURATION, metadata: { name: 'mine', namespace: 'demo' } };
  expect(planDeletion({ ...input, authSecret: handMade }).claim.map(({ kind }) => kind)).not.toContain('Secret');
  expect(planDeletion({ ...input, authSecret: undefined }).release.map(({ kind }) => kind)).not.toContain('Secret');
});

test.each([
  [
    'has the labels of another ProxySQL',
    { ownerReferences: [], labels: { ...small.CONFIGURATION.metadata.labels, 'app.kubernetes.io/instance': 'other' } },
  ],
  [
    'is controlled by somebody else',
    { ownerReferences: [{ apiVersion: 'v1', kind: 'Thing', name: 'other', uid: 'u9', controller: true }] },
  ],
])('given an auth Secret that %s, when everything is wiped out, then it stays', (_, metadata) => {
  const { claim, release } = planDeletion({
    proxysql: small.proxysql({ spec: { ...small.proxysql().spec, deletionPolicy: 'WipeOut' } }),
    claims: [],
    authSecret: { ...small.CONFIGURATION, metadata: { ...small.CONFIGURATION.metadata, ...metadata } },
    authSecretShared: false,
  });
  expect([claim.length, release.length]).toEqual([0, 1]);
});
