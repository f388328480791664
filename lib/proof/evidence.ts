import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readAuthority } from './authorities';
import { type Certificate, readCertificate } from './certificate';
import { findPath, type Path } from './path';
import { type PemBlock, pemText, readPem } from './pem';
import { type ProofInput, type ProofReason, type TlsSecretData, type Violation } from './proof';

/** A TLS Secret that could be read. */
export interface Evidence {
  readonly input: ProofInput;
  readonly leaf: Certificate;
  /** What follows the leaf in tls.crt. */
  readonly others: readonly Certificate[];
  /** What is in ca.crt. */
  readonly authorities: readonly Certificate[];
  readonly key: KeyObject;
  /** From the leaf to an authority. It is looked for once, when it is first asked for: verifying signatures costs the most. */
  path(): Path;
}

/** The material of a TLS Secret, read but not judged. */
export interface TlsMaterial {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  readonly authorities: readonly Certificate[];
  readonly key: KeyObject;
}

/** Reads what a TLS Secret holds, or tells what cannot be read. */
export function readMaterial(data: TlsSecretData): TlsMaterial | Violation {
  const missing = (['tls.crt', 'tls.key'] as const).filter((key) => pemText(data[key]).trim() === '');
  if (missing.length > 0) {
    return { reason: 'DataMissing', message: `The Secret has no ${missing.join(' and no ')}, or it is empty.` };
  }
  const certificates = readCertificates('tls.crt', data, 'CertificateUnreadable');
  if (isViolation(certificates)) {
    return certificates;
  }
  const authorities = readAuthorities(data);
  if (isViolation(authorities)) {
    return authorities;
  }
  const key = readKey(pemText(data['tls.key']));
  if (isViolation(key)) {
    return key;
  }
  const [leaf, ...others] = certificates;
  return leaf === undefined
    ? { reason: 'CertificateUnreadable', message: 'tls.crt holds no certificate in PEM form.' }
    : { leaf, others, authorities, key };
}

/** Reads what is in ca.crt, which may be missing, or tells what cannot be read. */
export function readAuthorities(data: TlsSecretData): Certificate[] | Violation {
  return pemText(data['ca.crt']).trim() === '' ? [] : readCertificates('ca.crt', data, 'AuthorityUnreadable');
}

/** Reads the Secret for proving. */
export function readEvidence(input: ProofInput): Evidence | Violation {
  const material = readMaterial(input.data);
  if (isViolation(material)) {
    return material;
  }
  let path: Path | undefined;
  return { ...material, input, path: () => (path ??= findPath(material)) };
}

/** Tells a violation from what was read. */
export function isViolation(value: unknown): value is Violation {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value;
}

/** More than anybody needs, and few enough to be proven in no time: bundles of all public authorities have about 150. */
const LIMITS = {
  'tls.crt': { most: 10, advice: 'leave out those that did not issue each other' },
  'ca.crt': { most: 500, advice: 'leave out authorities that no certificate leads to' },
} as const;

function readCertificates(
  key: 'tls.crt' | 'ca.crt',
  data: TlsSecretData,
  reason: ProofReason,
): Certificate[] | Violation {
  const blocks = readPem(pemText(data[key]));
  if (blocks === undefined || blocks.length === 0) {
    return { reason, message: `${key} is not PEM, or it is cut short.` };
  }
  const { most, advice } = LIMITS[key];
  if (blocks.length > most) {
    return {
      reason,
      message: `${key} has ${blocks.length} certificates, of which at most ${most} are read: ${advice}.`,
    };
  }
  const foreign = blocks.find(({ label }) => label !== 'CERTIFICATE');
  if (foreign !== undefined) {
    return { reason, message: `${key} may hold certificates only, but it has a block "${foreign.label}".` };
  }
  const certificates: Certificate[] = [];
  for (const [index, { der }] of blocks.entries()) {
    const isLeaf = key === 'tls.crt' && index === 0;
    try {
      certificates.push(isLeaf ? readCertificate(der) : readAuthority(der));
    } catch {
      return { reason, message: `Certificate ${index + 1} of ${blocks.length} in ${key} is malformed.` };
    }
  }
  return certificates;
}

/** What openssl writes in front of EC keys; it says nothing that the key does not say. */
const EC_PARAMETERS = 'EC PARAMETERS';

/** The older forms, which cert-manager writes unless it is told otherwise. */
const KEY_TYPES: Readonly<Record<string, 'sec1' | 'pkcs1'>> = { 'EC PRIVATE KEY': 'sec1', 'RSA PRIVATE KEY': 'pkcs1' };

function readKey(text: string): KeyObject | Violation {
  const blocks = readPem(text)?.filter(({ label }) => label !== EC_PARAMETERS);
  const [block] = blocks ?? [];
  if (block === undefined || blocks?.length !== 1 || !block.label.endsWith('PRIVATE KEY')) {
    return { reason: 'KeyUnreadable', message: 'tls.key must hold exactly one private key in PEM form.' };
  }
  if (isEncrypted(block)) {
    return {
      reason: 'KeyEncrypted',
      message: 'tls.key is encrypted, and ProxySQL ends at an encrypted key: store it without a passphrase.',
    };
  }
  const type = KEY_TYPES[block.label];
  try {
    // Told what it is, OpenSSL need not try everything that it knows.
    return createPrivateKey(type === undefined ? block.text : { key: block.der, format: 'der', type });
  } catch {
    // The parser's own words could quote what it could not read.
    return { reason: 'KeyUnreadable', message: 'tls.key is malformed: no private key could be read from it.' };
  }
}

function isEncrypted({ label, text }: PemBlock): boolean {
  return label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(text);
}
