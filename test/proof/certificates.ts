import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

export { KeyUsageFlags };

/** Certificates for tests, made on the spot. */

export const NOW = Date.parse('2026-06-15T12:00:00Z');
export const DAY_MS = 86_400_000;

const ALGORITHMS = {
  p256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  rsa2048: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  },
  rsa1024: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 1024,
  },
  ed25519: { name: 'Ed25519' },
} as const;

export type KeyKind = keyof typeof ALGORITHMS;

/** A certificate with its key. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly pem: string;
  readonly keyPem: string;
}

export interface Wish {
  readonly subject?: string;
  readonly key?: KeyKind;
  /** @default - self-signed */
  readonly issuer?: Issued;
  /** Signs, while the issuer's name stays: a forgery. */
  readonly signedBy?: Issued;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly authority?: boolean;
  readonly pathLength?: number;
  /** DER of the basic constraints. @default - what `authority` and `pathLength` make */
  readonly constraints?: readonly number[];
  /** Extended key usages. @default - server auth and client auth */
  readonly usages?: readonly string[] | 'none';
  readonly keyUsage?: KeyUsageFlags;
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly serialNumber?: string;
  readonly keys?: webcrypto.CryptoKeyPair;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Issues a certificate. */
export async function issue(wish: Wish = {}): Promise<Issued> {
  const algorithm = ALGORITHMS[wish.key ?? 'p256'];
  const keys =
    wish.keys ?? ((await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair);
  const signer = wish.signedBy ?? wish.issuer;
  const subject = wish.subject ?? 'CN=db';
  const signingKey = signer?.keys.privateKey ?? keys.privateKey;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: wish.serialNumber ?? '0a0b',
      subject,
      issuer: wish.issuer?.certificate.subject ?? subject,
      notBefore: new Date(wish.notBefore ?? NOW - DAY_MS),
      notAfter: new Date(wish.notAfter ?? NOW + 90 * DAY_MS),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: { ...signingKey.algorithm, hash: wish.hash ?? 'SHA-256' } as never,
      extensions: extensionsOf(wish),
    },
    webcrypto as never,
  );
  const key = KeyObject.from(keys.privateKey);
  return {
    certificate,
    keys,
    pem: `${certificate.toString('pem')}\n`,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A certificate authority. */
export function authority(wish: Wish = {}): Promise<Issued> {
  return issue({ subject: 'CN=ca', authority: true, ...wish });
}

function extensionsOf(wish: Wish): Extension[] {
  const names = [
    ...(wish.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(wish.ipAddresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ...(wish.uris ?? []).map((value) => ({ type: 'url' as const, value })),
    ...(wish.emailAddresses ?? []).map((value) => ({ type: 'email' as const, value })),
  ];
  const usages = wish.usages ?? [SERVER_AUTH, CLIENT_AUTH];
  const constraints =
    wish.constraints === undefined
      ? new BasicConstraintsExtension(wish.authority === true, wish.pathLength, true)
      : new Extension('2.5.29.19', true, Uint8Array.from(wish.constraints));
  return wish.authority === true
    ? [
        constraints,
        new KeyUsagesExtension(wish.keyUsage ?? KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      ]
    : [
        constraints,
        new KeyUsagesExtension(wish.keyUsage ?? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
        ...(usages === 'none' ? [] : [new ExtendedKeyUsageExtension([...usages])]),
        ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
      ];
}

/** A Secret's data. */
export function secretData(leaf: Issued, others: readonly Issued[] = [], authorities: readonly Issued[] = []) {
  return {
    'tls.crt': [leaf, ...others].map(({ pem }) => pem).join(''),
    'tls.key': leaf.keyPem,
    ...(authorities.length > 0 && { 'ca.crt': authorities.map(({ pem }) => pem).join('') }),
  };
}
