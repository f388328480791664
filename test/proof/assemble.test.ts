import { createPrivateKey, X509Certificate } from 'node:crypto';
import { assembleFiles } from '../../lib/proof/assemble';
import { type Proven, type TlsSecretData } from '../../lib/proof/proof';
import { proveTlsSecret } from '../../lib/proof/prove';
import { authority, type Issued, issue, NOW, secretData } from './certificates';

let root: Issued;
let intermediate: Issued;
let chained: Issued;

beforeAll(async () => {
  root = await authority({ subject: 'CN=root' });
  intermediate = await authority({ subject: 'CN=intermediate', issuer: root });
  chained = await issue({ subject: 'CN=db', issuer: intermediate });
});

function proven(data: TlsSecretData): Proven {
  const proof = proveTlsSecret({ data, alias: 'server', expected: {}, now: NOW });
  if (!proof.proven) {
    throw new Error(proof.message);
  }
  return proof;
}

function subjects(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? [];
  return blocks.map((block) => new X509Certificate(block).subject);
}

test.each([
  ['root in ca.crt', () => [root], ['CN=intermediate', 'CN=root']],
  ['intermediate in ca.crt', () => [intermediate], ['CN=intermediate']],
  ['a bundle in ca.crt', () => [root, intermediate], ['CN=intermediate', 'CN=root']],
  ['no ca.crt', () => [], ['CN=intermediate']],
])('the intermediate comes first in proxysql-ca.pem: %s', (_, authorities, expected) => {
  const data = secretData(chained, [intermediate], authorities());

  const files = assembleFiles(proven(data), data);

  expect(subjects(files['proxysql-cert.pem'])).toEqual(['CN=db']);
  expect(subjects(files['proxysql-ca.pem'])).toEqual(expected);
});

test('an intermediate that is in ca.crt only comes first too', () => {
  const data = secretData(chained, [], [root, intermediate]);
  expect(subjects(assembleFiles(proven(data), data)['proxysql-ca.pem'])).toEqual(['CN=intermediate', 'CN=root']);
});

test('an authority that others were signed by stays trusted, as while authorities are being replaced', async () => {
  const next = await authority({ subject: 'CN=next' });
  const data = secretData(chained, [intermediate], [next, root]);
  expect(subjects(assembleFiles(proven(data), data)['proxysql-ca.pem'])).toEqual([
    'CN=intermediate',
    'CN=root',
    'CN=next',
  ]);
});

test('a certificate that vouches for itself is its own authority', async () => {
  const own = await issue({ subject: 'CN=own' });
  const data = secretData(own);
  expect(subjects(assembleFiles(proven(data), data)['proxysql-ca.pem'])).toEqual(['CN=own']);
});

test('further trusted authorities come last, each once', async () => {
  const old = await authority({ subject: 'CN=old' });
  const data = secretData(chained, [intermediate], [root]);

  const files = assembleFiles(proven(data), data, root.pem + old.pem);

  expect(subjects(files['proxysql-ca.pem'])).toEqual(['CN=intermediate', 'CN=root', 'CN=old']);
  const withKey = assembleFiles(proven(data), data, old.keyPem + old.pem)['proxysql-ca.pem'];
  expect(subjects(withKey)).toEqual(['CN=intermediate', 'CN=root', 'CN=old']);
  expect(withKey).not.toContain('PRIVATE KEY');
  const blank = assembleFiles(proven(data), data, ' \n')['proxysql-ca.pem'];
  expect(subjects(blank)).toEqual(['CN=intermediate', 'CN=root']);
  expect(() => assembleFiles(proven(data), data, 'garbage')).toThrow(/further trusted authorities is not PEM/);
  expect(() => assembleFiles(proven(data), data, old.pem.slice(0, 100))).toThrow(/cut short/);
});

test('the key is the one of the certificate, in a form that ProxySQL reads', () => {
  const data = secretData(chained, [intermediate], [root]);
  const key = assembleFiles(proven(data), data)['proxysql-key.pem'];
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(new X509Certificate(chained.pem).checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('a proof is good for what was proven only', () => {
  const proof = proven(secretData(chained, [intermediate], [root]));
  expect(() => assembleFiles(proof, secretData(chained, [intermediate]))).toThrow(
    /have changed since they were proven/,
  );
  expect(() => assembleFiles(proof, {})).toThrow(/prove them again/);
});
