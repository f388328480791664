import { type X509Certificate } from 'node:crypto';
import { assembleFiles, type ProxySQLFiles } from '../lib/proof/assemble';
import { isViolation, readAuthorities, readMaterial } from '../lib/proof/evidence';
import { type ExpectedNames, type Proven, type TlsSecretData, type Violation } from '../lib/proof/proof';
import { proveTlsSecret, stillHolds } from '../lib/proof/prove';
import { soundAuthorities } from '../lib/proof/sound-authorities';
import { type CertificateAliasName } from '../lib/names';
import { authoritiesIn, type CertificateSet, certificateSet } from './certificate-set';
import { type ServerIdentity } from './metrics-server';
import { type MountedFiles, readMountedFolder, sameFiles } from './mounted-folder';
import { decideTrust, type FormerAuthority, type Trust } from './trust';

/** What a mounted TLS Secret was found to be. */
export type Inspection = Inspected | (Violation & { readonly proven: false; readonly data: TlsSecretData });

/** A mounted TLS Secret that passed the proof. */
export interface Inspected {
  readonly proven: true;
  readonly proof: Proven;
  readonly data: TlsSecretData;
}

/** Looks at the mount of one TLS Secret; what did not change is not proven again. */
export class CertificateMount {
  private seen: { readonly files: MountedFiles; readonly inspection: Inspection } | undefined;

  constructor(
    private readonly folder: string,
    private readonly alias: CertificateAliasName,
    private readonly expected: ExpectedNames,
  ) {}

  /** @param now - milliseconds since the epoch */
  async inspect(now: number): Promise<Inspection> {
    const files = await readMountedFolder(this.folder);
    if (this.seen === undefined || !sameFiles(files, this.seen.files) || !this.holds(this.seen.inspection, now)) {
      const data = Object.fromEntries(files) as TlsSecretData;
      const proof = proveTlsSecret({ data, alias: this.alias, expected: this.expected, now });
      this.seen = { files, inspection: proof.proven ? { proven: true, proof, data } : { ...proof, data } };
    }
    return this.seen.inspection;
  }

  private holds(inspection: Inspection, now: number): boolean {
    return stillHolds(inspection.proven ? inspection.proof : inspection, now);
  }
}

/** When the verdict may change by itself, milliseconds since the epoch. */
export function changesAt(inspection: Inspection): number | undefined {
  return inspection.proven ? inspection.proof.validUntil : inspection.retryAt;
}

/**
 * What TLS is served with; undefined where nothing was proven. It is written anew: the proof reads PEM that OpenSSL does not, such as blocks
 * without a line break in between.
 */
export function identityOf(inspection: Inspection | undefined): ServerIdentity | undefined {
  const material = inspection?.proven === true ? readMaterial(inspection.data) : undefined;
  return material === undefined || isViolation(material)
    ? undefined
    : {
        cert: [material.leaf, ...material.others].map(({ x509 }) => x509.toString()).join(''),
        key: material.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
}

/** The set that is to be served, made from what is mounted. */
export interface WantedSet {
  readonly set: CertificateSet;
  readonly files: ProxySQLFiles;
  readonly trust: Trust;
}

export interface WantedInput {
  readonly server: Inspected;
  /** The client certificate's Secret, whether it passed the proof or not: only the authorities in it are taken. */
  readonly client?: Inspection;
  /** The files that are installed. */
  readonly installed?: ProxySQLFiles;
  readonly former: readonly FormerAuthority[];
  readonly overlapMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Puts the set together: what is served, and whose client certificates are taken. */
export function wantedSet({ server, client, installed, former, overlapMs, now }: WantedInput): WantedSet {
  const own = authoritiesIn(assembleFiles(server.proof, server.data));
  const trust = decideTrust({
    installed: installed === undefined ? [] : authoritiesIn(installed),
    server: own,
    client: client === undefined ? [] : authorities(client, now),
    former,
    overlapMs,
    now,
  });
  const files = assembleFiles(server.proof, server.data, trust.further.join(''));
  return { set: certificateSet(files), files, trust };
}

/** Clients go on with certificates of the authority although the mounted one, for example, has expired. */
function authorities({ proven, data }: Inspection, now: number): X509Certificate[] {
  const found = proven ? readAuthorities(data) : soundAuthorities(data, now);
  return isViolation(found) ? [] : found.map(({ x509 }) => x509);
}
