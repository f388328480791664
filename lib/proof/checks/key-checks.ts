import { type KeyObject } from 'node:crypto';
import { type Certificate } from '../certificate';
import { type Check } from './check';

/** The private key belongs to the first certificate. */
export const keyBelongsToLeaf: Check = ({ leaf, others, key }) => {
  if (leaf.x509.checkPrivateKey(key)) {
    return undefined;
  }
  const index = others.findIndex((other) => other.x509.checkPrivateKey(key));
  return {
    reason: 'KeyMismatch',
    message:
      index === -1
        ? `The private key does not belong to the certificate "${leaf.subject}".`
        : `The private key belongs to certificate ${index + 2} of tls.crt: the certificate itself must come first, its issuers after it.`,
  };
};

/** Curves that every TLS client knows. */
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const MIN_RSA_BITS = 2048;

/** Every key on the way up is strong enough for clients of today. */
export const keysStrong: Check = (evidence) => {
  const weak = evidence.path().certificates.find(({ publicKey }) => !isStrong(publicKey));
  return weak === undefined
    ? undefined
    : {
        reason: 'KeyWeak',
        message: `The key of "${weak.subject}" is ${describeKey(weak.publicKey)}: RSA needs ${MIN_RSA_BITS} bits or more, ECDSA P-256, P-384 or P-521.`,
      };
};

// Ed25519 is as strong as P-256 and OpenSSL, which ProxySQL is built with, serves it; whoever asks for it knows their clients.
function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  switch (asymmetricKeyType) {
    case 'rsa':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
    case 'ec':
      return CURVES.has(asymmetricKeyDetails?.namedCurve ?? '');
    default:
      return asymmetricKeyType === 'ed25519';
  }
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const kind = asymmetricKeyType ?? 'of an unknown kind';
  const detail = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
  return detail === undefined ? kind : `${kind} ${detail}`;
}

/** MD5 and SHA-1, with RSA, DSA and ECDSA. */
const WEAK_SIGNATURES = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
]);

/** Every signature that a client will verify is made with a hash that it still accepts. */
export const signaturesStrong: Check = (evidence) => {
  const weak = evidence.path().certificates.find((certificate) => isWeaklySigned(certificate));
  return weak === undefined
    ? undefined
    : {
        reason: 'SignatureWeak',
        message: `"${weak.subject}" is signed with MD5 or SHA-1, which clients refuse: its issuer must use SHA-256 or better.`,
      };
};

/** Nobody verifies what a root signed for itself. */
function isWeaklySigned({ signatureAlgorithm, subject, issuer }: Certificate): boolean {
  return subject !== issuer && WEAK_SIGNATURES.has(signatureAlgorithm);
}
