import { type Certificate } from './certificate';
import { isViolation, readMaterial } from './evidence';
import { findPath } from './path';
import { pemText, readPem, writePem } from './pem';
import { type Proven, type TlsSecretData } from './proof';
import { fingerprintOfSet } from './prove';

/** ProxySQL's three files, under the names that it knows them by in its datadir. */
export interface ProxySQLFiles {
  readonly 'proxysql-cert.pem': string;
  readonly 'proxysql-key.pem': string;
  readonly 'proxysql-ca.pem': string;
}

/**
 * Makes ProxySQL's files from a TLS Secret that was proven. ProxySQL serves the first certificate of proxysql-cert.pem and the first one of
 * proxysql-ca.pem, so an intermediate comes first there and the authorities after it.
 *
 * @param proof the proof of exactly this data
 * @param data what was proven
 * @param trusted further authorities whose client certificates are accepted, in PEM, e.g. the old and the new one while an authority is
 * being replaced. @default - those of the Secret
 * @throws Error when the proof belongs to other data, or when `trusted` is not PEM
 */
export function assembleFiles(proof: Proven, data: TlsSecretData, trusted?: string | Uint8Array): ProxySQLFiles {
  const material = readMaterial(data);
  if (isViolation(material) || fingerprintOfSet(material) !== proof.fingerprintOfSet) {
    throw new Error('The TLS files have changed since they were proven; prove them again.');
  }
  const { leaf, authorities, key } = material;
  // The path begins with whoever issued the leaf, be it in tls.crt or in ca.crt, and all of a proven tls.crt lies on it.
  const own = [...findPath(material).certificates.slice(1), ...authorities];
  return {
    'proxysql-cert.pem': writePem('CERTIFICATE', leaf.der),
    'proxysql-key.pem': key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'proxysql-ca.pem': distinct([...ders(own.length === 0 ? [leaf] : own), ...readTrusted(trusted)])
      .map((der) => writePem('CERTIFICATE', der))
      .join(''),
  };
}

function ders(certificates: readonly Certificate[]): Buffer[] {
  return certificates.map(({ der }) => der);
}

function readTrusted(trusted: string | Uint8Array | undefined): Buffer[] {
  const text = pemText(trusted);
  const blocks = readPem(text)?.filter(({ label }) => label === 'CERTIFICATE');
  if (blocks === undefined || (blocks.length === 0 && text.trim() !== '')) {
    throw new Error('The bundle of further trusted authorities is not PEM, or it is cut short.');
  }
  return blocks.map(({ der }) => der);
}

function distinct(all: readonly Buffer[]): Buffer[] {
  return [...new Map(all.map((der) => [der.toString('base64'), der])).values()];
}
