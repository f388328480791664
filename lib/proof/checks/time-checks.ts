import { attributeOf, type Certificate } from '../certificate';
import { type Violation } from '../proof';
import { type Check } from './check';

/** How far the clock of whoever issued may be ahead of ours, in milliseconds: the issuer is often another machine. */
export const CLOCK_SKEW_MS = 10_000;

/**
 * How cert-manager marks what it puts into a Secret while the real certificate is being issued: this serialNumber in the subject, and a
 * throw-away issuer of this name. In releases before 0.13 it was the certificate's own serial number.
 */
const TEMPORARY_MARK = '1234567890';
const TEMPORARY_ISSUER = 'cert-manager.local';

/** It is not what cert-manager keeps the place with. */
export const notTemporary: Check = ({ leaf }) => {
  const marked =
    attributeOf(leaf.subject, 'serialNumber') === TEMPORARY_MARK && attributeOf(leaf.issuer, 'CN') === TEMPORARY_ISSUER;
  return marked || leaf.x509.serialNumber === TEMPORARY_MARK
    ? {
        reason: 'TemporaryCertificate',
        message: 'The Secret holds the temporary certificate of cert-manager; the real one is still being issued.',
      }
    : undefined;
};

/** The certificate is valid now. */
export const leafValidNow: Check = ({ leaf, input }) => outsideValidity(leaf, input.now);

/** So are all its issuers: clients refuse a chain with an expired authority. */
export const issuersValidNow: Check = (evidence) => {
  for (const certificate of evidence.path().certificates.slice(1)) {
    const violation = outsideValidity(certificate, evidence.input.now);
    if (violation !== undefined) {
      return violation;
    }
  }
  return undefined;
};

function outsideValidity({ subject, notBefore, notAfter }: Certificate, now: number): Violation | undefined {
  if (notBefore - CLOCK_SKEW_MS > now) {
    return {
      reason: 'NotYetValid',
      message: `"${subject}" is valid only from ${instant(notBefore)} on.`,
      retryAt: notBefore - CLOCK_SKEW_MS,
    };
  }
  return notAfter <= now
    ? { reason: 'Expired', message: `"${subject}" has expired at ${instant(notAfter)}.`, since: notAfter }
    : undefined;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}
