import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { DER_BOOLEAN, DER_INTEGER, derAt, type DerValue, readDer, readOid, readTime } from './der';
import { addressOf } from './ip-address';

/** A certificate, as far as proving looks at it. */
export interface Certificate {
  readonly der: Buffer;
  readonly x509: X509Certificate;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** On one line. */
  readonly subject: string;
  /** On one line. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly publicKey: KeyObject;
  /** Object identifier. */
  readonly signatureAlgorithm: string;
  /** Whether it may sign certificates. */
  readonly isAuthority: boolean;
  /** How many intermediates may follow below it; absent where there is no limit. */
  readonly pathLength?: number;
  /** Whether its key may make signatures; true where usages are not limited. */
  readonly maySign: boolean;
  /** Object identifiers; absent where usages are not limited. */
  readonly extendedUsages?: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
}

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

const CONTEXT = 0xa0;
const DIGITAL_SIGNATURE = 0x80;
const NAME_TAGS = { email: 0x81, dns: 0x82, uri: 0x86, address: 0x87 } as const;

/** Reads a certificate. Throws where it is malformed. */
export function readCertificate(der: Buffer): Certificate {
  const x509 = new X509Certificate(der);
  const [body, algorithm] = sequence(derAt(readDer(x509.raw), 0));
  const fields = sequence(body);
  // The version is left out of certificates of the first version.
  const first = fields[0]?.tag === CONTEXT ? 1 : 0;
  const [notBefore, notAfter] = sequence(derAt(fields, first + 3));
  const extensions = readExtensions(fields.find(({ tag }) => tag === CONTEXT + 3));
  const names = namesIn(extensions.get(SUBJECT_ALTERNATIVE_NAME));
  const usage = extensions.get(KEY_USAGE);
  return {
    der: x509.raw,
    x509,
    fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    notBefore: readTime(derAt([notBefore].flatMap(present), 0)),
    notAfter: readTime(derAt([notAfter].flatMap(present), 0)),
    publicKey: x509.publicKey,
    signatureAlgorithm: readOid(derAt(sequence(algorithm), 0).content),
    ...basicConstraints(extensions.get(BASIC_CONSTRAINTS)),
    maySign: usage === undefined || ((derAt(readDer(usage), 0).content[1] ?? 0) & DIGITAL_SIGNATURE) !== 0,
    extendedUsages: optional(extensions.get(EXTENDED_KEY_USAGE), (value) =>
      sequence(derAt(readDer(value), 0)).map(({ content }) => readOid(content)),
    ),
    dnsNames: texts(names, NAME_TAGS.dns),
    ipAddresses: names
      .filter(({ tag }) => tag === NAME_TAGS.address)
      .flatMap(({ content }) => present(addressOf(content))),
    uris: texts(names, NAME_TAGS.uri),
    emailAddresses: texts(names, NAME_TAGS.email),
  };
}

/** Whether one certificate signed the other: names, key identifiers, the right to sign, and the signature itself. */
export function issuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return isNamedBy(certificate, issuer) && verifies(certificate, issuer.publicKey);
}

/** The same but for the signature, which takes a thousand times as long to verify. */
export function isNamedBy(certificate: Certificate, issuer: Certificate): boolean {
  return certificate.x509.checkIssued(issuer.x509);
}

/** Whether a certificate vouches for itself. */
export function isSelfSigned(certificate: Certificate): boolean {
  if (certificate.subject !== certificate.issuer) {
    return false;
  }
  const known = selfSigned.get(certificate) ?? verifies(certificate, certificate.publicKey);
  selfSigned.set(certificate, known);
  return known;
}

const selfSigned = new WeakMap<Certificate, boolean>();

function verifies(certificate: Certificate, key: KeyObject): boolean {
  try {
    return certificate.x509.verify(key);
  } catch {
    // A signature that OpenSSL cannot even try is none.
    return false;
  }
}

/** The value of an attribute in a distinguished name on one line. */
export function attributeOf(name: string, attribute: string): string | undefined {
  return name
    .split(', ')
    .find((part) => part.startsWith(`${attribute}=`))
    ?.slice(attribute.length + 1);
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ');
}

function sequence(value: DerValue | undefined): DerValue[] {
  return value === undefined ? [] : readDer(value.content);
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function optional<T, U>(value: T | undefined, read: (value: T) => U): U | undefined {
  return value === undefined ? undefined : read(value);
}

function readExtensions(container: DerValue | undefined): ReadonlyMap<string, Buffer> {
  const extensions = container === undefined ? [] : sequence(derAt(sequence(container), 0));
  return new Map(
    extensions.map((extension) => {
      const parts = sequence(extension);
      return [readOid(derAt(parts, 0).content), derAt(parts, parts.length - 1).content];
    }),
  );
}

function basicConstraints(value: Buffer | undefined): Pick<Certificate, 'isAuthority' | 'pathLength'> {
  const parts = value === undefined ? [] : sequence(derAt(readDer(value), 0));
  const pathLength = parts.find(({ tag }) => tag === DER_INTEGER);
  return {
    isAuthority: parts.some(({ tag, content }) => tag === DER_BOOLEAN && content[0] !== 0),
    ...(pathLength !== undefined && { pathLength: parseInt(pathLength.content.toString('hex'), 16) }),
  };
}

function namesIn(value: Buffer | undefined): DerValue[] {
  return value === undefined ? [] : sequence(derAt(readDer(value), 0));
}

function texts(names: readonly DerValue[], wanted: number): string[] {
  return names.filter(({ tag }) => tag === wanted).map(({ content }) => content.toString('latin1'));
}
