import { createHash, X509Certificate } from 'node:crypto';
import { type ProxySQLFiles } from '../lib/proof/assemble';
import { describeCertificate, type Presented } from '../runtime/mysql/handshake';

/** The names of the three files in the datadir. */
export const SET_FILES = ['proxysql-cert.pem', 'proxysql-key.pem', 'proxysql-ca.pem'] as const;

/** What identifies the three files, and what must be seen in a handshake once ProxySQL has loaded them. Nothing in it is secret. */
export interface CertificateSet {
  /** Changes with everything but the form of the key; also the name of the set's folder. */
  readonly id: string;
  /** Fingerprint of the certificate that is served. */
  readonly leaf: string;
  /** Fingerprint of the intermediate that must be served with it; absent where the leaf comes from a root. */
  readonly intermediate?: string;
}

/** Reads the set off the files. */
export function certificateSet(files: ProxySQLFiles): CertificateSet {
  const leaf = new X509Certificate(files['proxysql-cert.pem']);
  const [above] = authoritiesIn(files);
  const needed = above !== undefined && !above.checkIssued(above) && leaf.checkIssued(above);
  return {
    // The certificate holds the key's public half, so it identifies the key as well.
    id: createHash('sha256').update(files['proxysql-cert.pem']).update(files['proxysql-ca.pem']).digest('hex'),
    leaf: fingerprint(leaf),
    ...(needed && { intermediate: fingerprint(above) }),
  };
}

/** All certificates of the CA file. */
export function authoritiesIn(files: Pick<ProxySQLFiles, 'proxysql-ca.pem'>): X509Certificate[] {
  return certificatesIn(files['proxysql-ca.pem']);
}

/**
 * All certificates of a PEM text, as OpenSSL reads them: each begins and ends on a line of its own.
 * @throws Error when one is malformed
 */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/^-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\s*?$/gm) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** Whether what a server presents is this set. */
export function isServed(set: CertificateSet, presented: Pick<Presented, 'leaf' | 'chain'>): boolean {
  return (
    presented.leaf.fingerprint === set.leaf &&
    (set.intermediate === undefined || presented.chain[0]?.fingerprint === set.intermediate)
  );
}

/** SHA-256 of the DER form, lower-case hexadecimal. */
export function fingerprint(certificate: X509Certificate): string {
  return describeCertificate(certificate).fingerprint;
}
