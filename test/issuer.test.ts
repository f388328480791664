import { JsonPatch } from 'cdk8s';
import { AcmeDnsProvider } from '../lib/acme-dns-provider';
import { AcmeServer, AcmeSolver } from '../lib/acme-solver';
import { Issuer } from '../lib/issuer';
import { VaultAuth } from '../lib/issuer-vault-auth';
import { VenafiConnection } from '../lib/issuer-venafi-connection';
import { manifestOf, problemsOf, TEST_CA, testChart } from './constructs';

const token = { secretName: 'token', key: 'value' };
const solvers = [AcmeSolver.dns01(AcmeDnsProvider.cloudflare(token))];
const caBundle = Buffer.from(TEST_CA).toString('base64');

describe('Issuer.selfSigned', () => {
  test('needs nothing but an id, which is its name', () => {
    const chart = testChart({ namespace: 'demo' });

    const issuer = Issuer.selfSigned(chart, 'bootstrap');

    expect(manifestOf(issuer)).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: 'bootstrap', namespace: 'demo' },
      spec: { selfSigned: {} },
    });
    expect(issuer).toMatchObject({ name: 'bootstrap', kind: 'Issuer', group: 'cert-manager.io', isAcme: false });
    expect(problemsOf(chart)).toEqual([]);
  });
});

describe('Issuer.ca', () => {
  test('signs with the CA in a Secret', () => {
    const chart = testChart();

    const issuer = Issuer.ca(chart, 'ca', {
      metadata: { name: 'company-ca', labels: { team: 'dba' } },
      secretName: 'company-ca-key',
      crlDistributionPoints: ['http://ca.example.com/crl'],
      ocspServers: ['http://ca.example.com/ocsp'],
      issuingCertificateUrls: ['http://ca.example.com/ca.crt'],
    });

    expect(manifestOf(issuer)).toMatchObject({
      metadata: { name: 'company-ca', labels: { team: 'dba' } },
      spec: {
        ca: {
          secretName: 'company-ca-key',
          crlDistributionPoints: ['http://ca.example.com/crl'],
          ocspServers: ['http://ca.example.com/ocsp'],
          issuingCertificateURLs: ['http://ca.example.com/ca.crt'],
        },
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('given a password in place of a name, then it is refused and not shown', () => {
    const chart = testChart();

    Issuer.ca(chart, 'ca', { secretName: 'Pa$$word' });

    expect(problemsOf(chart)).toEqual([
      'spec.ca.secretName: This is not the name of a Secret (the value is not shown, in case it is a password). ' +
        'Put the value into a Secret and give the name of that Secret: lower-case letters, digits, hyphens and dots.',
    ]);
  });
});

describe('Issuer.acme', () => {
  test('asks Let’s Encrypt unless told otherwise', () => {
    const chart = testChart();

    const issuer = Issuer.acme(chart, 'public', { email: 'dba@example.com', solvers });

    expect(issuer.isAcme).toBe(true);
    expect(manifestOf(issuer).spec).toEqual({
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        email: 'dba@example.com',
        privateKeySecretRef: { name: 'public-account' },
        solvers: [{ dns01: { cloudflare: { apiTokenSecretRef: { name: 'token', key: 'value' } } } }],
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('has everything of a private server', () => {
    const chart = testChart();

    const issuer = Issuer.acme(chart, 'private', {
      server: AcmeServer.of('https://ca.example.com/acme/directory'),
      accountKeySecretName: 'acme-account',
      externalAccountBinding: { keyId: 'kid-1', key: { secretName: 'eab', key: 'hmac' } },
      caBundle: TEST_CA,
      preferredChain: 'Root X1',
      profile: 'shortlived',
      enableDuration: true,
      solvers: [],
    });

    expect(manifestOf(issuer).spec).toEqual({
      acme: {
        server: 'https://ca.example.com/acme/directory',
        privateKeySecretRef: { name: 'acme-account' },
        externalAccountBinding: { keyID: 'kid-1', keySecretRef: { name: 'eab', key: 'hmac' } },
        caBundle,
        preferredChain: 'Root X1',
        profile: 'shortlived',
        enableDurationFeature: true,
        solvers: [],
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('reports all that is wrong at once', () => {
    const chart = testChart();

    Issuer.acme(chart, 'public', {
      server: AcmeServer.of('letsencrypt'),
      email: 'DBA <dba@example.com>',
      caBundle: 'not PEM',
      solvers: [],
    });

    expect(problemsOf(chart)).toEqual([
      'spec.acme.server (given: "letsencrypt"): This is not the URL of a server. ' +
        'Write it with its scheme, such as https://ca.example.com/directory.',
      'spec.acme.email (given: "DBA <dba@example.com>"): This is not an e-mail address. ' +
        'Write the bare address, such as dba@example.com, without a name or angle brackets.',
      'spec.acme.caBundle: There is no PEM certificate in it. Give the CA certificates as PEM text, and nothing else.',
      'spec.acme.solvers: Without a solver no name can be proven to the ACME server. ' +
        'Add AcmeSolver.dns01(...), AcmeSolver.http01Ingress(...) or AcmeSolver.http01Gateway(...).',
    ]);
  });

  test.each([
    [
      `${TEST_CA}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
      'There is a private key among the CA certificates',
    ],
    [
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'One of the PEM blocks in it is not a certificate',
    ],
  ])('refuses a CA bundle that is not one', (bundle, message) => {
    const chart = testChart();

    Issuer.acme(chart, 'public', { caBundle: bundle, solvers });

    expect(problemsOf(chart)).toEqual([
      `spec.acme.caBundle: ${message}. Give the CA certificates as PEM text, and nothing else.`,
    ]);
  });
});

describe('Issuer.vault', () => {
  const base = { server: 'https://vault.example.com:8200', path: 'pki/sign/databases' };

  test.each([
    ['token', VaultAuth.token(token), { tokenSecretRef: { name: 'token', key: 'value' } }],
    [
      'appRole',
      VaultAuth.appRole({ roleId: 'r1', secretId: token }),
      { appRole: { path: 'approle', roleId: 'r1', secretRef: { name: 'token', key: 'value' } } },
    ],
    [
      'kubernetes',
      VaultAuth.kubernetes({ role: 'issuer', serviceAccountName: 'vault-issuer', mountPath: '/v1/auth/demo' }),
      { kubernetes: { role: 'issuer', mountPath: '/v1/auth/demo', serviceAccountRef: { name: 'vault-issuer' } } },
    ],
    [
      'clientCertificate',
      VaultAuth.clientCertificate({ secretName: 'vault-client', role: 'issuer', mountPath: '/v1/auth/cert' }),
      { clientCertificate: { secretName: 'vault-client', name: 'issuer', mountPath: '/v1/auth/cert' } },
    ],
  ])('logs in by %s', (_, auth, expected) => {
    const chart = testChart();

    const issuer = Issuer.vault(chart, 'vault', {
      ...base,
      auth,
      vaultNamespace: 'dba',
      caBundle: TEST_CA,
      serverName: 'vault',
    });

    expect(manifestOf(issuer).spec).toEqual({
      vault: { ...base, auth: expected, namespace: 'dba', caBundle, serverName: 'vault' },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('refuses a login in the URL without showing it, and a path that leads elsewhere', () => {
    const chart = testChart();

    Issuer.vault(chart, 'vault', {
      server: 'https://root:hunter2@vault.example.com',
      path: '../sys/seal',
      auth: VaultAuth.token(token),
    });

    expect(problemsOf(chart)).toEqual([
      'spec.vault.server: There is a login in this URL (it is not shown). Take it out, and put the credential into a Secret.',
      'spec.vault.path (given: "../sys/seal"): This is not the path of a sign endpoint. ' +
        'Write mount, sign and role, as in pki/sign/databases.',
    ]);
  });

  test('refuses a token in place of the Secret’s key without showing it', () => {
    const chart = testChart();

    Issuer.vault(chart, 'vault', { ...base, auth: VaultAuth.token({ secretName: 'vault', key: 'hvs.CAES/+=' }) });

    expect(problemsOf(chart)).toEqual([
      'spec.vault.auth.tokenSecretRef.key: This is not a key of a Secret (the value is not shown, in case it is a password). ' +
        'Give the key under which the Secret holds the value: letters, digits, dots, hyphens and underscores.',
    ]);
  });
});

describe('Issuer.venafi', () => {
  test('asks a platform of one’s own', () => {
    const chart = testChart();

    const issuer = Issuer.venafi(chart, 'venafi', {
      zone: 'devops\\databases',
      connection: VenafiConnection.tpp({
        url: 'https://tpp.example.com/vedsdk',
        credentialsSecretName: 'tpp',
        caBundle: TEST_CA,
      }),
    });

    expect(manifestOf(issuer).spec).toEqual({
      venafi: {
        zone: 'devops\\databases',
        tpp: { url: 'https://tpp.example.com/vedsdk', credentialsRef: { name: 'tpp' }, caBundle },
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('asks the service in the cloud', () => {
    const chart = testChart();

    const issuer = Issuer.venafi(chart, 'venafi', {
      zone: 'App\\Template',
      connection: VenafiConnection.cloud({ apiToken: token }),
    });

    expect(manifestOf(issuer).spec).toEqual({
      venafi: { zone: 'App\\Template', cloud: { apiTokenSecretRef: { name: 'token', key: 'value' } } },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('refuses an empty zone and what is no URL', () => {
    const chart = testChart();

    Issuer.venafi(chart, 'tpp', {
      zone: '',
      connection: VenafiConnection.tpp({ url: 'tpp', credentialsSecretName: 'tpp' }),
    });
    Issuer.venafi(chart, 'cloud', {
      zone: 'x',
      connection: VenafiConnection.cloud({ apiToken: token, url: 'ftp://x' }),
    });

    expect(problemsOf(chart)).toEqual([
      'spec.venafi.zone (given: ""): The zone is empty, so nothing says under which policy certificates are issued. ' +
        'Give the policy folder, or application and template.',
      'spec.venafi.tpp.url (given: "tpp"): This is not the URL of a server. ' +
        'Write it with its scheme, such as https://ca.example.com/directory.',
      'spec.venafi.cloud.url (given: "ftp://x"): This is not the URL of a server. ' +
        'Write it with its scheme, such as https://ca.example.com/directory.',
    ]);
  });
});

describe('issuers that exist', () => {
  test('are known by name', () => {
    expect(Issuer.fromName('ca')).toMatchObject({
      name: 'ca',
      kind: 'Issuer',
      group: 'cert-manager.io',
      isAcme: false,
    });
    expect(Issuer.fromName('public', { acme: true }).isAcme).toBe(true);
  });

  test('may be of another API group', () => {
    const external = { name: 'pca', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' };
    expect(Issuer.external(external)).toMatchObject({ ...external, isAcme: false });
  });
});

describe('escape hatches', () => {
  test('a JSON patch reaches the manifest, and its validation', () => {
    const chart = testChart();
    const issuer = Issuer.selfSigned(chart, 'ca');

    issuer.addJsonPatch(
      JsonPatch.add('/spec/selfSigned/crl', ['x']),
      JsonPatch.replace('/metadata/name', 'Not_A_Name'),
    );

    expect(manifestOf(issuer).spec).toEqual({ selfSigned: { crl: ['x'] } });
    const problems = problemsOf(chart);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^spec\.selfSigned\.crl/);
    expect(problems[1]).toBe(
      'metadata.name (given: "Not_A_Name"): Kubernetes does not allow this name. ' +
        'Use up to 253 lower-case letters, digits, inner hyphens and dots.',
    );
  });

  test('labels can be added', () => {
    const issuer = Issuer.selfSigned(testChart(), 'ca');

    issuer.metadata.addLabel('team', 'dba');

    expect(manifestOf(issuer).metadata).toEqual({ name: 'ca', labels: { team: 'dba' } });
  });

  test.each([
    [
      'a type that nothing expects',
      JsonPatch.replace('/spec', { acme: { server: 5, solvers: 'x', privateKeySecretRef: [] } }),
    ],
    ['no spec', JsonPatch.remove('/spec')],
  ])('given %s, then it is reported and nothing is thrown', (_, patch) => {
    const chart = testChart();
    Issuer.acme(chart, 'public', { solvers }).addJsonPatch(patch);
    expect(problemsOf(chart).length).toBeGreaterThan(0);
  });
});
