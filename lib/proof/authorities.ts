import { type Certificate, readCertificate } from './certificate';

/** Authorities that are kept: one for each issuer of a cluster, and then some. */
const MOST_AUTHORITIES = 100;
const authorities = new Map<string, Certificate>();

/** Reads a certificate that many Secrets have in common, once. Throws where it is malformed. */
export function readAuthority(der: Buffer): Certificate {
  const key = der.toString('latin1');
  const known = authorities.get(key) ?? readCertificate(der);
  // What was used last goes last, when there are too many.
  authorities.delete(key);
  authorities.set(key, known);
  const [oldest] = authorities.keys();
  if (authorities.size > MOST_AUTHORITIES && oldest !== undefined) {
    authorities.delete(oldest);
  }
  return known;
}
