import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CertificateAuthority, type CertificateWish } from '../tools/certificate-maker';

/** The files of the cluster's own certificate authority and of those it vouches for. */
export class Pki {
  public constructor(private readonly directory: string) {}

  /** The certificate of the cluster's authority. */
  public get caFile(): string {
    return this.certificateFile('ca');
  }

  /** Certificate of `name`, with what stands between it and the root. */
  public certificateFile(name: string): string {
    return join(this.directory, `${name}.crt`);
  }

  /** Private key of `name`. */
  public keyFile(name: string): string {
    return join(this.directory, `${name}.key`);
  }

  /** Makes the authority, the key that signs service account tokens, and a certificate for each wish. */
  public async create(wishes: Readonly<Record<string, CertificateWish>>): Promise<void> {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const authority = await CertificateAuthority.root({ commonName: 'test cluster' });
    this.write('ca', authority.certificate, authority.key);
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    this.write('service-account', publicKey, privateKey);
    for (const [name, wish] of Object.entries(wishes)) {
      const issued = await authority.issue(wish);
      this.write(name, issued.chain, issued.key);
    }
  }

  private write(name: string, certificate: string, key: string): void {
    writeFileSync(this.certificateFile(name), certificate, { mode: 0o600 });
    writeFileSync(this.keyFile(name), key, { mode: 0o600 });
  }
}
