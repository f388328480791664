import { type TlsSecretData } from '../../lib/proof/proof';
import { proveTlsSecret } from '../../lib/proof/prove';
import { effortOf } from '../support/effort';
import { authority, type Issued, issue, NOW, secretData } from './certificates';

/** Whoever may write a Secret decides what is proven, which must not keep anybody else's waiting. */
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

let root: Issued;
let leaf: Issued;

beforeAll(async () => {
  root = await authority();
  leaf = await issue({ issuer: root, dnsNames: ['db.demo.svc'] });
});

function prove(data: TlsSecretData, dnsNames = ['db.demo.svc']) {
  let proof: ReturnType<typeof proveTlsSecret> | undefined;
  const effort = effortOf(() => {
    proof = proveTlsSecret({ data, alias: 'server', expected: { dnsNames }, now: NOW });
  });
  return { proof, effort };
}

test.each(['-----BEGIN A-----', '-----BEGIN CERTIFICATE-----\nAAAA\n'])(
  'given a megabyte of %j without an end, then it is refused in no time',
  (begin) => {
    const { proof, effort } = prove({ ...secretData(leaf), 'tls.crt': begin.repeat(1_000_000 / begin.length) });

    expect(proof).toMatchObject({ reason: 'CertificateUnreadable' });
    expect(effort).toBeLessThan(500);
  },
);

test('given ten thousand names in the certificate and as many that it should have, then they are compared in no time', async () => {
  const named = await issue({ issuer: root, dnsNames: times(10_000, (index) => `a${index}.demo.svc`) });

  const { proof, effort } = prove(
    secretData(named, [], [root]),
    times(10_000, (index) => `b${index}.demo.svc`),
  );

  expect(proof).toMatchObject({ reason: 'NameNotCovered' });
  expect(effort).toBeLessThan(1000);
});

test('given authorities of one name that vouch for each other, then a few of them are tried', async () => {
  const namesakes = [await authority({ subject: 'CN=same' })];
  for (let index = 0; index < 200; index++) {
    namesakes.push(await authority({ subject: 'CN=same', issuer: namesakes.at(-1) }));
  }
  const below = await issue({ issuer: namesakes.at(-1), dnsNames: ['db.demo.svc'] });

  const { proof, effort } = prove(secretData(below, [], namesakes));

  expect(proof).toBeDefined();
  expect(effort).toBeLessThan(1000);
});

test.each([
  [
    'tls.crt',
    (pem: string) => ({ 'tls.crt': pem.repeat(11) }),
    'tls.crt has 11 certificates, of which at most 10 are read: leave out those that did not issue each other.',
  ],
  [
    'ca.crt',
    (pem: string) => ({ 'ca.crt': pem.repeat(501) }),
    'ca.crt has 501 certificates, of which at most 500 are read: leave out authorities that no certificate leads to.',
  ],
])('given more certificates in %s than anybody needs, then that is told', (_, more, message) => {
  expect(prove({ ...secretData(leaf, [], [root]), ...more(leaf.pem) }).proof).toMatchObject({ proven: false, message });
});

test('given a bundle of as many authorities as are read, then the one that is led to is found', () => {
  const { proof, effort } = prove({ ...secretData(leaf), 'ca.crt': root.pem.repeat(500) });

  expect(proof).toMatchObject({ proven: true });
  expect(effort).toBeLessThan(1000);
});

test('given a subject and an issuer without an end, then little is said of them', async () => {
  const wordy = await authority({ subject: `CN=${'x'.repeat(20_000)}` });
  const below = await issue({ subject: wordy.certificate.subject, issuer: wordy, dnsNames: ['db.demo.svc'] });

  const { proof } = prove(secretData(below, [], [wordy]));
  expect(proof?.proven === true && proof.certificate.issuer.length).toBe(500);

  const { proof: refused } = prove({ ...secretData(below, [], [wordy]), 'tls.key': leaf.keyPem });
  expect(refused?.proven === false && refused.message.length).toBe(1500);
});
