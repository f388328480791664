import { AcmeDnsProvider } from '../lib/acme-dns-provider';
import { AcmeSolver } from '../lib/acme-solver';
import { ClusterIssuer } from '../lib/cluster-issuer';
import { VaultAuth } from '../lib/issuer-vault-auth';
import { VenafiConnection } from '../lib/issuer-venafi-connection';
import { manifestOf, problemsOf, testChart } from './constructs';

const token = { secretName: 'token', key: 'value' };

test('a ClusterIssuer has no namespace, whatever the chart has', () => {
  const chart = testChart({ namespace: 'demo' });

  const issuer = ClusterIssuer.ca(chart, 'company-ca', { secretName: 'company-ca' });

  expect(manifestOf(issuer)).toEqual({
    apiVersion: 'cert-manager.io/v1',
    kind: 'ClusterIssuer',
    metadata: { name: 'company-ca' },
    spec: { ca: { secretName: 'company-ca' } },
  });
  expect(problemsOf(chart)).toEqual([]);
});

test('every kind of issuer can be cluster-wide', () => {
  const chart = testChart();

  const issuers = [
    ClusterIssuer.selfSigned(chart, 'self-signed'),
    ClusterIssuer.acme(chart, 'acme', { solvers: [AcmeSolver.dns01(AcmeDnsProvider.digitalOcean(token))] }),
    ClusterIssuer.vault(chart, 'vault', {
      server: 'https://v.example.com',
      path: 'p/sign/r',
      auth: VaultAuth.token(token),
    }),
    ClusterIssuer.venafi(chart, 'venafi', { zone: 'z', connection: VenafiConnection.cloud({ apiToken: token }) }),
  ];

  expect(issuers.map((issuer) => [issuer.kind, issuer.isAcme, Object.keys(manifestOf(issuer).spec)])).toEqual([
    ['ClusterIssuer', false, ['selfSigned']],
    ['ClusterIssuer', true, ['acme']],
    ['ClusterIssuer', false, ['vault']],
    ['ClusterIssuer', false, ['venafi']],
  ]);
  expect(problemsOf(chart)).toEqual([]);
});

test('one that exists is known by name', () => {
  expect(ClusterIssuer.fromName('letsencrypt', { acme: true })).toMatchObject({
    name: 'letsencrypt',
    kind: 'ClusterIssuer',
    group: 'cert-manager.io',
    isAcme: true,
  });
});
