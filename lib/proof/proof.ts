import { type CertificateAliasName } from '../names';

/** What a TLS Secret holds, decoded: PEM as text or as bytes. */
export interface TlsSecretData {
  readonly 'tls.crt'?: string | Uint8Array;
  readonly 'tls.key'?: string | Uint8Array;
  /** Issuers such as ACME give none. */
  readonly 'ca.crt'?: string | Uint8Array;
}

/** What a certificate must be valid for. */
export interface ExpectedNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
}

/** What is to be proven, and when. */
export interface ProofInput {
  readonly data: TlsSecretData;
  /** What the certificate is for. */
  readonly alias: CertificateAliasName;
  readonly expected: ExpectedNames;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether a TLS Secret may be relied on. */
export type Proof = Proven | Refused;

/** All checks passed. */
export interface Proven {
  readonly proven: true;
  readonly certificate: ProvenCertificate;
  /** SHA-256 over certificate (and so its key), chain and authorities: it changes whenever anything that is installed changes. */
  readonly fingerprintOfSet: string;
  /** When the first certificate of the chain ends, milliseconds since the epoch: until then the proof holds without another look. */
  readonly validUntil: number;
}

/** What is worth knowing about a certificate that was proven. Nothing in it is secret. */
export interface ProvenCertificate {
  /** SHA-256 of the leaf in DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  /** Distinguished name on one line, as `CN=ca, O=demo`. */
  readonly issuer: string;
  /** Fingerprints from the leaf up to the authority, as far as the Secret has them. */
  readonly chain: readonly string[];
}

/** A check failed. */
export interface Refused extends Violation {
  readonly proven: false;
}

/** What a check found wrong. */
export interface Violation {
  readonly reason: ProofReason;
  /** A sentence for people, with nothing secret in it. */
  readonly message: string;
  /** When time alone can put it right, milliseconds since the epoch. */
  readonly retryAt?: number;
  /** Since when time alone has made it so, milliseconds since the epoch: a clock that is set back can be before it again. */
  readonly since?: number;
}

/** Why a TLS Secret is refused, in the order of the checks. */
export type ProofReason =
  | 'DataMissing'
  | 'CertificateUnreadable'
  | 'AuthorityUnreadable'
  | 'KeyUnreadable'
  | 'KeyEncrypted'
  | 'KeyMismatch'
  | 'TemporaryCertificate'
  | 'NotYetValid'
  | 'Expired'
  | 'KeyWeak'
  | 'SignatureWeak'
  | 'ChainBroken'
  | 'AuthorityUnknown'
  | 'AuthorityMissing'
  | 'NotAnAuthority'
  | 'TooManyIntermediates'
  | 'NameNotCovered'
  | 'UsageMismatch';
