import { createPrivateKey } from 'node:crypto';
import { type ProofInput, type ProofReason, type TlsSecretData } from '../../lib/proof/proof';
import { proveTlsSecret, stillHolds } from '../../lib/proof/prove';
import {
  authority,
  CLIENT_AUTH,
  DAY_MS,
  type Issued,
  issue,
  KeyUsageFlags,
  NOW,
  secretData,
  SERVER_AUTH,
} from './certificates';

const NAMES = { dnsNames: ['db.demo.svc'], ipAddresses: ['127.0.0.1'] };

let root: Issued;
let intermediate: Issued;
let leaf: Issued;

beforeAll(async () => {
  root = await authority({ subject: 'CN=root' });
  intermediate = await authority({ subject: 'CN=intermediate', issuer: root });
  leaf = await issue({ issuer: root, ...NAMES });
});

function prove(data: TlsSecretData, more: Partial<ProofInput> = {}) {
  return proveTlsSecret({ data, alias: 'server', expected: NAMES, now: NOW, ...more });
}

function expectRefused(data: TlsSecretData, reason: ProofReason, message: RegExp, more: Partial<ProofInput> = {}) {
  expect(prove(data, more)).toMatchObject({
    proven: false,
    reason,
    message: expect.stringMatching(message) as unknown,
  });
}

describe('a sound TLS Secret is proven', () => {
  test('leaf under the authority in ca.crt, with everything worth knowing', () => {
    const proof = prove(secretData(leaf, [], [root]));

    expect(proof).toEqual({
      proven: true,
      certificate: {
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        notBefore: NOW - DAY_MS,
        notAfter: NOW + 90 * DAY_MS,
        issuer: 'CN=root',
        chain: [expect.any(String), expect.any(String)],
      },
      fingerprintOfSet: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      validUntil: NOW + 90 * DAY_MS,
    });
  });

  test.each(['p256', 'p384', 'rsa2048', 'ed25519'] as const)('with a %s key', async (key) => {
    expect(prove(secretData(await issue({ key, issuer: root, ...NAMES }), [], [root]))).toHaveProperty('proven', true);
  });

  test('leaf and intermediate under a root, as bytes', async () => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    const data = secretData(chained, [intermediate], [root]);
    const bytes = Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text)]));

    expect(prove(bytes)).toMatchObject({ proven: true, certificate: { chain: { length: 3 } } });
  });

  test.each([
    ['ca.crt holds the intermediate only, as cert-manager writes it', () => [intermediate]],
    ['ca.crt is a bundle of intermediate and root', () => [intermediate, root]],
    ['ca.crt is a bundle in another order', () => [root, intermediate]],
    ['there is no ca.crt, as with ACME', () => []],
  ])('%s', async (_, authorities) => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    expect(prove(secretData(chained, [intermediate], authorities()))).toHaveProperty('proven', true);
  });

  test('a root at the end of tls.crt is no intermediate', async () => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    expect(prove(secretData(chained, [intermediate, root], [root]))).toHaveProperty('proven', true);
  });

  test('a certificate that vouches for itself, as of a SelfSigned issuer', async () => {
    const own = await issue(NAMES);
    expect(prove(secretData(own, [], [own]))).toHaveProperty('proven', true);
    expect(prove(secretData(own))).toHaveProperty('proven', true);
  });

  test('of two authorities with one key, the one that lasts longer counts', async () => {
    const expired = await authority({ subject: 'CN=root', keys: root.keys, notAfter: NOW - 1000, serialNumber: '05' });
    expect(prove(secretData(leaf, [], [expired, root]))).toHaveProperty('proven', true);
  });

  test('authorities that vouch for each other do not lead in circles', async () => {
    const one = await authority({ subject: 'CN=one' });
    const other = await authority({ subject: 'CN=other', issuer: one });
    const crossed = await authority({ subject: 'CN=one', keys: one.keys, issuer: other });
    const crossLeaf = await issue({ issuer: crossed, ...NAMES });
    expect(prove(secretData(crossLeaf, [], [crossed, other]))).toHaveProperty('proven', true);
  });

  test('a key in the older forms, with the parameters that openssl writes', () => {
    const sec1 = createPrivateKey(leaf.keyPem).export({ type: 'sec1', format: 'pem' }).toString();
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    const data = { ...secretData(leaf, [], [root]), 'tls.key': parameters + sec1 };
    expect(prove(data)).toHaveProperty('proven', true);
  });

  test('an empty ca.crt is as good as none', async () => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    expect(prove({ ...secretData(chained, [intermediate]), 'ca.crt': ' \n' })).toHaveProperty('proven', true);
  });

  test('Windows line ends and comments do not matter', () => {
    const { 'tls.crt': crt, ...rest } = secretData(leaf, [], [root]);
    expect(prove({ ...rest, 'tls.crt': `# leaf\r\n${crt.replaceAll('\n', '\r\n')}` })).toHaveProperty('proven', true);
  });

  test('the fingerprint of the set follows each of its parts', async () => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    const again = await issue({ issuer: intermediate, ...NAMES, keys: chained.keys, serialNumber: '0c' });
    const sets = [
      secretData(chained, [intermediate], [root]),
      secretData(chained, [intermediate]),
      secretData(chained, [intermediate], [intermediate]),
      secretData(again, [intermediate], [root]),
      secretData(chained, [intermediate, root], [root]),
    ];
    const fingerprints = sets.map((data) => {
      const proof = prove(data);
      return proof.proven ? proof.fingerprintOfSet : proof.reason;
    });
    expect(new Set(fingerprints).size).toBe(5);
    expect(prove(sets[0] ?? {})).toHaveProperty('fingerprintOfSet', fingerprints[0]);
  });
});

describe('what cannot be read is refused', () => {
  const sound = () => secretData(leaf, [], [root]);

  test('nothing there', () => {
    expectRefused({}, 'DataMissing', /no tls.crt and no tls.key/);
    expectRefused({ ...sound(), 'tls.key': ' \n' }, 'DataMissing', /no tls.key/);
    expectRefused({ ...sound(), 'tls.crt': '' }, 'DataMissing', /no tls.crt/);
  });

  test('certificates that are garbage, cut short, or something else', () => {
    expectRefused({ ...sound(), 'tls.crt': 'garbage' }, 'CertificateUnreadable', /not PEM/);
    expectRefused({ ...sound(), 'tls.crt': leaf.pem.slice(0, 300) }, 'CertificateUnreadable', /cut short/);
    expectRefused(
      { ...sound(), 'tls.crt': `${leaf.pem}${root.pem.slice(0, 90)}` },
      'CertificateUnreadable',
      /cut short/,
    );
    expectRefused({ ...sound(), 'tls.crt': leaf.pem + leaf.keyPem }, 'CertificateUnreadable', /"PRIVATE KEY"/);
    const malformed = leaf.pem + root.pem.replace(/M[A-Za-z0-9+/]{20}/, '');
    expectRefused({ ...sound(), 'tls.crt': malformed }, 'CertificateUnreadable', /Certificate 2 of 2 in tls.crt/);
  });

  test('an authority that is garbage', () => {
    expectRefused({ ...sound(), 'ca.crt': 'garbage' }, 'AuthorityUnreadable', /ca.crt is not PEM/);
  });

  test('a key that is garbage, none, or two', () => {
    const malformed = leaf.keyPem.replace(/M[A-Za-z0-9+/]{20}/, '');
    for (const key of ['garbage', leaf.pem, leaf.keyPem + leaf.keyPem, malformed]) {
      expectRefused({ ...sound(), 'tls.key': key }, 'KeyUnreadable', /private key/);
    }
  });

  test('an encrypted key, in both forms', () => {
    const key = createPrivateKey(leaf.keyPem);
    const secret = { cipher: 'aes-256-cbc', passphrase: 'open sesame' };
    for (const type of ['pkcs8', 'sec1'] as const) {
      const pem = key.export({ type, format: 'pem', ...secret }).toString();
      expectRefused({ ...sound(), 'tls.key': pem }, 'KeyEncrypted', /without a passphrase/);
    }
  });
});

describe('what does not fit together is refused', () => {
  test('a key of another certificate', async () => {
    const other = await issue({ issuer: root, ...NAMES });
    expectRefused({ ...secretData(leaf, [], [root]), 'tls.key': other.keyPem }, 'KeyMismatch', /does not belong/);
    const rsa = await issue({ key: 'rsa2048', issuer: root, ...NAMES });
    expectRefused({ ...secretData(leaf, [], [root]), 'tls.key': rsa.keyPem }, 'KeyMismatch', /does not belong/);
  });

  test('a chain that begins with the intermediate', async () => {
    const chained = await issue({ issuer: intermediate, ...NAMES });
    const data = { ...secretData(intermediate, [chained], [root]), 'tls.key': chained.keyPem };
    expectRefused(data, 'KeyMismatch', /certificate 2 of tls.crt.*come first/);
  });

  test('a chain with a stranger in it', async () => {
    expectRefused(secretData(leaf, [intermediate], [root]), 'ChainBroken', /"CN=db" is followed.*issued by "CN=root"/);
  });

  test('an authority of the same name that did not sign', async () => {
    const impostor = await authority({ subject: 'CN=root' });
    expectRefused(secretData(leaf, [], [impostor]), 'AuthorityUnknown', /ends at "CN=root"/);
    const forged = await issue({ issuer: root, signedBy: impostor, ...NAMES });
    expectRefused(secretData(forged, [], [root]), 'AuthorityUnknown', /did not sign/);
    const own = await issue(NAMES);
    expectRefused(secretData(own, [], [root]), 'AuthorityUnknown', /first certificate is "CN=root"/);
  });

  test('a signature with the right key under the name of somebody else', async () => {
    const stranger = await authority({ subject: 'CN=stranger' });
    const misnamed = await issue({ issuer: stranger, signedBy: root, ...NAMES });
    expectRefused(secretData(misnamed, [], [root]), 'AuthorityUnknown', /ends at "CN=stranger"/);
  });

  test('an authority whose key is for other purposes', async () => {
    const sealing = await authority({ subject: 'CN=sealing', keyUsage: KeyUsageFlags.digitalSignature });
    expectRefused(secretData(await issue({ issuer: sealing, ...NAMES }), [], [sealing]), 'AuthorityUnknown', /sealing/);
  });

  test('a leaf that is named in ca.crt without vouching for itself', () => {
    expectRefused(secretData(leaf, [], [leaf]), 'AuthorityUnknown', /ends at "CN=root"/);
  });

  test('an intermediate that has the key of its root stands for that root only', async () => {
    const renamed = await authority({ subject: 'CN=renamed', issuer: root, keys: root.keys });
    const below = await issue({ issuer: renamed, ...NAMES });
    expect(prove(secretData(below, [renamed], [root]))).toHaveProperty('proven', true);
    const another = await authority({ subject: 'CN=another' });
    expectRefused(secretData(below, [renamed], [another]), 'AuthorityUnknown', /ends at "CN=root"/);
  });

  // cA is true, false though that is the default, and left out though there is a path length.
  test.each([
    ['that says so', [0x30, 0x03, 0x01, 0x01, 0xff], true],
    ['that says no', [0x30, 0x03, 0x01, 0x01, 0x00], false],
    ['that only limits how many follow it', [0x30, 0x03, 0x02, 0x01, 0x05], false],
    ['that says nothing', [0x30, 0x00], false],
  ] as const)('an issuer %s is an authority only then', async (_, constraints, is) => {
    const plain = await issue({
      ...{ subject: 'CN=plain', issuer: root, constraints },
      keyUsage: KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature,
    });
    const data = secretData(await issue({ issuer: plain, ...NAMES }), [plain], [root]);
    if (is) {
      expect(prove(data)).toHaveProperty('proven', true);
    } else {
      expect(prove(data).proven).toBe(false);
    }
  });

  test('an issuer that is no authority', async () => {
    const plain = await issue({ subject: 'CN=plain', issuer: root, keyUsage: KeyUsageFlags.keyCertSign });
    const below = await issue({ issuer: plain, ...NAMES });
    expectRefused(secretData(below, [plain], [root]), 'NotAnAuthority', /"CN=plain" signed without being/);
  });

  test('more authorities than the root allows', async () => {
    const strict = await authority({ subject: 'CN=strict', pathLength: 0 });
    const between = await authority({ subject: 'CN=between', issuer: strict });
    const below = await issue({ issuer: between, ...NAMES });
    expectRefused(
      secretData(below, [between], [strict]),
      'NotAnAuthority',
      /allows 0 authorities below it, but there are 1/,
    );
    const direct = await issue({ issuer: strict, ...NAMES });
    expect(prove(secretData(direct, [], [strict]))).toHaveProperty('proven', true);
  });

  test('two intermediates, since ProxySQL serves one; a client may have them', async () => {
    const second = await authority({ subject: 'CN=second', issuer: intermediate });
    const deep = await issue({ issuer: second, ...NAMES });
    const data = secretData(deep, [second, intermediate], [root]);
    expectRefused(data, 'TooManyIntermediates', /has 2 intermediate.*sysown\/proxysql\/issues\/5204/);
    expect(prove(data, { alias: 'client' })).toHaveProperty('proven', true);
  });

  test('no authority at all, for the server', () => {
    expectRefused(secretData(leaf), 'AuthorityMissing', /certificate of "CN=root"/);
    expect(prove(secretData(leaf), { alias: 'client' })).toHaveProperty('proven', true);
  });
});

describe('what cert-manager keeps the place with is refused', () => {
  test.each([
    ['of today', { subject: '2.5.4.5=1234567890, CN=db', issuerName: 'CN=cert-manager.local' }],
    ['of old releases', { subject: 'CN=db', issuerName: 'CN=cert-manager.local', serialNumber: '1234567890' }],
  ])('%s', async (_, { issuerName, ...wish }) => {
    const throwAway = await authority({ subject: issuerName });
    const temporary = await issue({ issuer: throwAway, ...NAMES, ...wish });
    expectRefused(secretData(temporary), 'TemporaryCertificate', /still being issued/);
  });

  test('the mark alone, chosen by a user, is none', async () => {
    const own = await issue({ subject: '2.5.4.5=1234567890, CN=db', issuer: root, ...NAMES });
    expect(prove(secretData(own, [], [root]))).toHaveProperty('proven', true);
  });
});

describe('what is not valid now is refused', () => {
  test('a certificate that begins later, with the time when it does', async () => {
    const early = secretData(await issue({ issuer: root, ...NAMES, notBefore: NOW + 60_000 }), [], [root]);
    expectRefused(early, 'NotYetValid', /only from 2026-06-15T12:01:00Z on/);
    const proof = prove(early);
    expect(proof).toHaveProperty('retryAt', NOW + 50_000);
    expect([NOW, NOW + 49_999, NOW + 50_000].map((now) => stillHolds(proof, now))).toEqual([true, true, false]);
    expect(prove(early, { now: NOW + 50_000 })).toHaveProperty('proven', true);
  });

  test('a certificate that has ended, to the second', async () => {
    const data = secretData(await issue({ issuer: root, ...NAMES, notAfter: NOW + 1000 }), [], [root]);
    const proof = prove(data);
    expect(proof).toMatchObject({ proven: true, validUntil: NOW + 1000 });
    expect([NOW + 999, NOW + 1000].map((now) => stillHolds(proof, now))).toEqual([true, false]);
    expectRefused(data, 'Expired', /"CN=db" has expired at 2026-06-15T12:00:01Z/, { now: NOW + 1000 });
    const ended = prove(data, { now: NOW + DAY_MS });
    // The clock may be set back.
    expect([NOW + 999, NOW + 1000, NOW + 2 * DAY_MS].map((now) => stillHolds(ended, now))).toEqual([false, true, true]);
  });

  test('an authority that has ended', async () => {
    const old = await authority({ subject: 'CN=old', notAfter: NOW - 1000 });
    expectRefused(secretData(await issue({ issuer: old, ...NAMES }), [], [old]), 'Expired', /"CN=old" has expired/);
  });

  test('the end of the whole chain counts', async () => {
    const short = await authority({ subject: 'CN=short', notAfter: NOW + DAY_MS });
    expect(prove(secretData(await issue({ issuer: short, ...NAMES }), [], [short]))).toHaveProperty(
      'validUntil',
      NOW + DAY_MS,
    );
  });

  test('years beyond 2049 are read', async () => {
    const far = await issue({ issuer: root, ...NAMES, notAfter: Date.parse('2061-01-01T00:00:00Z') });
    expect(prove(secretData(far, [], [root]))).toMatchObject({
      certificate: { notAfter: Date.parse('2061-01-01T00:00:00Z') },
    });
  });
});

describe('what is too weak is refused', () => {
  test('a short RSA key, of the leaf or of an authority', async () => {
    const weak = await issue({ key: 'rsa1024', issuer: root, ...NAMES });
    expectRefused(secretData(weak, [], [root]), 'KeyWeak', /"CN=db" is rsa 1024: RSA needs 2048/);
    const weakRoot = await authority({ key: 'rsa1024', subject: 'CN=weak' });
    expectRefused(secretData(await issue({ issuer: weakRoot, ...NAMES }), [], [weakRoot]), 'KeyWeak', /"CN=weak"/);
  });

  test('a signature with SHA-1, but for that of a root on itself', async () => {
    const oldRoot = await authority({ subject: 'CN=old root', hash: 'SHA-1' });
    const weak = await issue({ issuer: oldRoot, ...NAMES, hash: 'SHA-1' });
    expectRefused(secretData(weak, [], [oldRoot]), 'SignatureWeak', /MD5 or SHA-1/);
    expect(prove(secretData(await issue({ issuer: oldRoot, ...NAMES }), [], [oldRoot]))).toHaveProperty('proven', true);
  });
});

describe('what is for something else is refused', () => {
  test('names that are missing, the first three told', () => {
    const expected = { dnsNames: ['a', 'b.c', 'db.demo.svc'], ipAddresses: ['::1', '10.0.0.1'] };
    expectRefused(secretData(leaf, [], [root]), 'NameNotCovered', /valid for a, b.c, ::1 and 1 more\.$/, { expected });
  });

  test('all four kinds of names are compared', async () => {
    const kinds = {
      dnsNames: ['*.Pods.demo.svc'],
      ipAddresses: ['2001:db8::1'],
      uris: ['spiffe://cluster/ns/demo'],
      emailAddresses: ['Dba@example.com'],
    };
    const data = secretData(await issue({ issuer: root, ...kinds }), [], [root]);
    const covered = {
      dnsNames: ['*.pods.demo.svc', 'db-0.pods.demo.svc'],
      ipAddresses: ['2001:0DB8:0:0::0001'],
      uris: ['spiffe://cluster/ns/demo'],
      emailAddresses: ['dba@example.com'],
    };
    expect(prove(data, { expected: covered })).toHaveProperty('proven', true);
    for (const expected of [
      { uris: ['spiffe://cluster/ns/other'] },
      { emailAddresses: ['root@example.com'] },
      { ipAddresses: ['2001:db8::2'] },
      { ipAddresses: ['no address'] },
    ]) {
      expectRefused(data, 'NameNotCovered', /not valid for/, { expected });
    }
  });

  test('a name of one kind is none of another', async () => {
    const names = { dnsNames: ['abcd', 'sixteen-letters.'], uris: ['spiffe://db'], emailAddresses: ['dba@db'] };
    const data = secretData(await issue({ issuer: root, ...names }), [], [root]);
    for (const expected of [
      { ipAddresses: ['97.98.99.100'] },
      { ipAddresses: ['7369:7874:6565:6e2d:6c65:7474:6572:732e'] },
      { dnsNames: ['spiffe://db'] },
      { dnsNames: ['dba@db'] },
      { uris: ['abcd'] },
      { emailAddresses: ['abcd'] },
    ]) {
      expectRefused(data, 'NameNotCovered', /not valid for/, { expected });
    }
  });

  test.each([
    ['server', CLIENT_AUTH, SERVER_AUTH],
    ['client', SERVER_AUTH, CLIENT_AUTH],
    ['metrics-exporter', CLIENT_AUTH, SERVER_AUTH],
  ] as const)('usages of a %s certificate', async (alias, wrong, right) => {
    const refused = secretData(await issue({ issuer: root, ...NAMES, usages: [wrong] }), [], [root]);
    expectRefused(
      refused,
      'UsageMismatch',
      /it needs the usage .*(See to it that its issuer|an issuerRef of its own)/,
      {
        alias,
      },
    );
    for (const usages of [[right], 'none'] as const) {
      const data = secretData(await issue({ issuer: root, ...NAMES, usages }), [], [root]);
      expect(prove(data, { alias })).toHaveProperty('proven', true);
    }
  });

  test('a key that may not make signatures', async () => {
    const data = secretData(
      await issue({ issuer: root, ...NAMES, keyUsage: KeyUsageFlags.keyEncipherment }),
      [],
      [root],
    );
    expectRefused(data, 'UsageMismatch', /digital signature/);
  });
});
