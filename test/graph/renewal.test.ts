import { decide } from '../../lib/graph/decide';
import { type World } from '../../lib/graph/world';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import { type Proven } from '../../lib/proof/proof';
import { statusNotes } from '../../operator/events';
import * as small from './small-world';

const DAY = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
/** Of 90 days, like those of many authorities. */
const END = START + 90 * DAY;
const RENEWAL = '2026-03-02T00:00:00Z';

const proof = (until = END): Proven => ({
  proven: true,
  certificate: { fingerprint: 'f1', notBefore: START, notAfter: END, issuer: 'CN=ca', chain: ['f1'] },
  fingerprintOfSet: 's1',
  validUntil: until,
});

const FOUNDATION = [small.APP_BINDING, small.CONFIGURATION, small.SERVICE, small.ACCOUNT, small.tlsSecret('good')];

function issued(now: number, status: object = {}, more: Partial<World> = {}): World {
  const certificate = small.certificateObject(true, { renewalTime: RENEWAL, ...status });
  return small.worldOf([...FOUNDATION, small.issuer(true), certificate, small.workload(1)], {
    now,
    prove: () => proof(),
    ...more,
  });
}

function supplied(now: number, until = END, objects: readonly KubernetesObject[] = FOUNDATION): World {
  const { spec, ...rest } = small.proxysql();
  return small.worldOf([...objects, small.workload(1)], {
    now,
    prove: () => proof(until),
    proxysql: {
      ...rest,
      spec: { ...spec, tls: { certificates: [{ alias: 'server', secretName: 'db-server-cert' }] } },
    },
    desired: small.DESIRED.filter(({ step }) => step !== 'Certificates'),
  });
}

const renewal = (world: World): Condition | undefined =>
  decide(world).conditions.find(({ type }) => type === 'CertificatesRenewed');

const at = (day: number) => START + day * DAY;

describe('a certificate that cert-manager renews', () => {
  test('given that its renewal is due, then cert-manager has a quarter of what is left', () => {
    expect(renewal(issued(at(67.4)))).toBeUndefined();
    expect(renewal(issued(at(67.6)))).toMatchObject({
      status: 'False',
      reason: 'RenewalOverdue',
      message:
        'Certificate demo/db-server-cert was to be renewed at 2026-03-02T00:00:00Z, and Secret demo/db-server-cert has no newer certificate. The server certificate in use ends at 2026-04-01T00:00:00Z. See whether cert-manager runs.',
    });
  });

  test('given that time alone makes it late, then it is looked at then', () => {
    expect(decide(issued(at(1))).retryAt).toBe(at(67.5));
  });

  test('given that an attempt failed, then that is told at once, with the words of cert-manager', () => {
    const conditions = [
      { type: 'Ready', status: 'True', observedGeneration: 1 },
      { type: 'Issuing', status: 'False', message: 'the order is invalid.' },
    ];
    const status = { conditions, lastFailureTime: '2026-03-02T00:00:05Z', failedIssuanceAttempts: 2 };
    expect(renewal(issued(at(60.1), status))).toMatchObject({
      reason: 'RenewalFailed',
      message:
        'Certificate demo/db-server-cert could not be issued, 2 failed attempts: the order is invalid. cert-manager tries again at 2026-03-02T02:00:05Z. The server certificate in use ends at 2026-04-01T00:00:00Z.',
    });
  });

  test('given several, then the first that is late by time alone decides when to look', () => {
    const client = {
      ...small.certificateObject(true, { renewalTime: '2026-02-01T00:00:00Z' }),
      metadata: { ...small.CERTIFICATE.metadata, name: 'db-client-cert' },
    };
    const world = issued(at(1), {}, { desired: [...small.DESIRED, { step: 'Certificates', object: client }] });
    const find: World['find'] = (reference) =>
      reference.name === 'db-client-cert' ? { state: 'present', object: client } : world.find(reference);
    expect(decide({ ...world, find }).retryAt).toBe(at(31) + (59 * DAY) / 4);
  });

  test.each([
    ['is not there', undefined],
    ['is not Ready', small.certificateObject(false, { renewalTime: RENEWAL })],
  ])('given a Certificate that %s, then the gate of the Certificates tells, and not this', (_, certificate) => {
    const world = issued(at(80));
    const find: World['find'] = (reference) =>
      reference.kind !== 'Certificate'
        ? world.find(reference)
        : certificate === undefined
          ? { state: 'absent' }
          : { state: 'present', object: certificate };
    expect(renewal(world)?.status).toBe('False');
    expect(renewal({ ...world, find })).toBeUndefined();
  });

  test('given a late one, then the condition is about the resource as it is now', () => {
    expect(renewal(issued(at(80)))?.observedGeneration).toBe(1);
  });

  test.each([
    ['no time of renewal', { renewalTime: undefined }],
    ['a time that is none', { renewalTime: 'soon' }],
    ['a time of another shape', { renewalTime: 5 }],
    ['a renewal after its end', { renewalTime: '2027-01-01T00:00:00Z' }],
    ['a renewal at its end', { renewalTime: '2026-04-01T00:00:00Z' }],
  ])('given %s, then nothing is late before its end', (_, status) => {
    expect(renewal(issued(at(89), status))).toBeUndefined();
  });

  test('given a late one, then phase and gates stay as they are', () => {
    const status = { conditions: decide(issued(at(1))).conditions };
    const [before, after] = [at(2), at(80)].map((now) =>
      decide(issued(now, {}, { proxysql: small.proxysql({ status }), served: new Map([['db-0', 'f1']]) })),
    );
    expect(renewal(issued(at(80)))?.status).toBe('False');
    expect(after?.phase).toBe(before?.phase);
    expect(after?.steps).toEqual(before?.steps);
    expect(after?.blockedBy).toBeUndefined();
  });
});

describe('a certificate that the user supplies', () => {
  test('given 10 days before its end, then the next one is asked for', () => {
    expect(renewal(supplied(at(79)))).toBeUndefined();
    expect(decide(supplied(at(79))).retryAt).toBe(at(80));
    expect(renewal(supplied(at(80)))).toMatchObject({
      status: 'False',
      reason: 'RenewalDue',
      message:
        'Secret demo/db-server-cert: the server certificate or its authority ends at 2026-04-01T00:00:00Z; write the next one into the Secret before.',
    });
  });

  test('given an authority that ends before it, then that counts', () => {
    expect(renewal(supplied(at(6), at(8)))).toBeUndefined();
    expect(renewal(supplied(at(7), at(8)))).toMatchObject({ reason: 'RenewalDue' });
  });

  test('given one that is not proven, then that alone is told', () => {
    expect(
      renewal({ ...supplied(at(89)), prove: small.proveByState, find: () => ({ state: 'absent' }) }),
    ).toBeUndefined();
  });
});

test('given a late renewal that has come, then the condition says so, and stays', () => {
  const late: Condition = { type: 'CertificatesRenewed', status: 'False', reason: 'RenewalDue', message: 'Late.' };
  const [before, renewed] = [
    late,
    { ...late, status: 'True' as const, reason: 'Renewed', message: 'No renewal is late.' },
  ];
  const worldOf = (condition: Condition): World => {
    const world = supplied(at(1));
    return { ...world, proxysql: { ...world.proxysql, status: { conditions: [condition] } } };
  };
  expect(renewal(worldOf(before))).toMatchObject(renewed);
  expect(renewal(worldOf(renewed))).toEqual(renewed);
});

describe('given a late renewal', () => {
  const late: Condition = { type: 'CertificatesRenewed', status: 'False', reason: 'RenewalDue', message: 'Late.' };
  const afterLate = (world: World): World => ({
    ...world,
    proxysql: { ...world.proxysql, status: { conditions: [late] } },
  });

  test.each([
    [
      'its end comes before the next one',
      { ...supplied(at(91)), prove: small.proveByState, find: () => ({ state: 'absent' as const }) },
    ],
    [
      'cert-manager begins to issue it',
      issued(at(89), { conditions: [{ type: 'Ready', status: 'False', observedGeneration: 1 }] }),
    ],
  ])('when %s, then nobody says that it has come', (_, world) => {
    expect(renewal(afterLate(world))).toEqual(late);
  });
});

test('given a late renewal, then one event tells it, and another one only for another reason', () => {
  const decision = decide(issued(at(1)));
  const status = (reason: string, message: string) => ({
    conditions: [{ type: 'CertificatesRenewed', status: 'False' as const, reason, message }],
  });
  const notes = (before: object | undefined, after: object) => statusNotes(before, after, decision);
  const note = { type: 'Warning', reason: 'RenewalFailed', message: 'once', action: 'Renew' };
  expect(notes(undefined, status('RenewalFailed', 'once'))).toEqual([note]);
  expect(notes(status('RenewalFailed', 'once'), status('RenewalFailed', 'twice'))).toEqual([]);
  expect(notes(status('RenewalOverdue', ''), status('RenewalFailed', 'once'))).toEqual([note]);
});
