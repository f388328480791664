import { type Certificate } from './certificate';
import { issuersMaySign } from './checks/chain-checks';
import { type Check } from './checks/check';
import { keysStrong, signaturesStrong } from './checks/key-checks';
import { issuersValidNow } from './checks/time-checks';
import { type Evidence, isViolation, readAuthorities } from './evidence';
import { type TlsSecretData } from './proof';

/** What a proof demands of whoever issued a certificate. */
const CHECKS: readonly Check[] = [issuersMaySign, issuersValidNow, keysStrong, signaturesStrong];

/**
 * The authorities of a TLS Secret's ca.crt that a proof would accept as issuers, whatever is wrong with the certificate beside them. None
 * when ca.crt is missing or cannot be read; it never throws.
 * @param now - milliseconds since the epoch
 */
export function soundAuthorities(data: TlsSecretData, now: number): readonly Certificate[] {
  const authorities = readAuthorities(data);
  return isViolation(authorities) ? [] : authorities.filter((authority) => isSound(authority, now));
}

function isSound(authority: Certificate, now: number): boolean {
  // The checks judge the issuers on the way up from a leaf: here it is the issuer of itself.
  const evidence: Evidence = {
    input: { data: {}, alias: 'client', expected: {}, now },
    leaf: authority,
    others: [],
    authorities: [authority],
    key: authority.publicKey,
    path: () => ({ certificates: [authority, authority], reachesAuthority: true }),
  };
  return CHECKS.every((check) => check(evidence) === undefined);
}
