import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

/** The files' names are fixed in ProxySQL. */
export const CA_FILE = 'proxysql-ca.pem';
export const CERT_FILE = 'proxysql-cert.pem';
export const KEY_FILE = 'proxysql-key.pem';

/** What ProxySQL says about files that it does not take. */
export class CertificateFilesError extends Error {}

/** What ProxySQL makes of the files: a context that serves the first certificate of each, and trusts all of the CA file. */
export interface LoadedCertificates {
  readonly context: tls.SecureContext;
  /** Those whose client certificates are taken. */
  readonly authorities: readonly X509Certificate[];
}

/**
 * Loads the three files as ProxySQL does: only the first certificate of the certificate file is served, with the first one of the CA
 * file above it. Dates and issuers are not looked at.
 * @throws CertificateFilesError
 */
export function loadCertificates(dataDir: string): LoadedCertificates {
  const files = [KEY_FILE, CERT_FILE, CA_FILE].map((name) => path.join(dataDir, name));
  // Following links: a dangling one counts as absent.
  const present = files.filter((file) => existsSync(file)).length;
  if (present !== files.length) {
    throw new CertificateFilesError(`RELOAD TLS failed: ${present} TLS files are present. Expected: ${files.length}`);
  }
  const [keyFile, certFile, caFile] = files as [string, string, string];
  const key = readKey(keyFile);
  const [leaf] = certificatesIn(certFile);
  const authorities = certificatesIn(caFile);
  const [above] = authorities;
  if (leaf === undefined || above === undefined) {
    throw new CertificateFilesError(`Error on PEM_read_bio_X509() for ${leaf === undefined ? certFile : caFile}`);
  }
  const privateKey = createPrivateKey(key);
  if (!leaf.checkPrivateKey(privateKey)) {
    // OpenSSL itself refuses a key of the certificate's own type; of another type, it is ProxySQL that finds out.
    throw new CertificateFilesError(
      leaf.publicKey.asymmetricKeyType === privateKey.asymmetricKeyType
        ? 'Unable to use SSL key'
        : 'Private key does not match the public certificate',
    );
  }
  try {
    return {
      authorities,
      context: tls.createSecureContext({
        key,
        cert: `${leaf.toString()}${above.toString()}`,
        ca: authorities.map((authority) => authority.toString()),
      }),
    };
  } catch {
    throw new CertificateFilesError('Unable to use SSL key');
  }
}

/** True when there is no certificate file at all, so that ProxySQL makes its own. */
export function noCertificates(dataDir: string): boolean {
  return [KEY_FILE, CERT_FILE, CA_FILE].every((name) => !existsSync(path.join(dataDir, name)));
}

/** Writes a certificate of its own making, as ProxySQL does, through dangling links too. */
export async function generateCertificates(dataDir: string): Promise<void> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const tenYears = 3650 * 24 * 3600 * 1000;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=ProxySQL_Auto_Generated_Server_Certificate',
    notBefore: new Date(),
    notAfter: new Date(Date.now() + tenYears),
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const pem = certificate.toString('pem');
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
  for (const [name, content] of Object.entries({ [CA_FILE]: pem, [CERT_FILE]: pem, [KEY_FILE]: key })) {
    writeFileSync(path.join(dataDir, name), content, { mode: 0o644 });
  }
}

function readKey(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    createPublicKey(createPrivateKey(pem));
    return pem;
  } catch {
    throw new CertificateFilesError(`Error on PEM_read_bio_PrivateKey() for ${file}`);
  }
}

function certificatesIn(file: string): X509Certificate[] {
  try {
    const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
    return (blocks ?? []).map((block) => new X509Certificate(block));
  } catch {
    throw new CertificateFilesError(`Error on PEM_read_bio_X509() for ${file}`);
  }
}
