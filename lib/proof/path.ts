import { type Certificate, isNamedBy, isSelfSigned, issuedBy } from './certificate';

/** What is known about the way from a leaf to an authority. */
export interface Path {
  /** From the leaf upwards, as far as signatures could be verified. */
  readonly certificates: readonly Certificate[];
  /** Whether it ends at, or passes, a certificate of ca.crt. */
  readonly reachesAuthority: boolean;
  /** The first certificate of tls.crt that the next one did not issue. */
  readonly brokenAt?: Certificate;
}

/** Authorities above what tls.crt holds: real ways up have two or three. Each step verifies signatures, and a Secret has room for thousands. */
const MOST_STEPS = 10;
/** Authorities of one name, of which each has to be tried: there are several while one is replaced. */
const MOST_NAMESAKES = 10;

/** Walks up from the leaf through tls.crt in its order, then through ca.crt in any order. */
export function findPath(material: {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  readonly authorities: readonly Certificate[];
}): Path {
  const certificates: Certificate[] = [material.leaf];
  const known = new Set(material.authorities.map(({ fingerprint }) => fingerprint));
  let last = material.leaf;
  for (const next of material.others) {
    if (!issuedBy(last, next)) {
      return { certificates, reachesAuthority: false, brokenAt: last };
    }
    certificates.push(next);
    last = next;
  }
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = issuerAmong(material.authorities, certificates);
    if (next === undefined) {
      break;
    }
    certificates.push(next);
  }
  // Only a leaf that vouches for itself may be its own authority.
  const reachesAuthority = certificates.some(
    (certificate, index) => known.has(certificate.fingerprint) && (index > 0 || isSelfSigned(certificate)),
  );
  return { certificates, reachesAuthority };
}

function issuerAmong(authorities: readonly Certificate[], path: readonly Certificate[]): Certificate | undefined {
  const last = path.at(-1);
  if (last === undefined || isSelfSigned(last)) {
    return undefined;
  }
  // Authorities that vouch for each other must not lead in circles; of two with the same key the one that lasts longer is taken.
  const used = new Set(path.map(({ fingerprint }) => fingerprint));
  return authorities
    .filter((authority) => !used.has(authority.fingerprint) && isNamedBy(last, authority))
    .sort((one, other) => other.notAfter - one.notAfter)
    .slice(0, MOST_NAMESAKES)
    .find((authority) => issuedBy(last, authority));
}
