import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR = 3_600_000;

/** A certificate with its key, able to issue others. */
export interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly pem: string;
  readonly keyPem: string;
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface LeafOptions {
  /** Common name. @default proxy */
  readonly name?: string;
  readonly dnsNames?: readonly string[];
  readonly uris?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly usages?: readonly ('server' | 'client')[];
}

/** The names that the tests' server certificates are for. */
export const SERVER_NAMES = ['localhost', 'proxy.demo.svc'] as const;

/** A root, or with an issuer an intermediate authority. */
export async function authority(
  name: string,
  issuer?: Issued,
  validity: Pick<LeafOptions, 'notBefore' | 'notAfter'> = {},
): Promise<Issued> {
  return await issue(name, issuer, [new x509.BasicConstraintsExtension(true, undefined, true)], validity);
}

/** A certificate that ends a chain. */
export async function leaf(issuer: Issued, options: LeafOptions = {}): Promise<Issued> {
  const names: { type: 'dns' | 'ip' | 'url'; value: string }[] = [
    ...(options.dnsNames ?? SERVER_NAMES).map((value) => ({ type: 'dns' as const, value })),
    { type: 'ip' as const, value: '127.0.0.1' },
    ...(options.uris ?? []).map((value) => ({ type: 'url' as const, value })),
  ];
  const usages = (options.usages ?? ['server']).map((usage) =>
    usage === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
  );
  return await issue(
    options.name ?? 'proxy',
    issuer,
    [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension(names),
      new x509.ExtendedKeyUsageExtension(usages),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ],
    options,
  );
}

async function issue(
  name: string,
  issuer: Issued | undefined,
  extensions: readonly x509.Extension[],
  { notBefore = new Date(Date.now() - HOUR), notAfter = new Date(Date.now() + 24 * HOUR) }: LeafOptions,
): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create((issuer?.keys ?? keys).publicKey),
    ],
  });
  const keyDer = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: keyDer, format: 'der', type: 'pkcs8' });
  return {
    certificate,
    keys,
    pem: `${certificate.toString('pem')}\n`,
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
  };
}

/** The key of a certificate, encrypted, which ProxySQL cannot read. */
export function encryptedKey(issued: Issued): string {
  return createPrivateKey(issued.keyPem)
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
}
