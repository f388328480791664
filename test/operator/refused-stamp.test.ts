import { OperatedCluster } from './operated-cluster';

/** Stamping only makes kubelet faster: where pods may not be changed, all else goes on. */

const WHY = 'admission webhook "validate.example.com" denied the request: pods are immutable';

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
  await cluster.startUntilReady();
  cluster.api.refuse = (verb, kind) => (verb === 'patch' && kind === 'Pod' ? [403, WHY] : undefined);
});

afterEach(() => cluster.stop());

function stamps(): number {
  return cluster.api.requests.filter((request) => request === 'patch Pod proxy-server-0').length;
}

test('given a renewal, then what the pod serves is reported, and that it could not be stamped', async () => {
  const before = cluster.reportedCertificate();

  await cluster.issueCertificates();
  await cluster.passMinutes(2);

  expect(cluster.reportedCertificate()).toBe(cluster.served());
  expect(cluster.reportedCertificate()).not.toBe(before);
  expect(cluster.condition('CertificatesServed')).toMatchObject({ status: 'True' });
  expect(cluster.condition('ObjectsAccepted')).toMatchObject({ status: 'False', reason: 'Refused' });
  expect(cluster.condition('ObjectsAccepted')?.message).toContain(`Pod demo/proxy-server-0: `);
  expect(cluster.condition('ObjectsAccepted')?.message).toContain(WHY);
  // Nothing waits for it.
  expect(cluster.proxysql.status.blockedBy).toBeUndefined();
  expect(cluster.api.list('Event').filter(({ reason }) => reason === 'ApplyFailed')).not.toEqual([]);
});

test('given pods that fail afterwards, then that is reported', async () => {
  await cluster.issueCertificates();
  await cluster.passMinutes(2);

  cluster.runPod(false);
  await cluster.passMinutes(2);

  expect(cluster.proxysql.status.phase).toBe('NotReady');
});

test('given hours, then it is tried again about twice a minute, until it is allowed', async () => {
  await cluster.issueCertificates();
  await cluster.passMinutes(10);

  const before = stamps();
  await cluster.passMinutes(60);
  expect(stamps() - before).toBeGreaterThan(0);
  expect(stamps() - before).toBeLessThanOrEqual(130);

  cluster.api.refuse = () => undefined;
  await cluster.passMinutes(2);
  const after = stamps();
  await cluster.passMinutes(60);

  expect(cluster.condition('ObjectsAccepted')).toMatchObject({ status: 'True' });
  expect(stamps()).toBe(after);
});

test('given a pod that is gone when it is stamped, then nothing is refused', async () => {
  cluster.api.refuse = (verb, kind) => (verb === 'patch' && kind === 'Pod' ? [404, 'not found'] : undefined);

  await cluster.issueCertificates();
  await cluster.passMinutes(2);

  expect(cluster.condition('ObjectsAccepted')).toBeUndefined();
});
