import { decide } from '../../lib/graph/decide';
import { podConditions } from '../../lib/graph/pod-conditions';
import { type PodReport, type ReportedServer } from '../../lib/graph/pod-report';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLStatus } from '../../lib/proxysql-resource';
import * as small from './small-world';

const DENIED = "Access denied for user 'proxysql'@'10.0.0.5' (using password: YES)";
const GONE = "Can't connect to server on 'mysql-1' (115)";
const REMEDY = 'Create the account of Secret db-monitor in the database, with the privileges that its checks need.';
const FINE = { ok: true, reason: 'Serving', message: 'Fine.' };

function server(ordinal: number, inService: boolean, trouble?: string): ReportedServer {
  return { address: `mysql-${ordinal}:3306`, inService, ...(trouble !== undefined && { trouble }) };
}

function report(more: Partial<PodReport> = {}): PodReport {
  return {
    gate: FINE,
    readiness: FINE,
    configuration: { problems: [], changedSinceStart: false },
    servers: [server(0, true)],
    ...more,
  };
}

const withServers = (...servers: ReportedServer[]): PodReport => report({ servers });
const withConfiguration = (problems: string[], changedSinceStart = false): PodReport =>
  report({ configuration: { problems, changedSinceStart } });

function workload(replicas: number, status: object = {}): KubernetesObject {
  const well = { observedGeneration: 1, readyReplicas: replicas, currentRevision: 'a', updateRevision: 'a' };
  return { ...small.WORKLOAD, spec: { replicas }, status: { ...well, ...status } };
}

interface Given {
  /** One for each pod. */
  readonly reports: readonly (PodReport | undefined)[];
  readonly before?: readonly Condition[];
  readonly workload?: object;
}

function worldOf({ reports, before = [], workload: status }: Given) {
  const known = reports.flatMap((each, ordinal): [string, PodReport][] => (each ? [[`db-${ordinal}`, each]] : []));
  return small.worldOf([...small.PROVEN, workload(reports.length, status)], {
    proxysql: small.proxysql({ status: { conditions: before } as ProxySQLStatus }),
    reports: new Map(known),
  });
}

const conditionsFor = (given: Given): Condition[] => podConditions(worldOf(given), false);
const was = (type: string): Condition => ({ type, status: 'False', reason: 'Before', message: 'Before.' });

describe('the backend', () => {
  test.each<[string, PodReport, string, string]>([
    [
      'no server in service, since the account of the monitor is refused',
      withServers(server(0, false, DENIED), server(1, false, DENIED)),
      'NoServerInService',
      `has no server of the database in service, so that clients log in and no query is answered: mysql-0:3306 (${DENIED}), mysql-1:3306 (${DENIED}). ${REMEDY}`,
    ],
    [
      'some out of service',
      withServers(server(0, true), server(1, false, GONE), server(2, true)),
      'ServersOutOfService',
      `has 1 of 3 servers of the database out of service: mysql-1:3306 (${GONE}).`,
    ],
    [
      'servers that cannot be checked for want of the account',
      withServers(server(0, true, DENIED)),
      'MonitorRefused',
      `cannot check servers of the database: mysql-0:3306 (${DENIED}). ${REMEDY}`,
    ],
    [
      'servers that fail their checks',
      withServers(server(0, true), server(1, true, GONE)),
      'ChecksFail',
      `cannot check servers of the database: mysql-1:3306 (${GONE}).`,
    ],
    [
      'many out of service, of which the first are told',
      withServers(...[0, 1, 2, 3, 4].map((ordinal) => server(ordinal, false))),
      'NoServerInService',
      'has no server of the database in service, so that clients log in and no query is answered: mysql-0:3306, mysql-1:3306, mysql-2:3306, 2 more.',
    ],
  ])('given %s, then that is told', (_, given, reason, words) => {
    expect(conditionsFor({ reports: [given] })).toEqual([
      {
        type: 'BackendHealthy',
        status: 'False',
        reason,
        message: `Pod demo/db-0 ${words}`,
        observedGeneration: 1,
      },
    ]);
  });

  test('given pods that see different things, then the worst is told, with how many see the same', () => {
    const [failing, none] = [withServers(server(0, true, GONE)), withServers(server(0, false, GONE))];
    expect(conditionsFor({ reports: [failing, none, failing, none] })).toMatchObject([
      {
        reason: 'NoServerInService',
        message: expect.stringMatching(/^Pod demo\/db-1 \(and 1 more\) has no/) as string,
      },
    ]);
  });

  test('given nothing wrong, then nothing is said, unless there was something before', () => {
    expect(conditionsFor({ reports: [report()] })).toEqual([]);
    expect(conditionsFor({ reports: [report()], before: [was('BackendHealthy')] })).toEqual([
      {
        type: 'BackendHealthy',
        status: 'True',
        reason: 'ServersInService',
        message: 'All servers of the database are in service, and pass the checks of ProxySQL.',
        observedGeneration: 1,
      },
    ]);
  });

  test.each([
    ['a pod without a report', [report(), undefined]],
    ['a pod whose ProxySQL does not say', [report(), report({ servers: undefined })]],
  ])('given something wrong before and %s, then it is not known to be over', (_, reports) => {
    expect(conditionsFor({ reports, before: [was('BackendHealthy')] })).toEqual([]);
  });
});

describe('the configuration', () => {
  const flaw = 'users Secret, key app: there is no password. Write it.';

  test('given flaws, then that is told', () => {
    expect(conditionsFor({ reports: [withConfiguration([flaw, 'b.', 'c.', 'd.'])] })).toMatchObject([
      {
        type: 'ConfigurationInUse',
        status: 'False',
        reason: 'FlawsFound',
        message: `Pod demo/db-0 finds flaws in its configuration, and leaves out what it cannot use or keeps what it had: ${flaw} b. c.`,
      },
    ]);
  });

  test('given a gate that is shut because of them, then it is left to that to tell', () => {
    expect(conditionsFor({ reports: [{ ...withConfiguration([flaw]), gate: { ...FINE, ok: false } }] })).toEqual([]);
  });

  test('given Secrets that changed since pods were started, then it is said how to restart them', () => {
    const reports = [report(), withConfiguration([], true), withConfiguration([], true)];
    expect(conditionsFor({ reports })).toMatchObject([
      {
        type: 'ConfigurationInUse',
        status: 'False',
        reason: 'RestartNeeded',
        message:
          'Pod demo/db-1 (and 1 more) runs with what its Secrets held before they changed: kubectl rollout restart statefulset/db -n demo',
      },
    ]);
  });

  test.each([
    ['pods that are being replaced', { updateRevision: 'b' }],
    ['a pod that is not ready', { readyReplicas: 1 }],
    ['a change that nobody has seen', { observedGeneration: 0 }],
  ])('given %s, then nobody needs to restart them, and nothing is over', (_, status) => {
    const before = [was('ConfigurationInUse')];
    expect(conditionsFor({ reports: [withConfiguration([], true), report()], before, workload: status })).toEqual([]);
    expect(conditionsFor({ reports: [report(), report()], before, workload: status })).toEqual([]);
  });

  test.each([
    ['a StatefulSet that is held, so that pods might not come up', {}, true],
    ['a turn that is waited for, and with it a restart', { waitsForTurn: true }, false],
  ])('given %s, then nobody is asked to restart them', (_, more, held) => {
    const world = worldOf({ reports: [withConfiguration([], true)] });
    expect(podConditions({ ...world, ...more }, held)).toEqual([]);
  });

  test('given a TLS Secret that is not proven any more, then nobody is asked to restart pods, which would not come up', () => {
    const told = (secret: KubernetesObject): Condition | undefined => {
      const objects = [
        ...small.PROVEN.filter(({ kind }) => kind !== 'Secret'),
        small.CONFIGURATION,
        secret,
        workload(1),
      ];
      const reports = new Map([['db-0', withConfiguration([], true)]]);
      return decide(small.worldOf(objects, { reports })).conditions.find(({ type }) => type === 'ConfigurationInUse');
    };
    expect(told(small.tlsSecret('good'))).toMatchObject({ status: 'False', reason: 'RestartNeeded' });
    expect(told(small.tlsSecret('broken'))).toBeUndefined();
  });

  test('given that all pods run with it again, then it is over', () => {
    expect(conditionsFor({ reports: [report(), report()], before: [was('ConfigurationInUse')] })).toMatchObject([
      { type: 'ConfigurationInUse', status: 'True', reason: 'InUse' },
    ]);
  });
});

test('given no StatefulSet, then nothing is said', () => {
  expect(podConditions(small.worldOf(small.PROVEN, { reports: new Map([['db-0', report()]]) }), false)).toEqual([]);
});

test('whatever pods report, it changes neither what is done nor the phase', () => {
  const good = decide(worldOf({ reports: [report()] }));
  const bad = decide(
    worldOf({ reports: [{ ...withConfiguration(['a'], true), servers: [server(0, false, DENIED)] }] }),
  );

  expect([bad.phase, bad.apply, bad.prune, bad.blockedBy]).toEqual([
    good.phase,
    good.apply,
    good.prune,
    good.blockedBy,
  ]);
  expect(bad.conditions.filter(({ type }) => !good.conditions.some((known) => known.type === type))).toMatchObject([
    { type: 'BackendHealthy', status: 'False' },
    { type: 'ConfigurationInUse', status: 'False' },
  ]);
});
