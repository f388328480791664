import { createHash } from 'node:crypto';
import {
  authorityPresent,
  chainInOrder,
  chainLeadsToAuthority,
  issuersMaySign,
  oneIntermediateAtMost,
} from './checks/chain-checks';
import { type Check } from './checks/check';
import { keyBelongsToLeaf, keysStrong, signaturesStrong } from './checks/key-checks';
import { namesCovered } from './checks/name-checks';
import { issuersValidNow, leafValidNow, notTemporary } from './checks/time-checks';
import { usageFits } from './checks/usage-checks';
import { shortened } from '../printable';
import { isViolation, readEvidence, type TlsMaterial } from './evidence';
import { type Proof, type ProofInput, type Refused, type Violation } from './proof';

/** A distinguished name has room for half a megabyte. */
const MOST_OF_NAME = 500;
const MOST_OF_MESSAGE = 1500;

/** What must hold, in the order in which it is looked at: the first violation is the one that is told. */
const CHECKS: readonly Check[] = [
  // The pair
  keyBelongsToLeaf,
  notTemporary,
  leafValidNow,
  // The chain
  chainInOrder,
  chainLeadsToAuthority,
  issuersMaySign,
  issuersValidNow,
  keysStrong,
  signaturesStrong,
  // What ProxySQL can do with it
  oneIntermediateAtMost,
  authorityPresent,
  // What it is for
  namesCovered,
  usageFits,
];

/**
 * Proves a TLS Secret, or says what is wrong with it; whatever the Secret holds, it never throws. The answer depends on the time only as
 * far as `validUntil`, `retryAt` and `since` tell, so it may be remembered: see {@link stillHolds}.
 */
export function proveTlsSecret(input: ProofInput): Proof {
  const evidence = readEvidence(input);
  if (isViolation(evidence)) {
    return refused(evidence);
  }
  for (const check of CHECKS) {
    const violation = check(evidence);
    if (violation !== undefined) {
      return refused(violation);
    }
  }
  const { leaf } = evidence;
  const { certificates } = evidence.path();
  return {
    proven: true,
    certificate: {
      fingerprint: leaf.fingerprint,
      notBefore: leaf.notBefore,
      notAfter: leaf.notAfter,
      issuer: shortened(leaf.issuer, MOST_OF_NAME),
      chain: certificates.map(({ fingerprint }) => fingerprint),
    },
    fingerprintOfSet: fingerprintOfSet(evidence),
    validUntil: Math.min(...certificates.map(({ notAfter }) => notAfter)),
  };
}

function refused(violation: Violation): Refused {
  return { proven: false, ...violation, message: shortened(violation.message, MOST_OF_MESSAGE) };
}

/** Whether a remembered proof still gives the answer for the same data and expectation at another time. */
export function stillHolds(proof: Proof, now: number): boolean {
  if (proof.proven) {
    return now < proof.validUntil;
  }
  const { since = -Infinity, retryAt = Infinity } = proof;
  return since <= now && now < retryAt;
}

/** Identifies all that is installed: certificate, chain and authorities, and the key too, since its public half is in the certificate. */
export function fingerprintOfSet({ leaf, others, authorities }: TlsMaterial): string {
  const hash = createHash('sha256');
  const parts = [
    ['leaf', leaf.der],
    ...others.map(({ der }) => ['chain', der] as const),
    ...authorities.map(({ der }) => ['authority', der] as const),
  ] as const;
  for (const [role, der] of parts) {
    hash.update(`${role}:${der.length}:`).update(der);
  }
  return hash.digest('hex');
}
