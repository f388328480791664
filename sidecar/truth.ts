import { type CertificateSet } from './certificate-set';
import { type PresentedCertificate } from '../runtime/mysql/handshake';
import { type Inspection } from './inspect';

/** Whether ProxySQL may start, and if not, why. */
export interface Gate {
  readonly open: boolean;
  /** CamelCase. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** When it was opened, milliseconds since the epoch. */
  readonly openedAt?: number;
}

/** A verdict on mounted files. */
export interface MountedTruth {
  readonly proven: boolean;
  /** CamelCase; absent when all is well. */
  readonly reason?: string;
  readonly message?: string;
  readonly fingerprint?: string;
  readonly issuer?: string;
  /** Milliseconds since the epoch. */
  readonly notAfter?: number;
}

/** What is told about an inspected mount. */
export function mountedTruth(inspection: Inspection | undefined): MountedTruth {
  if (inspection === undefined) {
    return { proven: false };
  }
  if (!inspection.proven) {
    return { proven: false, reason: inspection.reason, message: inspection.message };
  }
  const { fingerprint, issuer, notAfter } = inspection.proof.certificate;
  return { proven: true, fingerprint, issuer, notAfter };
}

/** What was last seen in a handshake. */
export interface ServedTruth extends PresentedCertificate {
  readonly chain: readonly string[];
  /** When it was first seen to be served, milliseconds since the epoch. */
  readonly since: number;
  /** When it was last seen to be served, milliseconds since the epoch. */
  readonly seenAt: number;
}

/** A failure that is not over. */
export interface Trouble {
  /** CamelCase. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** All that is known about the server certificate: what status, metrics and probes are made from. Nothing in it is secret. */
export interface CertificateTruth {
  readonly mounted: MountedTruth;
  readonly installed?: CertificateSet;
  readonly served?: ServedTruth;
  /** Why nothing is served, when that is so. */
  readonly unserved?: string;
  /** Whether what is served is what is mounted, or what is last good while the mounted files are refused. */
  readonly servedIsInstalled: boolean;
  /** Whether what is served is what is mounted, and ProxySQL goes by the mounted authorities too. */
  readonly servedIsMounted: boolean;
  readonly trouble?: Trouble;
  readonly reloads: number;
  readonly reloadFailures: number;
  /** Fingerprints of authorities that are trusted though they were replaced. */
  readonly formerAuthorities: number;
}
