import { createPrivateKey, X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { type AddressInfo } from 'node:net';

import { CertificateAuthority, type IssuedCertificate, tlsSecretData } from './certificate-maker';

function isPair({ certificate, key }: IssuedCertificate): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

test('a leaf below an intermediate is trusted by whoever trusts the root', async () => {
  const root = await CertificateAuthority.root();
  const issued = await (await root.intermediate()).issue({ dnsNames: ['localhost'] });
  const server = createServer({ cert: issued.chain, key: issued.key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: issued.root });
  await new Promise((resolve, reject) => client.once('secureConnect', resolve).once('error', reject));

  expect(client.authorized).toBe(true);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('a certificate says what was wished for', async () => {
  const root = await CertificateAuthority.root();

  const issued = await root.issue({
    commonName: 'one',
    organizations: ['system:masters'],
    dnsNames: ['one.test'],
    ipAddresses: ['127.0.0.1'],
    uris: ['spiffe://test/one'],
    keyAlgorithm: 'RSA',
  });

  const certificate = new X509Certificate(issued.certificate);
  expect(certificate.subject).toBe('O=system:masters\nCN=one');
  expect(certificate.subjectAltName).toBe('DNS:one.test, IP Address:127.0.0.1, URI:spiffe://test/one');
  expect(createPrivateKey(issued.key).asymmetricKeyType).toBe('rsa');
  expect(isPair(issued)).toBe(true);
  expect(certificate.ca).toBe(false);
});

test('certificates are wrong in the way that was asked for', async () => {
  const root = await CertificateAuthority.root();
  const now = Date.now();
  const [expiring, expired, future, mismatched] = await Promise.all([
    root.expiringIn(5),
    root.expired(),
    root.notYetValid(),
    root.mismatched(),
  ]);

  const end = (issued: IssuedCertificate): number => Date.parse(new X509Certificate(issued.certificate).validTo);
  // To the second: certificates know nothing finer.
  expect(end(expiring)).toBeGreaterThan(now + 3_999);
  expect(end(expiring)).toBeLessThanOrEqual(Date.now() + 5_000);
  expect(end(expired)).toBeLessThan(now);
  expect(Date.parse(new X509Certificate(future.certificate).validFrom)).toBeGreaterThan(now);
  expect(isPair(mismatched)).toBe(false);
});

test('Secret data is what cert-manager would write', async () => {
  const root = await CertificateAuthority.root();
  const issued = await root.issue();

  const data = tlsSecretData(issued);

  expect(Buffer.from(data['ca.crt'], 'base64').toString()).toBe(root.certificate);
  expect(Buffer.from(data['tls.crt'], 'base64').toString()).toBe(issued.chain);
  expect(Buffer.from(data['tls.key'], 'base64').toString()).toBe(issued.key);
});
