import { type KubernetesObject } from '../../lib/kubernetes';
import { type Proof } from '../../lib/proof/proof';
import { rememberingProver } from '../../operator/observe';
import { OperatedCluster } from './operated-cluster';

/** Proving takes time: what was proven, or refused, is remembered for as long as it holds. */

const NOW = 1000;
const REFUSED: Proof = { proven: false, reason: 'NotYetValid', message: 'later', retryAt: NOW + 100 };
const NAMES = { dnsNames: ['a.example'], ipAddresses: [], uris: [] };

function secret(metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', uid: 'one', resourceVersion: '1', ...metadata } };
}

function counting(): { readonly prove: ReturnType<typeof rememberingProver>; readonly count: () => number } {
  let proofs = 0;
  const prove = rememberingProver(() => {
    proofs++;
    return REFUSED;
  });
  return { prove, count: () => proofs };
}

test('the same Secret for the same names is proven once, until the proof has to be looked at again', () => {
  const { prove, count } = counting();
  expect(prove(secret(), 'server', NAMES, NOW)).toBe(REFUSED);
  prove(secret(), 'server', NAMES, NOW + 99);
  expect(count()).toBe(1);
  prove(secret(), 'server', NAMES, NOW + 100);
  expect(count()).toBe(2);
});

test('another Secret, version, alias or name is proven anew', () => {
  const { prove, count } = counting();
  prove(secret(), 'server', NAMES, NOW);
  prove(secret({ uid: 'two' }), 'server', NAMES, NOW);
  prove(secret({ resourceVersion: '2' }), 'server', NAMES, NOW);
  prove(secret(), 'client', NAMES, NOW);
  prove(secret(), 'server', { ...NAMES, dnsNames: ['b.example'] }, NOW);
  expect(count()).toBe(5);
});

test.each([['uid'], ['resourceVersion']])('without a %s nothing is remembered', (field) => {
  const { prove, count } = counting();
  prove(secret({ [field]: undefined }), 'server', NAMES, NOW);
  prove(secret({ [field]: undefined }), 'server', NAMES, NOW);
  expect(count()).toBe(2);
});

test('a TLS Secret without the label is not proven, and what it lacks is said', async () => {
  const cluster = await OperatedCluster.with();
  cluster.createIssuer();
  await cluster.start();
  await cluster.issueCertificates();
  cluster.api.edit('Secret', 'proxy-server-server-cert', ({ metadata }) => (metadata.labels = {}));
  await cluster.pass(5000);

  expect(cluster.condition('TLSSecretsProven')).toMatchObject({ status: 'False' });
  expect(cluster.condition('TLSSecretsProven')?.message).toContain('no label app.kubernetes.io/managed-by=kubedb.com');
  await cluster.stop();
});
