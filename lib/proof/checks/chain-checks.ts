import { type Certificate } from '../certificate';
import { type Check } from './check';

/** Each certificate in tls.crt is issued by the next one; signatures are verified. */
export const chainInOrder: Check = (evidence) => {
  const { brokenAt } = evidence.path();
  return brokenAt === undefined
    ? undefined
    : {
        reason: 'ChainBroken',
        message: `In tls.crt "${brokenAt.subject}" is followed by a certificate that did not issue it: it was issued by "${brokenAt.issuer}".`,
      };
};

/** Where there is a ca.crt, the chain leads to it. */
export const chainLeadsToAuthority: Check = (evidence) => {
  const { certificates, reachesAuthority } = evidence.path();
  if (evidence.authorities.length === 0 || reachesAuthority) {
    return undefined;
  }
  const last = certificates.at(-1) ?? evidence.leaf;
  const [given] = evidence.authorities;
  return {
    reason: 'AuthorityUnknown',
    message: `The chain ends at "${last.issuer}", which did not sign with any key in ca.crt (its first certificate is "${given?.subject ?? ''}").`,
  };
};

/** Whoever signed was allowed to: a certificate authority, with no more authorities below it than it permits. */
export const issuersMaySign: Check = (evidence) => {
  const { certificates } = evidence.path();
  for (const [below, certificate] of certificates.slice(1).entries()) {
    if (!certificate.isAuthority) {
      return {
        reason: 'NotAnAuthority',
        message: `"${certificate.subject}" signed without being a certificate authority.`,
      };
    }
    if (certificate.pathLength !== undefined && certificate.pathLength < below) {
      return {
        reason: 'NotAnAuthority',
        message: `"${certificate.subject}" allows ${certificate.pathLength} authorities below it, but there are ${below}.`,
      };
    }
  }
  return undefined;
};

/** Where ProxySQL's missing support is discussed. */
export const INTERMEDIATES_ISSUE = 'https://github.com/sysown/proxysql/issues/5204';

/** ProxySQL serves the leaf and one more certificate. */
export const oneIntermediateAtMost: Check = ({ input, others }) => {
  const intermediates = intermediatesIn(others);
  return input.alias !== 'server' || intermediates.length <= 1
    ? undefined
    : {
        reason: 'TooManyIntermediates',
        message: `tls.crt has ${intermediates.length} intermediate certificates, but ProxySQL can serve one only (${INTERMEDIATES_ISSUE}): use an issuer closer to the root.`,
      };
};

/** ProxySQL takes no certificate without an authority beside it. */
export const authorityPresent: Check = ({ input, leaf, others, authorities }) =>
  input.alias !== 'server' || others.length > 0 || authorities.length > 0 || leaf.subject === leaf.issuer
    ? undefined
    : {
        reason: 'AuthorityMissing',
        message: `The Secret has neither ca.crt nor an intermediate in tls.crt, and ProxySQL starts only with one: let the issuer add the certificate of "${leaf.issuer}".`,
      };

/** The certificates that clients must be sent: a root is theirs already. */
export function intermediatesIn(others: readonly Certificate[]): Certificate[] {
  return others.filter(({ subject, issuer }) => subject !== issuer);
}
