import { OperatedCluster, WELL } from './operated-cluster';

/** What only the sidecar of a pod knows. */

const DENIED = "Access denied for user 'proxysql'@'10.0.0.1' (using password: YES)";

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
});

afterEach(() => cluster.stop());

const eventsOf = (reason: string): readonly string[] =>
  cluster.api
    .list('Event')
    .filter((event) => event.reason === reason)
    .map((event) => `${event.type} ${event.note}`);

test('given a database that does not know the account of the monitor, then the status tells, and once more when it does', async () => {
  await cluster.startUntilReady();
  await cluster.passMinutes(2);
  expect(cluster.condition('BackendHealthy')).toBeUndefined();

  cluster.report = { ...WELL, servers: [{ address: 'mysql:3306', inService: false, trouble: DENIED }] };
  await cluster.passMinutes(2);
  const told = cluster.condition('BackendHealthy');
  expect(told).toMatchObject({ status: 'False', reason: 'NoServerInService' });
  expect(told?.message).toContain(`mysql:3306 (${DENIED})`);
  expect(told?.message).toContain('Secret proxy-server-monitor');
  expect(cluster.proxysql.status.phase).toBe('Ready');
  expect(eventsOf('NoServerInService')).toEqual([`Warning ${told?.message}`]);

  cluster.report = WELL;
  await cluster.passMinutes(1);
  expect(cluster.condition('BackendHealthy')).toMatchObject({ status: 'True', reason: 'ServersInService' });
  expect(eventsOf('NoServerInService')).toHaveLength(1);
});

test('given a gate that the sidecar holds, then the status tells why, and that of a pod that is gone is not told of the next', async () => {
  cluster.createIssuer();
  await cluster.start();
  await cluster.pass(50);
  await cluster.issueCertificates();
  await cluster.pass(50);
  const gate = { ok: false, reason: 'ConfigurationRefused', message: 'auth Secret, key password: it is empty.' };
  cluster.report = { gate, configuration: { problems: [gate.message], changedSinceStart: false } };
  cluster.runPod(false);
  await cluster.passMinutes(1);

  const why = 'Pod demo/proxy-server-0 is not: auth Secret, key password: it is empty (ConfigurationRefused).';
  expect(cluster.condition('ReplicaReady')?.message).toContain(why);
  expect(cluster.proxysql.status.blockedBy).toBe('Pod demo/proxy-server-0');
  expect(eventsOf('SomeReplicasNotReady')).toEqual([expect.stringContaining(why)]);
  expect(eventsOf('SomeReplicasNotReady')[0]).toMatch(/^Warning/);

  cluster.report = WELL;
  cluster.runPod(true);
  await cluster.passMinutes(1);
  expect(cluster.proxysql.status.phase).toBe('Ready');
  expect(cluster.condition('ConfigurationInUse')).toBeUndefined();
});

test('given a password that changed, then the status tells that pods need a restart, though all is Ready', async () => {
  await cluster.startUntilReady();
  cluster.report = { ...WELL, configuration: { problems: [], changedSinceStart: true } };
  await cluster.passMinutes(2);

  expect(cluster.condition('ConfigurationInUse')).toMatchObject({
    status: 'False',
    reason: 'RestartNeeded',
    message: expect.stringContaining('kubectl rollout restart statefulset/proxy-server -n demo') as string,
  });
  expect(cluster.proxysql.status.phase).toBe('Ready');
});

test('given a report that does not change, then the status is not written again', async () => {
  await cluster.startUntilReady();
  cluster.report = { ...WELL, configuration: { problems: ['A flaw.'], changedSinceStart: false } };
  await cluster.passMinutes(2);
  const { resourceVersion } = cluster.proxysql.metadata;
  await cluster.passMinutes(10);

  expect(cluster.condition('ConfigurationInUse')?.reason).toBe('FlawsFound');
  expect(cluster.proxysql.metadata.resourceVersion).toBe(resourceVersion);
});
