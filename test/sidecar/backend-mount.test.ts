import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BackendMount, inspectBackend } from '../../sidecar/backend-mount';
import { type MountedFiles } from '../../sidecar/mounted-folder';
import { authority, type Issued, leaf } from './support/pki';
import { mountSecret } from './support/secret-mount';

describe('the material for TLS to the database', () => {
  let root: Issued;
  let client: Issued;

  beforeAll(async () => {
    root = await authority('Root');
    client = await leaf(root, { usages: ['client'] });
  });

  const files = (data: Record<string, string>): MountedFiles =>
    new Map(Object.entries(data).map(([name, text]) => [name, Buffer.from(text)]));

  it.each<[string, () => Record<string, string>, string | undefined]>([
    ['an authority alone', () => ({ 'ca.crt': root.pem }), undefined],
    ['all three', () => ({ 'ca.crt': root.pem, 'tls.crt': client.pem, 'tls.key': client.keyPem }), undefined],
    ['an authority that is none', () => ({ 'ca.crt': 'garbage' }), 'AuthorityUnreadable'],
    [
      'an authority that is malformed',
      () => ({ 'ca.crt': root.pem.replace(/\n[A-Za-z0-9+/=]{20}/, '\n') }),
      'CertificateUnreadable',
    ],
    // ProxySQL reads the file as it is, and so nothing of this one.
    [
      'authorities without a line break in between',
      () => ({ 'ca.crt': root.pem.trim() + root.pem }),
      'CertificateUnreadable',
    ],
    ['a certificate without its key', () => ({ 'ca.crt': root.pem, 'tls.crt': client.pem }), 'DataMissing'],
    ['a key without its certificate', () => ({ 'ca.crt': root.pem, 'tls.key': client.keyPem }), 'DataMissing'],
    ['a key that is none', () => ({ 'tls.crt': client.pem, 'tls.key': 'garbage' }), 'CertificateUnreadable'],
    ['a key of another certificate', () => ({ 'tls.crt': client.pem, 'tls.key': root.keyPem }), 'KeyMismatch'],
  ])('%s', (_, data, reason) => {
    const truth = inspectBackend(files(data()), Date.now());

    expect(truth.reason).toBe(reason);
    expect(truth.proven).toBe(reason === undefined);
  });

  it('tells whose certificate it is, and refuses it from its end on', () => {
    const mounted = files({ 'tls.crt': client.pem, 'tls.key': client.keyPem });
    const notAfter = client.certificate.notAfter.getTime();
    const known = { fingerprint: client.fingerprint, issuer: 'CN=Root', notAfter };

    expect(inspectBackend(mounted, notAfter - 1)).toEqual({ proven: true, ...known });
    expect(inspectBackend(mounted, notAfter)).toEqual({
      proven: false,
      reason: 'Expired',
      message: `The certificate for the database ended ${new Date(notAfter).toISOString()}.`,
      ...known,
    });
  });

  it('is looked at where it is mounted, and is nothing where it is not', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'backend-'));
    const mount = new BackendMount(path.join(folder, 'certs'));
    await mount.look(Date.now());
    expect(mount.truth()).toBeUndefined();

    mountSecret(path.join(folder, 'certs'), { 'ca.crt': root.pem });
    await mount.look(Date.now());
    expect(mount.truth()).toEqual({ proven: true });
    rmSync(folder, { recursive: true });
  });
});
