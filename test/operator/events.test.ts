import { type Decision } from '../../lib/graph/decide';
import { type Condition } from '../../lib/kubernetes';
import { held, type Held } from '../../lib/graph/verdict';
import { type ProxySQLStatus } from '../../lib/proxysql-resource';
import { statusNotes } from '../../operator/events';

const NOTHING_HELD = { steps: [] } as unknown as Decision;
const served = (status: Condition['status'], reason: string, message = ''): { conditions: Condition[] } => ({
  conditions: [{ type: 'CertificatesServed', status, reason, message }],
});

test.each(['True', 'False'] as const)(
  'given that pods do not answer while CertificatesServed is %s, then that is one event, however many follow',
  (status) => {
    const one = served(status, 'PodsNotAnswering', 'Pod a');
    expect(statusNotes(served('True', 'CertificatesServed'), one, NOTHING_HELD)).toEqual([
      { type: 'Warning', reason: 'PodsNotAnswering', message: 'Pod a', action: 'Report' },
    ]);
    expect(statusNotes(one, served(status, 'PodsNotAnswering', 'Pod a and 1 more'), NOTHING_HELD)).toEqual([]);
  },
);

const waitingFor = (verdict: Held): Decision => ({ steps: [{ id: 'Certificates', verdict }] }) as unknown as Decision;
const is = (type: string, status: Condition['status'], reason: string): Condition => ({ type, status, reason });

test.each([
  ['Normal', 'on the way to its first Ready', []],
  ['Warning', 'which was Ready before', [is('Provisioned', 'True', 'DatabaseSuccessfullyProvisioned')]],
])('given a gate that is shut, then that is %s for a ProxySQL %s', (type, _, conditions) => {
  const verdict = held('IssuerNotFound', 'Issuer demo/ca does not exist: create it.');
  const after: ProxySQLStatus = { conditions: [...conditions, is('IssuersReady', 'False', 'IssuerNotFound')] };
  expect(statusNotes({ conditions }, after, waitingFor(verdict))).toEqual([
    { type, reason: 'IssuerNotFound', message: verdict.message, action: 'Wait' },
  ]);
});

test('given a gate that only its user can open, then that is a warning from the beginning', () => {
  const verdict = held('Invalid', 'spec.version is missing.', { needsUser: true });
  expect(statusNotes({}, {}, waitingFor(verdict))).toMatchObject([{ type: 'Warning', reason: 'Invalid' }]);
});

test('given a gate that was shut for the same reason, then that is told again where something else blocks it', () => {
  const decision = waitingFor(held('IssuerNotReady', 'Issuer demo/ca is not ready.'));
  const shut = { conditions: [is('IssuersReady', 'False', 'IssuerNotReady')], blockedBy: 'Issuer demo/ca' };
  expect(statusNotes(shut, shut, decision)).toEqual([]);
  expect(statusNotes(shut, { ...shut, blockedBy: 'Issuer demo/other' }, decision)).toHaveLength(1);
  for (const other of [is('IssuersReady', 'False', 'IssuerNotFound'), is('IssuersReady', 'True', 'IssuerNotReady')]) {
    expect(statusNotes({ ...shut, conditions: [other] }, shut, decision)).toHaveLength(1);
  }
});

describe('given a renewal that is late', () => {
  const late = (status: Condition['status'], reason: string): ProxySQLStatus => ({
    conditions: [{ type: 'CertificatesRenewed', status, reason, message: 'db is late.' }],
  });
  const told = { type: 'Warning', reason: 'RenewalFailed', message: 'db is late.', action: 'Renew' };

  test.each([
    ['nothing was known of it', {}],
    ['the last one was not', late('True', 'RenewalFailed')],
    ['it was late for another reason', late('False', 'RenewalOverdue')],
  ])('when %s, then that is told', (_, before) => {
    expect(statusNotes(before, late('False', 'RenewalFailed'), NOTHING_HELD)).toEqual([told]);
  });

  test.each([
    ['it was so before', late('False', 'RenewalFailed'), late('False', 'RenewalFailed')],
    ['it is no more', late('False', 'RenewalFailed'), late('True', 'Renewed')],
    ['nothing is known of it', {}, {}],
  ])('when %s, then nothing is told', (_, before, after) => {
    expect(statusNotes(before, after, NOTHING_HELD)).toEqual([]);
  });
});

test.each([
  ['Normal', 'Ready', 'Ready'],
  ['Normal', 'Halted', 'Halted'],
  ['Warning', 'NotReady', 'Ready'],
  ['Warning', 'Critical', 'Ready'],
] as const)('given that it becomes so, then a %s event tells that it is %s, and once', (type, phase, condition) => {
  const told = (by: string): Condition => ({ ...is(by, 'True', 'Any'), message: `${by} tells.` });
  const after: ProxySQLStatus = { phase, conditions: [told('Ready'), told('Halted')] };
  expect(statusNotes({ phase: 'Provisioning' }, after, NOTHING_HELD)).toEqual([
    { type, reason: phase, message: `${condition} tells.`, action: 'Report' },
  ]);
  expect(statusNotes(after, after, NOTHING_HELD)).toEqual([]);
  expect(statusNotes(after, { ...after, phase: 'Provisioning' }, NOTHING_HELD)).toEqual([]);
});

describe('given pods that are not ready', () => {
  const notReady = [is('ReplicaReady', 'False', 'SomeReplicasNotReady')];
  const blocked = (kind: string, name: string): [ProxySQLStatus, Decision] => [
    { conditions: notReady, blockedBy: `${kind} demo/${name}` },
    waitingFor(held('SomeReplicasNotReady', `${name} tells.`, { blockedBy: { apiVersion: 'v1', kind, name } })),
  ];

  test('when one is in trouble that its status tells, then that is one event', () => {
    const [starting] = blocked('StatefulSet', 'db');
    const [troubled, decision] = blocked('Pod', 'db-1');
    expect(statusNotes(starting, troubled, decision)).toEqual([
      { type: 'Warning', reason: 'SomeReplicasNotReady', message: 'db-1 tells.', action: 'Wait' },
    ]);
    expect(statusNotes(troubled, troubled, decision)).toEqual([]);
  });

  test('when they start or end, then the phase tells it', () => {
    expect(statusNotes(undefined, ...blocked('StatefulSet', 'db'))).toEqual([]);
  });
});

test.each([
  ['CertificatesRenewed', 'Renew'],
  ['BackendHealthy', 'Check'],
  ['ConfigurationInUse', 'Apply'],
])('given that %s becomes False, then that is one event, and another one for another reason', (type, action) => {
  const told = (status: Condition['status'], reason: string, message: string): ProxySQLStatus => ({
    conditions: [{ type, status, reason, message }],
  });
  const first = { type: 'Warning', reason: 'One', message: 'Pod a.', action };
  expect(statusNotes({}, told('False', 'One', 'Pod a.'), NOTHING_HELD)).toEqual([first]);
  expect(statusNotes(told('True', 'Good', ''), told('False', 'One', 'Pod a.'), NOTHING_HELD)).toEqual([first]);
  expect(statusNotes(told('False', 'One', ''), told('False', 'One', 'Pod b.'), NOTHING_HELD)).toEqual([]);
  expect(statusNotes(told('False', 'One', ''), told('False', 'Two', 'Pod a.'), NOTHING_HELD)).toEqual([
    { ...first, reason: 'Two' },
  ]);
  expect(statusNotes(told('False', 'One', ''), told('True', 'Good', ''), NOTHING_HELD)).toEqual([]);
});
