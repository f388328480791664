import { mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Issued } from './pki';

/** The data of a Secret. */
export interface SecretData {
  readonly [key: string]: string;
}

/**
 * Writes a Secret's data as the kubelet does: into a new folder, `..data` pointing to it by one rename, and a link for each key.
 */
export function mountSecret(folder: string, data: SecretData): void {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(path.join(folder, '..2026_'));
  for (const [key, value] of Object.entries(data)) {
    writeFileSync(path.join(fresh, key), value, { mode: 0o440 });
  }
  const dataLink = path.join(folder, '..data');
  const previous = linkTarget(dataLink);
  symlinkSync(path.basename(fresh), path.join(folder, '..data_tmp'));
  renameSync(path.join(folder, '..data_tmp'), dataLink);
  for (const key of Object.keys(data)) {
    const link = path.join(folder, key);
    if (linkTarget(link) === undefined) {
      symlinkSync(path.join('..data', key), link);
    }
  }
  if (previous !== undefined) {
    rmSync(path.join(folder, previous), { recursive: true });
  }
}

/** A TLS Secret as cert-manager writes it: what is above the leaf follows it, and the root is in ca.crt. */
export function tlsSecret(leaf: Issued, root: Issued, intermediates: readonly Issued[] = []): SecretData {
  return {
    'tls.crt': [leaf, ...intermediates].map(({ pem }) => pem).join(''),
    'tls.key': leaf.keyPem,
    'ca.crt': root.pem,
  };
}

function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
