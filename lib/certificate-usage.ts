/** What a certificate's key may be used for. */
export enum CertificateUsage {
  /** Signing of anything but certificates and revocation lists; every TLS handshake with ECDSA or Ed25519 keys needs it. */
  DIGITAL_SIGNATURE = 'digital signature',
  /** Encrypting keys: the handshakes of TLS 1.2 and below that RSA keys can do. */
  KEY_ENCIPHERMENT = 'key encipherment',
  /** Proving to be a TLS server. */
  SERVER_AUTH = 'server auth',
  /** Proving to be a TLS client. */
  CLIENT_AUTH = 'client auth',
  /** Signing certificates; a CA's. */
  CERT_SIGN = 'cert sign',
  /** Signing revocation lists; a CA's. */
  CRL_SIGN = 'crl sign',
  /** Same as DIGITAL_SIGNATURE. */
  SIGNING = 'signing',
  /** Signatures that cannot be denied later. */
  CONTENT_COMMITMENT = 'content commitment',
  /** Agreeing on a key, as static Diffie-Hellman does. */
  KEY_AGREEMENT = 'key agreement',
  /** Encrypting data itself. */
  DATA_ENCIPHERMENT = 'data encipherment',
  /** With KEY_AGREEMENT: encrypting only. */
  ENCIPHER_ONLY = 'encipher only',
  /** With KEY_AGREEMENT: decrypting only. */
  DECIPHER_ONLY = 'decipher only',
  /** Any extended usage. */
  ANY = 'any',
  /** Signing programs. */
  CODE_SIGNING = 'code signing',
  /** Protecting e-mail. */
  EMAIL_PROTECTION = 'email protection',
  /** Same as EMAIL_PROTECTION. */
  S_MIME = 's/mime',
  /** IPsec, as an end system. */
  IPSEC_END_SYSTEM = 'ipsec end system',
  /** IPsec, as a tunnel. */
  IPSEC_TUNNEL = 'ipsec tunnel',
  /** IPsec, as a user. */
  IPSEC_USER = 'ipsec user',
  /** Signing the time. */
  TIMESTAMPING = 'timestamping',
  /** Answering for the state of certificates. */
  OCSP_SIGNING = 'ocsp signing',
  /** Microsoft's server gated cryptography; history. */
  MICROSOFT_SGC = 'microsoft sgc',
  /** Netscape's server gated cryptography; history. */
  NETSCAPE_SGC = 'netscape sgc',
}
