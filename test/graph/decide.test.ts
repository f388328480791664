import { decide, type Decision } from '../../lib/graph/decide';
import { instant } from '../../lib/graph/instant';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type Proof } from '../../lib/proof/proof';
import { type CertificateStatus, type ProxySQLStatus } from '../../lib/proxysql-resource';
import * as small from './small-world';

const { NOW, worldOf } = small;

const FOUNDATION = [small.APP_BINDING, small.CONFIGURATION, small.SERVICE, small.ACCOUNT];
const RUNNING = [...small.PROVEN, small.workload(1)];

function kinds(objects: readonly KubernetesObject[], more = {}) {
  return decide(worldOf(objects, more)).apply.map(({ object }) => object.kind);
}

function conditionOf(objects: readonly KubernetesObject[], type: string, more = {}) {
  return decide(worldOf(objects, more)).conditions.find((condition) => condition.type === type);
}

function replacing(object: KubernetesObject): KubernetesObject[] {
  const others = RUNNING.filter(
    ({ kind, metadata }) => !(kind === object.kind && metadata.name === object.metadata.name),
  );
  return [...others, object];
}

describe('what is applied', () => {
  test('without an issuer, everything but Certificates and workload', () => {
    expect(kinds([small.APP_BINDING])).toEqual(['Secret', 'Service', 'ServiceAccount']);
    expect(decide(worldOf(FOUNDATION))).toMatchObject({ blockedBy: 'Issuer demo/ca', phase: 'Provisioning' });
  });

  test('without an issuer nobody knows how metrics are verified; what Prometheus knows already is kept right', () => {
    const monitor = { ...small.SERVICE, apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' };
    const desired = { desired: [...small.DESIRED, { step: 'Monitoring', object: monitor } as const] };
    expect(kinds(FOUNDATION, desired)).not.toContain('ServiceMonitor');
    expect(kinds([...FOUNDATION, small.issuer(true)], desired)).toContain('ServiceMonitor');
    expect(kinds([...FOUNDATION, monitor], desired)).toContain('ServiceMonitor');
  });

  test('an issuer that is Ready for an older generation holds the Certificates', () => {
    expect(kinds([...FOUNDATION, small.issuer(true, 0)])).not.toContain('Certificate');
    expect(kinds([...FOUNDATION, small.issuer(true)])).toContain('Certificate');
    expect(conditionOf([...FOUNDATION, small.issuer(true, 0)], 'IssuersReady')).toMatchObject({
      reason: 'IssuerStale',
    });
  });

  test("the issuer's own message is told", () => {
    const objects = [...FOUNDATION, small.issuer(false, 1, 'Error getting keypair.')];
    expect(conditionOf(objects, 'IssuersReady')?.message).toBe('Issuer demo/ca is not ready: Error getting keypair.');
  });

  test.each(['temporary', 'broken'] as const)('a %s Secret lets no workload be created or changed', (state) => {
    expect(kinds(replacing(small.tlsSecret(state)))).not.toContain('StatefulSet');
    expect(decide(worldOf(replacing(small.tlsSecret(state)))).prune).toEqual([]);
  });

  test('a late renewal does not hold changes of a workload that is there, but its creation', () => {
    const late = replacing(small.certificateObject(false));
    expect(kinds(late)).toContain('StatefulSet');
    expect(kinds(late.filter(({ kind }) => kind !== 'StatefulSet'))).not.toContain('StatefulSet');
  });

  test('what has to be made anew is held by the gates before its creation, and says so', () => {
    const adoptable = { ...small.workload(1).metadata, ownerReferences: [] };
    const other = { ...small.workload(1), metadata: adoptable, spec: { replicas: 1, serviceName: 'other' } };
    const wanted = { ...small.WORKLOAD, spec: { replicas: 1, serviceName: 'db-pods' } };
    const desired = [...small.DESIRED.filter(({ step }) => step !== 'Workload'), { step: 'Workload', object: wanted }];
    const world = { desired: desired as typeof small.DESIRED };
    const late = [...replacing(other).filter(({ kind }) => kind !== 'Certificate'), small.certificateObject(false)];

    expect(kinds(replacing(other), world)).toContain('StatefulSet');
    expect(kinds(late, world)).not.toContain('StatefulSet');
    expect(decide(worldOf(late, world))).toMatchObject({ blockedBy: 'Certificate demo/db-server-cert' });

    const same = { ...other, spec: wanted.spec };
    const unknown = { ...other, spec: undefined };
    const [changed, notSeen] = [same, unknown].map((workload) =>
      late.map((object) => (object.kind === 'StatefulSet' ? (workload as KubernetesObject) : object)),
    );
    expect(kinds(changed ?? [], world)).toContain('StatefulSet');
    expect(kinds(notSeen ?? [], world)).toContain('StatefulSet');
  });

  test('an invalid resource stops itself, and nothing is taken away', () => {
    const problems = [{ path: 'spec.replicas', value: '-1', message: 'it is negative', remedy: 'Give 0 or more' }];
    const decision = decide(worldOf(RUNNING, { problems, desired: [] }));
    expect(decision).toMatchObject({ apply: [], prune: [] });
    expect(decision.conditions.find(({ type }) => type === 'ResourceValid')?.message).toBe(
      'spec.replicas (given: -1): it is negative. Give 0 or more.',
    );
  });

  test('given an invalid resource of any shape, then nothing is asked of it, and all that the operator does is held', () => {
    const problems = [{ path: 'spec', value: 'null', message: 'it is missing', remedy: 'Write one' }];
    const certificates = [{ alias: 'server', secretName: 'db-server-cert', fingerprint: 'f1' }];
    const shapeless = small.proxysql({ spec: null as never, status: { certificates } });
    const decision = decide(worldOf(RUNNING, { problems, proxysql: shapeless }));
    expect(decision).toMatchObject({ apply: [], prune: [], certificates });
    expect(decision.steps.filter(({ verdict }) => verdict.open).map(({ id }) => id)).toEqual([
      'Issuer',
      'ProxySQL',
      'TLSSecrets',
      'StartGate',
    ]);
    const told = decision.conditions.map(({ type, status }) => [type, status]);
    expect(told).toEqual(expect.arrayContaining([['ReplicaReady', 'True']]));
    expect(
      decide(worldOf(RUNNING, { problems, proxysql: small.proxysql({ spec: null as never }) })).certificates,
    ).toEqual([]);
  });

  describe('given a resource that is refused while it runs', () => {
    const problems = [{ path: 'spec', value: 'null', message: 'it is missing', remedy: 'Write one' }];
    const certificates = [{ alias: 'server', secretName: 'db-server-cert', fingerprint: 'f0' }] as const;
    const refused = (
      objects: readonly KubernetesObject[],
      told: readonly CertificateStatus[] = certificates,
    ): Decision =>
      decide(
        worldOf(objects, {
          problems,
          desired: [],
          served: new Map([['db-0', 'f1']]),
          proxysql: small.proxysql({ spec: null as never, status: { certificates: told } }),
        }),
      );
    const conditionIn = ({ conditions }: Decision, wanted: string) => conditions.find(({ type }) => type === wanted);
    const withSecret = (state: 'good' | 'broken'): KubernetesObject[] => [
      ...RUNNING.filter(({ kind, metadata }) => kind !== 'Secret' || metadata.name !== 'db-server-cert'),
      small.tlsSecret(state),
    ];

    test('then its certificates are followed as they were asked for before', () => {
      const decision = refused(withSecret('good'));
      expect(conditionIn(decision, 'TLSSecretsProven')).toMatchObject({ status: 'True' });
      expect(conditionIn(decision, 'CertificatesServed')).toMatchObject({ status: 'True' });
      expect(decision.certificates).toMatchObject([{ alias: 'server', fingerprint: 'f1' }]);
      expect(decision).toMatchObject({ apply: [], prune: [], retryAt: small.VALID_UNTIL });
    });

    test('then a Secret that is broken meanwhile is told, and nothing is done about it', () => {
      const decision = refused(withSecret('broken'));
      expect(conditionIn(decision, 'TLSSecretsProven')).toMatchObject({ status: 'False', reason: 'KeyMismatch' });
      expect(decision).toMatchObject({ apply: [], prune: [] });
    });

    test.each<[string, readonly CertificateStatus[]]>([
      [
        'one that users supply, as no Certificate tells what it is for',
        [...certificates, { alias: 'client', secretName: 'own' }],
      ],
      ['others than there are', [{ alias: 'client', secretName: 'db-client-cert' }]],
      ['none', []],
    ])('and a status that tells of %s, then nobody knows what to follow', (_, told) => {
      const decision = refused(withSecret('broken'), told);
      expect(conditionIn(decision, 'TLSSecretsProven')).toBeUndefined();
      expect(decision.certificates).toEqual(told);
    });
  });

  test('removing TLS is refused unless plaintext is allowed aloud', () => {
    const spec = { ...small.proxysql().spec, tls: undefined };
    const world = { proxysql: small.proxysql({ spec }) };
    expect(kinds(RUNNING, world)).toEqual([]);
    expect(conditionOf(RUNNING, 'PlaintextRefused', world)).toMatchObject({ status: 'False', reason: 'TLSMissing' });
    const metadata = { ...small.proxysql().metadata, annotations: { 'cdk8s-proxysql.io/allow-plaintext': 'true' } };
    expect(kinds(RUNNING, { proxysql: small.proxysql({ spec, metadata }) })).toContain('StatefulSet');
  });

  test('an object of somebody else is reported and never overwritten', () => {
    const foreign = { ...small.SERVICE, metadata: { name: 'db', namespace: 'demo' } };
    expect(kinds(replacing(foreign))).not.toContain('Service');
    expect(conditionOf(replacing(foreign), 'ServicesPresent')).toMatchObject({ status: 'False', reason: 'Conflict' });
  });

  test('what is left over is deleted once nothing is held, and not before', () => {
    const old = { ...small.SERVICE, metadata: { ...small.SERVICE.metadata, name: 'db-stats' } };
    const gone = [{ apiVersion: 'v1', kind: 'Service', namespace: 'demo', name: 'db-stats' }];
    expect(decide(worldOf([...RUNNING, old])).prune).toEqual(gone);
    expect(decide(worldOf([...replacing(small.tlsSecret('broken')), old])).prune).toEqual([]);
    const renamed = { ...small.CERTIFICATE, metadata: { ...small.CERTIFICATE.metadata, name: 'db-old-cert' } };
    expect(decide(worldOf([...replacing(small.tlsSecret('broken')), renamed])).prune).toEqual([]);
    const noBackend = RUNNING.filter(({ kind }) => kind !== 'AppBinding');
    expect(decide(worldOf([...noBackend, old])).prune).toEqual([]);
  });

  test.each([
    ['what was issued', { kind: 'Secret', type: 'kubernetes.io/tls' }],
    ['a password', { kind: 'Secret', type: 'kubernetes.io/basic-auth' }],
    ['a kind that is never rendered', { kind: 'ControllerRevision' }],
    ['what is on its way out', { metadata: { ...small.SERVICE.metadata, name: 'old', deletionTimestamp: 'now' } }],
  ])('%s that is owned is not left over', (_, more) => {
    const owned = { ...small.SERVICE, metadata: { ...small.SERVICE.metadata, name: 'old' }, ...more };
    expect(decide(worldOf([...RUNNING, owned])).prune).toEqual([]);
  });

  test('a step that has still something to create is held by the gates before creation, until all is there', () => {
    const budget = { ...small.WORKLOAD, apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' };
    const desired = { desired: [...small.DESIRED, { step: 'Workload', object: budget } as const] };
    const late = replacing(small.certificateObject(false));
    const isOpen = (objects: readonly KubernetesObject[]) =>
      decide(worldOf(objects, desired)).steps.find(({ id }) => id === 'Workload')?.verdict.open;
    expect(isOpen(late)).toBe(false);
    expect(isOpen([...late, budget])).toBe(true);
    expect(kinds(late, desired)).toContain('StatefulSet');
    expect(kinds(late, desired)).not.toContain('PodDisruptionBudget');
  });
});

describe('when to decide again', () => {
  const retryAt = (more: object) => decide(worldOf(RUNNING, more)).retryAt;

  test('given a time that has gone by, then nothing is waited for that never comes', () => {
    expect(retryAt({ now: small.VALID_UNTIL - 1 })).toBe(small.VALID_UNTIL);
    expect(retryAt({ now: small.VALID_UNTIL })).toBeUndefined();
  });

  test('given nothing that time alone changes, then there is none', () => {
    const decision = decide(worldOf([]));
    expect(Object.keys(decision)).not.toContain('retryAt');
    expect(Object.keys(decision)).not.toContain('nextRetryTime');
  });
});

describe('what is reported', () => {
  const served = new Map([['db-0', 'f1']]);

  test('Ready once pods serve what is in the Secret; deciding again changes nothing', () => {
    expect(decide(worldOf(RUNNING)).phase).toBe('Provisioning');
    const first = decide(worldOf(RUNNING, { served }));
    expect(first).toMatchObject({ phase: 'Ready', retryAt: small.VALID_UNTIL, certificates: [{ servedByPods: 1 }] });
    const status = { conditions: first.conditions, certificates: first.certificates };
    const again = decide(worldOf(RUNNING, { proxysql: small.proxysql({ status }), now: NOW + 5000 }));
    expect(again.conditions).toBe(first.conditions);
    expect(again.certificates).toEqual(first.certificates);
  });

  test('a rotation has two minutes to reach the pods before the phase is Critical', () => {
    const { conditions } = decide(worldOf(RUNNING, { served }));
    const rotating = { served: new Map([['db-0', 'old']]) };
    const during = decide(worldOf(RUNNING, { ...rotating, proxysql: small.proxysql({ status: { conditions } }) }));
    expect(during).toMatchObject({ phase: 'Ready', retryAt: NOW + 120_000 });
    const status = { conditions: during.conditions };
    const late = { ...rotating, proxysql: small.proxysql({ status }), now: NOW + 120_000 };
    expect(decide(worldOf(RUNNING, late)).phase).toBe('Critical');
  });

  test('a pod that cannot be asked in the middle of a rotation has the rest of the two minutes', () => {
    const { conditions } = decide(worldOf(RUNNING, { served }));
    const proxysql = (status: ProxySQLStatus) => ({ proxysql: small.proxysql({ status }) });
    const rotating = decide(worldOf(RUNNING, { served: new Map([['db-0', 'old']]), ...proxysql({ conditions }) }));
    const silent = { served: new Map<string, string>(), ...proxysql({ conditions: rotating.conditions }) };
    const soon = decide(worldOf(RUNNING, { ...silent, now: NOW + 60_000 }));
    expect(soon).toMatchObject({ phase: 'Ready', retryAt: NOW + 120_000 });
    const after = { ...silent, ...proxysql({ conditions: soon.conditions }), now: NOW + 120_000 };
    expect(decide(worldOf(RUNNING, after)).phase).toBe('Critical');
  });

  test('a certificate that ends before the next one came makes the phase Critical at once, for whoever verifies it', () => {
    const { conditions, certificates } = decide(worldOf(RUNNING, { served }));
    const ended = {
      proxysql: small.proxysql({ status: { conditions, certificates } }),
      now: small.VALID_UNTIL,
      prove: (): Proof => ({ proven: false, reason: 'Expired', message: 'It has expired.' }),
    };
    const decision = decide(worldOf(RUNNING, ended));
    expect(decision.phase).toBe('Critical');
    expect(decision.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        message: `The certificate that pods serve ended at ${instant(small.VALID_UNTIL)}: clients that verify it are turned away.`,
      }),
    );
  });

  test("a failed issuance tells cert-manager's next attempt", () => {
    const lastFailureTime = new Date(NOW).toISOString();
    const failing = small.certificateObject(false, { lastFailureTime, failedIssuanceAttempts: 3 });
    const decision = decide(worldOf([...FOUNDATION, small.issuer(true), failing]));
    expect(decision).toMatchObject({
      nextRetryTime: '2026-06-15T16:00:00Z',
      blockedBy: 'Certificate demo/db-server-cert',
    });
  });
});

test('a status of a former life, restored with its higher generation, is not believed', () => {
  const { conditions } = decide(worldOf(RUNNING, { served: new Map([['db-0', 'f1']]) }));
  const restored = conditions.map((condition) => ({ ...condition, observedGeneration: 7 }));
  const world = { proxysql: small.proxysql({ status: { phase: 'Ready', conditions: restored } }) };
  const decision = decide(worldOf([small.APP_BINDING, small.issuer(true)], world));

  expect(decision).toMatchObject({ phase: 'Provisioning', blockedBy: 'Secret demo/db-configuration' });
  expect(decision.conditions.filter(({ observedGeneration }) => observedGeneration !== 1)).toEqual([]);
  const states = new Map(decision.conditions.map(({ type, status }) => [type, status]));
  expect([states.get('ReplicaReady'), states.get('BackendResolved')]).toEqual(['False', 'True']);
  // Nobody says anything about these yet; what is Unknown is written, and so not left to whoever restored it.
  expect([states.get('Provisioned'), states.get('Ready')]).toEqual(['Unknown', 'Unknown']);
  expect(decide(worldOf(RUNNING, { ...world, served: new Map([['db-0', 'f1']]) })).phase).toBe('Ready');
});
