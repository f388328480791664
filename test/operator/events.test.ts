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
