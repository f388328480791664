import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { certificatesIn, fingerprint } from './certificate-set';
import { type MountedFiles, readMountedFolder } from './mounted-folder';
import { type MountedTruth } from './truth';

/**
 * The material for TLS to the database. ProxySQL reads these files itself at every new connection to a server, from paths that stay the
 * same, so nothing is installed or reloaded: what is wrong with them is told.
 */
export class BackendMount {
  private known: MountedTruth | undefined;

  constructor(private readonly folder: string) {}

  /** @param now - milliseconds since the epoch */
  async look(now: number): Promise<void> {
    const files = await readMountedFolder(this.folder);
    this.known = files.size === 0 ? undefined : inspectBackend(files, now);
  }

  /** Undefined where there is no such material. */
  truth(): MountedTruth | undefined {
    return this.known;
  }
}

/** Finds out whether ProxySQL can use the files: certificates that can be read and are valid, and a key that belongs to its own. */
export function inspectBackend(files: MountedFiles, now: number): MountedTruth {
  try {
    const authorities = certificatesIn(files.get('ca.crt')?.toString() ?? '');
    if (files.has('ca.crt') && authorities.length === 0) {
      return refused('AuthorityUnreadable', 'ca.crt holds no certificate, so no database can be verified.');
    }
    const [certificate] = certificatesIn(files.get('tls.crt')?.toString() ?? '');
    const key = files.get('tls.key');
    if (certificate === undefined && key === undefined) {
      return { proven: true };
    }
    if (certificate === undefined || key === undefined) {
      return refused('DataMissing', 'tls.crt and tls.key must be there both, or neither.');
    }
    return inspectClientCertificate(certificate, key, now);
  } catch {
    // The parser's own words could quote what it could not read.
    return refused('CertificateUnreadable', 'A certificate or key for the database is malformed.');
  }
}

function inspectClientCertificate(certificate: X509Certificate, key: Buffer, now: number): MountedTruth {
  const notAfter = Date.parse(certificate.validTo);
  const known = { fingerprint: fingerprint(certificate), issuer: certificate.issuer.split('\n').join(', '), notAfter };
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    return {
      ...refused('KeyMismatch', 'tls.key does not belong to tls.crt, so no database connection will succeed.'),
      ...known,
    };
  }
  return now >= notAfter
    ? { ...refused('Expired', `The certificate for the database ended ${new Date(notAfter).toISOString()}.`), ...known }
    : { proven: true, ...known };
}

function refused(reason: string, message: string): MountedTruth {
  return { proven: false, reason, message };
}
