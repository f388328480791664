import { Duration } from 'cdk8s';
import { CertificateAuthority } from '../lib/certificate-authority';
import { CertificateKey } from '../lib/certificate-key';
import { problemsOf, testChart } from './constructs';

test('a CA is a bootstrap issuer, a root certificate and an issuer that signs with it, in this order', () => {
  const chart = testChart({ namespace: 'demo' });

  const authority = new CertificateAuthority(chart, 'ca');

  expect(chart.toJson()).toEqual([
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: 'ca-bootstrap', namespace: 'demo' },
      spec: { selfSigned: {} },
    },
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'ca-root', namespace: 'demo' },
      spec: {
        secretName: 'ca-root',
        isCA: true,
        commonName: 'ca',
        duration: '87600h',
        renewBefore: '8760h',
        usages: ['digital signature', 'cert sign', 'crl sign'],
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
        issuerRef: { name: 'ca-bootstrap', kind: 'Issuer', group: 'cert-manager.io' },
      },
    },
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: 'ca', namespace: 'demo' },
      spec: { ca: { secretName: 'ca-root' } },
    },
  ]);
  expect(authority.issuer).toMatchObject({ name: 'ca', kind: 'Issuer', group: 'cert-manager.io', isAcme: false });
  expect(authority.secretName).toBe('ca-root');
  expect(authority.certificate.name).toBe('ca-root');
});

test('a cluster-wide CA keeps its Secret where cert-manager looks for it', () => {
  const chart = testChart({ namespace: 'demo' });

  const authority = new CertificateAuthority(chart, 'ca', { name: 'company-ca', clusterWide: true });

  const places = chart.toJson().map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace]);
  expect(places).toEqual([
    ['Issuer', 'company-ca-bootstrap', 'cert-manager'],
    ['Certificate', 'company-ca-root', 'cert-manager'],
    ['ClusterIssuer', 'company-ca', undefined],
  ]);
  expect(authority.issuer.kind).toBe('ClusterIssuer');
});

test('everything about the root can be chosen', () => {
  const chart = testChart();

  new CertificateAuthority(chart, 'ca', {
    name: 'company-ca',
    namespace: 'pki',
    clusterWide: true,
    commonName: 'Example Root',
    subject: { organizations: ['Example'] },
    duration: Duration.days(100),
    renewBefore: Duration.days(30),
    privateKey: CertificateKey.rsa({ size: 4096 }),
  });

  const [, certificate] = chart.toJson();
  expect(certificate).toMatchObject({
    metadata: { namespace: 'pki' },
    spec: {
      commonName: 'Example Root',
      subject: { organizations: ['Example'] },
      duration: '2400h',
      renewBefore: '720h',
      privateKey: { algorithm: 'RSA', size: 4096, rotationPolicy: 'Always' },
    },
  });
});

test('what is wrong with the root is said', () => {
  const chart = testChart();

  new CertificateAuthority(chart, 'ca', { duration: Duration.days(100) });

  expect(problemsOf(chart)).toEqual([
    'spec.renewBefore (given: "8760h"): The certificate would be renewed before it is issued, since its duration is 2400h. ' +
      'Write less than the duration, such as a third of it: 800h.',
  ]);
});
