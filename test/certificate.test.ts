import { Duration, JsonPatch } from 'cdk8s';
import { AcmeDnsProvider } from '../lib/acme-dns-provider';
import { AcmeSolver } from '../lib/acme-solver';
import { Certificate, type CertificateProps } from '../lib/certificate';
import { CertificateKey, EcdsaCurve, KeyRotation } from '../lib/certificate-key';
import { CertificateUsage } from '../lib/certificate-usage';
import { ClusterIssuer } from '../lib/cluster-issuer';
import { Issuer } from '../lib/issuer';
import { PrivateKeyEncoding } from '../lib/proxysql-tls';
import { manifestOf, problemsOf, testChart } from './constructs';

const issuer = ClusterIssuer.fromName('company-ca');

/** What is said about a certificate with these props. */
function problems(props: Partial<CertificateProps>): string[] {
  const chart = testChart();
  new Certificate(chart, 'cert', { issuer, dnsNames: ['db.example.com'], ...props });
  return problemsOf(chart);
}

describe('a certificate', () => {
  test('has a key, usages and a whole issuerRef without being asked', () => {
    const chart = testChart({ namespace: 'demo' });

    const certificate = new Certificate(chart, 'db-cert', { issuer, dnsNames: ['db.example.com'] });

    expect(manifestOf(certificate)).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'db-cert', namespace: 'demo' },
      spec: {
        secretName: 'db-cert',
        dnsNames: ['db.example.com'],
        usages: ['digital signature', 'key encipherment', 'server auth'],
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        issuerRef: { name: 'company-ca', kind: 'ClusterIssuer', group: 'cert-manager.io' },
      },
    });
    expect(certificate).toMatchObject({ name: 'db-cert', secretName: 'db-cert' });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('has everything that it is given', () => {
    const chart = testChart();

    const certificate = new Certificate(chart, 'db-cert', {
      metadata: { name: 'db', namespace: 'demo' },
      issuer: Issuer.external({ name: 'pca', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' }),
      secretName: 'db-tls',
      commonName: 'db',
      subject: { organizations: ['Example'], countries: ['DE'], serialNumber: '7' },
      dnsNames: ['*.db.example.com'],
      ipAddresses: ['10.0.0.7', 'fd00::7'],
      uris: ['spiffe://cluster.local/ns/demo/sa/db'],
      emailAddresses: ['dba@example.com'],
      usages: [CertificateUsage.CLIENT_AUTH, CertificateUsage.S_MIME],
      duration: Duration.days(30),
      renewBefore: Duration.minutes(90),
      privateKey: CertificateKey.rsa({ size: 3072, encoding: PrivateKeyEncoding.PKCS8, rotation: KeyRotation.NEVER }),
      secretTemplate: { labels: { team: 'dba' }, annotations: { 'example.com/why': 'because' } },
      revisionHistoryLimit: 3,
    });

    expect(manifestOf(certificate)).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'db', namespace: 'demo' },
      spec: {
        secretName: 'db-tls',
        commonName: 'db',
        subject: { organizations: ['Example'], countries: ['DE'], serialNumber: '7' },
        dnsNames: ['*.db.example.com'],
        ipAddresses: ['10.0.0.7', 'fd00::7'],
        uris: ['spiffe://cluster.local/ns/demo/sa/db'],
        emailAddresses: ['dba@example.com'],
        usages: ['client auth', 's/mime'],
        duration: '720h',
        renewBefore: '1h30m',
        privateKey: { algorithm: 'RSA', size: 3072, encoding: 'PKCS8', rotationPolicy: 'Never' },
        secretTemplate: { labels: { team: 'dba' }, annotations: { 'example.com/why': 'because' } },
        revisionHistoryLimit: 3,
        issuerRef: { name: 'pca', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' },
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('of a CA can sign', () => {
    const certificate = new Certificate(testChart(), 'ca', {
      issuer,
      commonName: 'CA',
      isCa: true,
      renewBeforePercentage: 20,
    });
    expect(manifestOf(certificate).spec).toMatchObject({
      isCA: true,
      usages: ['digital signature', 'cert sign', 'crl sign'],
      renewBeforePercentage: 20,
    });
  });

  test('comes after its issuer', () => {
    const chart = testChart();
    const made = Issuer.selfSigned(chart, 'z-issuer');
    new Certificate(chart, 'a-cert', { issuer: made, commonName: 'x' });
    expect(chart.toJson().map(({ kind }: { kind: string }) => kind)).toEqual(['Issuer', 'Certificate']);
  });

  test('that exists is known by name', () => {
    expect(Certificate.fromName('db')).toEqual({ name: 'db', secretName: 'db' });
    expect(Certificate.fromName('db', { secretName: 'db-tls' })).toEqual({ name: 'db', secretName: 'db-tls' });
  });

  test('has every usage that cert-manager knows', () => {
    expect(problems({ usages: Object.values(CertificateUsage) })).toEqual([]);
  });
});

test.each([
  [CertificateKey.ecdsa(), { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' }],
  [CertificateKey.ecdsa({ curve: EcdsaCurve.P384 }), { algorithm: 'ECDSA', size: 384, rotationPolicy: 'Always' }],
  [CertificateKey.ecdsa({ curve: EcdsaCurve.P521 }), { algorithm: 'ECDSA', size: 521, rotationPolicy: 'Always' }],
  [CertificateKey.rsa(), { algorithm: 'RSA', size: 2048, rotationPolicy: 'Always' }],
  [
    CertificateKey.ed25519({ encoding: PrivateKeyEncoding.PKCS1 }),
    { algorithm: 'Ed25519', encoding: 'PKCS1', rotationPolicy: 'Always' },
  ],
])('keys of every algorithm are possible', (privateKey, expected) => {
  const chart = testChart();
  const certificate = new Certificate(chart, 'cert', { issuer, dnsNames: ['db'], privateKey });
  expect(manifestOf(certificate).spec.privateKey).toEqual(expected);
  expect(problemsOf(chart)).toEqual([]);
});

describe('what is wrong with a certificate', () => {
  test.each<[string, Partial<CertificateProps>, string]>([
    [
      'a common name of 65 bytes',
      { commonName: `${'a'.repeat(63)}ä` },
      `spec.commonName (given: "${'a'.repeat(63)}ä"): A common name may have 64 bytes; this one has 65. ` +
        'Shorten it, or leave it out and give the name in dnsNames, where clients look for it.',
    ],
    [
      'no name at all',
      { dnsNames: [] },
      'spec.dnsNames: The certificate names nobody. ' +
        'Give at least one of dnsNames, ipAddresses, uris, emailAddresses and commonName.',
    ],
    [
      'an IP address among DNS names',
      { dnsNames: ['10.0.0.7'] },
      'spec.dnsNames[0] (given: "10.0.0.7"): This is an IP address, which clients do not look for among DNS names. ' +
        'Move it to ipAddresses.',
    ],
    [
      'a country by its name',
      { subject: { countries: ['Germany'] } },
      'spec.subject.countries[0] (given: "Germany"): A country in a certificate has two letters. ' +
        'Write its code, such as DE or US.',
    ],
    [
      'a renewal before the beginning',
      { duration: Duration.days(30), renewBefore: Duration.days(30) },
      'spec.renewBefore (given: "720h"): The certificate would be renewed before it is issued, since its duration is 720h. ' +
        'Write less than the duration, such as a third of it: 240h.',
    ],
    [
      'a small RSA key',
      { privateKey: CertificateKey.rsa({ size: 1024 }) },
      'spec.privateKey.size (given: 1024): An RSA key has 2048 to 8192 bits. ' +
        'Use 2048, 3072 or 4096, or CertificateKey.ecdsa().',
    ],
    [
      'an annotation of cert-manager’s',
      { secretTemplate: { annotations: { 'cert-manager.io/issuer-name': 'x' } } },
      'spec.secretTemplate.annotations["cert-manager.io/issuer-name"]: ' +
        'Annotations of cert-manager.io are cert-manager’s own. Leave it out, or use a prefix of your own.',
    ],
    [
      'a Secret’s name that is none',
      { secretName: 'db_tls' },
      'spec.secretName: This is not the name of a Secret (the value is not shown, in case it is a password). ' +
        'Put the value into a Secret and give the name of that Secret: lower-case letters, digits, hyphens and dots.',
    ],
  ])('%s', (_, props, problem) => {
    expect(problems(props)).toEqual([problem]);
  });

  test('no CertificateRequest is kept', () => {
    expect(problems({ revisionHistoryLimit: 0 })).toEqual([
      expect.stringMatching(/^spec\.revisionHistoryLimit \(given: 0\)/),
    ]);
  });

  test('is told all at once', () => {
    const found = problems({
      dnsNames: ['*'],
      ipAddresses: ['x'],
      duration: Duration.minutes(1),
      commonName: 'a'.repeat(65),
    });
    expect(found.map((problem) => problem.split(' ')[0])).toEqual([
      'spec.commonName',
      'spec.dnsNames[0]',
      'spec.ipAddresses[0]',
      'spec.duration',
    ]);
  });

  test('includes what a JSON patch did', () => {
    const chart = testChart();
    const certificate = new Certificate(chart, 'cert', { issuer, dnsNames: ['db'] });

    certificate.addJsonPatch(
      JsonPatch.add('/spec/duration', '90d'),
      JsonPatch.add('/spec/dnsName', 'db'),
      JsonPatch.replace('/spec/dnsNames', ['db', 7]),
    );

    const found = problemsOf(chart);
    expect(found).toHaveLength(3);
    expect(found).toContainEqual(expect.stringMatching(/^spec\.dnsName: /));
    expect(found).toContainEqual(expect.stringMatching(/^spec\.dnsNames\[1\] \(given: 7\)/));
    expect(found).toContainEqual(expect.stringMatching(/^spec\.duration \(given: "90d"\).*Write 2160h\.$/));
  });
});

describe('an ACME issuer', () => {
  const acme = ClusterIssuer.fromName('letsencrypt', { acme: true });

  test('issues for names that it can verify', () => {
    expect(problems({ issuer: acme, commonName: 'db.example.com' })).toEqual([]);
  });

  test('issues nothing else', () => {
    expect(
      problems({
        issuer: acme,
        commonName: 'db',
        isCa: true,
        uris: ['spiffe://x'],
        emailAddresses: ['dba@example.com'],
      }),
    ).toEqual([
      'spec.commonName (given: "db"): An ACME issuer takes a common name only if it is also in dnsNames or ipAddresses. ' +
        'Leave it out, or add it to dnsNames.',
      'spec.uris (given: ["spiffe://x"]): An ACME issuer cannot verify such names. ' +
        'Leave them out, or use a CA of your own for this certificate, such as CertificateAuthority.',
      'spec.emailAddresses (given: ["dba@example.com"]): An ACME issuer cannot verify such names. ' +
        'Leave them out, or use a CA of your own for this certificate, such as CertificateAuthority.',
      'spec.isCA (given: true): An ACME issuer does not issue CAs. ' +
        'Use CertificateAuthority, or an issuer that signs with a CA of your own.',
    ]);
  });

  test('is known to be one when it is made here', () => {
    const chart = testChart();
    const solvers = [AcmeSolver.dns01(AcmeDnsProvider.route53())];
    new Certificate(chart, 'cert', { issuer: Issuer.acme(chart, 'acme', { solvers }), commonName: 'db' });
    expect(problemsOf(chart)).toEqual([expect.stringMatching(/^spec\.commonName .*ACME/)]);
  });
});

describe('an Issuer of another namespace', () => {
  test('is refused', () => {
    const chart = testChart();
    const elsewhere = Issuer.selfSigned(chart, 'ca', { metadata: { namespace: 'pki' } });

    new Certificate(chart, 'cert', { issuer: elsewhere, dnsNames: ['db'] });

    expect(problemsOf(chart)).toEqual([
      'spec.issuerRef.name (given: "ca"): This Issuer is in namespace pki, the Certificate in default; ' +
        'an Issuer serves its own namespace only. Put both into one namespace, or use a ClusterIssuer.',
    ]);
  });

  test('is no trouble when it is a ClusterIssuer', () => {
    const chart = testChart({ namespace: 'demo' });
    const everywhere = ClusterIssuer.selfSigned(chart, 'ca');

    new Certificate(chart, 'cert', { issuer: everywhere, dnsNames: ['db'] });

    expect(problemsOf(chart)).toEqual([]);
  });
});
