import { TLS_FINGERPRINT_ANNOTATION } from '../../lib/labels';
import { OperatedCluster } from './operated-cluster';

/** An edit that is refused, and what becomes of what runs meanwhile. */

let cluster: OperatedCluster;

beforeEach(async () => {
  cluster = await OperatedCluster.with();
  await cluster.startUntilReady();
});

async function edit(change: (spec: Record<string, unknown>) => void): Promise<void> {
  cluster.api.edit('ProxySQL', 'proxy-server', ({ spec }) => change(spec as Record<string, unknown>));
  await cluster.pass(5000);
}

const MISSPELT = (spec: Record<string, unknown>): void => void (spec['version'] = 'latest');

afterEach(() => cluster.stop());

test.each([
  ['a version that is none', MISSPELT],
  ['TLS that is of another shape', (spec: Record<string, unknown>): void => void (spec['tls'] = 'none')],
  ['no TLS, which nobody allowed', (spec: Record<string, unknown>): void => void delete spec['tls']],
])(
  'given %s and a renewal, then it reaches pods at once, and the status tells of the new certificate',
  async (_, change) => {
    await edit(change);
    const before = cluster.reportedCertificate();
    await cluster.issueCertificates();
    // What cert-manager says of each renewal.
    cluster.api.edit(
      'Certificate',
      'proxy-server-server-cert',
      ({ status }) => (status.renewalTime = '2027-01-01T00:00:00Z'),
    );
    await cluster.pass(5000);

    expect(cluster.reportedCertificate()).toBe(cluster.served());
    expect(cluster.reportedCertificate()).not.toBe(before);
    expect(cluster.api.get('Pod', 'proxy-server-0').metadata.annotations[TLS_FINGERPRINT_ANNOTATION]).toBeDefined();
    expect(cluster.condition('CertificatesServed')).toMatchObject({ status: 'True' });
    expect(cluster.proxysql.status.phase).toBe('Ready');
  },
);

test('given that the certificate ends meanwhile, then that is told, and the phase with it', async () => {
  await edit(MISSPELT);
  const notAfter = Date.parse(
    cluster.proxysql.status.certificates.find(({ alias }: { alias: string }) => alias === 'server').notAfter,
  );
  cluster.clock.freeze(notAfter - cluster.clock.now());
  await cluster.passMinutes(2);

  expect(cluster.condition('TLSSecretsProven')).toMatchObject({ status: 'False', reason: 'Expired' });
  expect(cluster.proxysql.status.phase).toBe('Critical');
});

test('given that the edit is taken back, then all is as before, and nothing was changed meanwhile', async () => {
  const workload = cluster.workload.metadata.resourceVersion;
  await edit(MISSPELT);
  expect(cluster.condition('ResourceValid')).toMatchObject({ status: 'False' });
  cluster.api.edit('ProxySQL', 'proxy-server', ({ spec }) => (spec.version = '3.0.1-debian'));
  await cluster.pass(5000);

  expect(cluster.condition('ResourceValid')).toMatchObject({ status: 'True' });
  expect(cluster.workload.metadata.resourceVersion).toBe(workload);
});
