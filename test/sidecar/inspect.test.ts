import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { certificatesIn } from '../../sidecar/certificate-set';
import { CertificateMount, identityOf, type Inspected, wantedSet } from '../../sidecar/inspect';
import { authority, type Issued, leaf } from './support/pki';
import { mountSecret, type SecretData, tlsSecret } from './support/secret-mount';

describe('CertificateMount', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('does not go on refusing as expired what is valid once the clock was set right', async () => {
    const root = await authority('Root');
    mountSecret(folder, tlsSecret(await leaf(root), root));
    const mount = new CertificateMount(folder, 'server', {});
    const now = Date.now();

    expect(await mount.inspect(now + 365 * 86_400_000)).toMatchObject({ proven: false, reason: 'Expired' });
    expect(await mount.inspect(now)).toMatchObject({ proven: true });
  });
});

/** How PEM gets out of shape on its way into a Secret; what is proven can be read all the same. */
const SHAPES: readonly [string, (pem: string) => string][] = [
  ['as it was issued', (pem) => pem],
  ['indented, as in YAML', (pem) => pem.replaceAll(/^/gm, '    ')],
  ['put together without line breaks', (pem) => pem.replaceAll('-----\n-----', '----------').trim()],
  ['with empty lines', (pem) => pem.replaceAll('\n', '\n\n')],
  ['in one line', (pem) => pem.replaceAll('\n', ' ')],
];

describe.each(SHAPES)('a Secret with PEM %s', (_, shape) => {
  let folder: string;
  let root: Issued;
  let data: SecretData;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
    root = await authority('Root');
    const intermediate = await authority('Intermediate', root);
    const { 'tls.key': key = '', ...pem } = tlsSecret(await leaf(intermediate), root, [intermediate]);
    data = {
      'tls.crt': shape(pem['tls.crt'] ?? ''),
      'tls.key': key,
      'ca.crt': shape(root.pem + (await authority('Other')).pem),
    };
    mountSecret(folder, data);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what TLS can be served with, its intermediate included', async () => {
    const { cert, key } = identityOf(await new CertificateMount(folder, 'server', {}).inspect(Date.now())) ?? {};

    expect(() => createSecureContext({ cert, key })).not.toThrow();
    expect(certificatesIn(cert ?? '').map(({ subject }) => subject)).toEqual(['CN=proxy', 'CN=Intermediate']);
  });

  it('names authorities that clients are trusted by', async () => {
    const now = Date.now();
    const inspection = (await new CertificateMount(folder, 'server', {}).inspect(now)) as Inspected;

    const { files } = wantedSet({ server: inspection, client: inspection, former: [], overlapMs: 0, now });

    expect(certificatesIn(files['proxysql-ca.pem']).map(({ subject }) => subject)).toEqual([
      'CN=Intermediate',
      'CN=Root',
      'CN=Other',
    ]);
  });
});

it('serves TLS with nothing that was refused', async () => {
  expect(identityOf(await new CertificateMount('/nowhere', 'server', {}).inspect(Date.now()))).toBeUndefined();
  expect(identityOf(undefined)).toBeUndefined();
});

describe('the authorities that come with the client certificate', () => {
  const now = Date.now();
  const expired = { usages: ['client' as const], notAfter: new Date(now - 1000) };
  let folder: string;
  let serverRoot: Issued;
  let clientRoot: Issued;

  beforeAll(async () => {
    serverRoot = await authority('Server root');
    clientRoot = await authority('Client root');
  });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What is trusted, and the verdict on the client certificate. */
  async function trusted(client: SecretData, at = now): Promise<{ verdict: string; trusted: string[] }> {
    mountSecret(path.join(folder, 'server'), tlsSecret(await leaf(serverRoot), serverRoot));
    mountSecret(path.join(folder, 'client'), client);
    const server = (await new CertificateMount(path.join(folder, 'server'), 'server', {}).inspect(at)) as Inspected;
    const inspection = await new CertificateMount(path.join(folder, 'client'), 'client', {}).inspect(at);
    const { files } = wantedSet({ server, client: inspection, former: [], overlapMs: 0, now: at });
    return {
      verdict: inspection.proven ? 'Proven' : inspection.reason,
      trusted: certificatesIn(files['proxysql-ca.pem']).map(({ subject }) => subject),
    };
  }

  it.each<[string, () => Promise<SecretData>]>([
    ['Proven', async () => tlsSecret(await leaf(clientRoot, { usages: ['client'] }), clientRoot)],
    ['Expired', async () => tlsSecret(await leaf(clientRoot, expired), clientRoot)],
    ['KeyMismatch', async () => ({ ...tlsSecret(await leaf(clientRoot), clientRoot), 'tls.key': serverRoot.keyPem })],
    ['DataMissing', async () => await Promise.resolve({ 'ca.crt': clientRoot.pem })],
  ])('are trusted when the verdict on that is %s', async (verdict, client) => {
    expect(await trusted(await client())).toEqual({ verdict, trusted: ['CN=Server root', 'CN=Client root'] });
  });

  it.each<[string, string, () => Promise<SecretData>]>([
    [
      'are no authorities',
      'Expired',
      async () => {
        const issued = await leaf(clientRoot, expired);
        return { ...tlsSecret(issued, clientRoot), 'ca.crt': (await leaf(clientRoot)).pem };
      },
    ],
    [
      'have expired',
      'Expired',
      async () => {
        const ended = await authority('Ended', undefined, { notAfter: new Date(now - 1000) });
        return tlsSecret(await leaf(ended, expired), ended);
      },
    ],
    [
      'cannot be read',
      'AuthorityUnreadable',
      async () => ({ ...tlsSecret(await leaf(clientRoot), clientRoot), 'ca.crt': clientRoot.pem.slice(0, -40) }),
    ],
    [
      'are malformed in part',
      'AuthorityUnreadable',
      async () => ({
        ...tlsSecret(await leaf(clientRoot), clientRoot),
        'ca.crt': `${clientRoot.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      }),
    ],
    ['are missing', 'DataMissing', async () => await Promise.resolve({})],
  ])('are not trusted when they %s', async (_, verdict, client) => {
    expect(await trusted(await client())).toEqual({ verdict, trusted: ['CN=Server root'] });
  });
});
