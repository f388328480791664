import { AzureDnsAuth } from '../lib/acme-azure-dns-auth';
import { AcmeDnsProvider, AzureCloud, TsigAlgorithm } from '../lib/acme-dns-provider';
import { AcmeSolver } from '../lib/acme-solver';
import { Issuer } from '../lib/issuer';
import { manifestOf, problemsOf, testChart } from './constructs';

const key = { secretName: 'dns', key: 'secret' };
const ref = { name: 'dns', key: 'secret' };

function synthesize(provider: AcmeDnsProvider): { readonly dns01: unknown; readonly problems: string[] } {
  const chart = testChart();
  const { spec } = manifestOf(Issuer.acme(chart, 'public', { solvers: [AcmeSolver.dns01(provider)] }));
  const [solver] = (spec.acme as { solvers: { dns01: unknown }[] }).solvers;
  return { dns01: solver?.dns01, problems: problemsOf(chart) };
}

const zone = { subscriptionId: 's', resourceGroupName: 'g', hostedZoneName: 'example.com' };

test.each([
  ['Cloudflare', AcmeDnsProvider.cloudflare(key), { cloudflare: { apiTokenSecretRef: ref } }],
  [
    'Cloudflare with an API key',
    AcmeDnsProvider.cloudflareApiKey('dba@example.com', key),
    { cloudflare: { email: 'dba@example.com', apiKeySecretRef: ref } },
  ],
  [
    'Akamai',
    AcmeDnsProvider.akamai({
      serviceConsumerDomain: 'akab-x.luna.akamaiapis.net',
      clientToken: key,
      clientSecret: { ...key, key: 'client' },
      accessToken: { ...key, key: 'access' },
    }),
    {
      akamai: {
        serviceConsumerDomain: 'akab-x.luna.akamaiapis.net',
        clientTokenSecretRef: ref,
        clientSecretSecretRef: { ...ref, key: 'client' },
        accessTokenSecretRef: { ...ref, key: 'access' },
      },
    },
  ],
  ['Route 53 with its own identity', AcmeDnsProvider.route53(), { route53: {} }],
  [
    'Route 53 with a ServiceAccount',
    AcmeDnsProvider.route53({ region: 'eu-central-1', hostedZoneId: 'Z1', role: 'arn:r', serviceAccountName: 'dns' }),
    {
      route53: {
        region: 'eu-central-1',
        hostedZoneID: 'Z1',
        role: 'arn:r',
        auth: { kubernetes: { serviceAccountRef: { name: 'dns' } } },
      },
    },
  ],
  [
    'Route 53 with an access key',
    AcmeDnsProvider.route53({ accessKeyId: key, secretAccessKey: key }),
    { route53: { accessKeyIDSecretRef: ref, secretAccessKeySecretRef: ref } },
  ],
  [
    'Cloud DNS',
    AcmeDnsProvider.cloudDns({ project: 'p', hostedZoneName: 'z', serviceAccountKey: key }),
    { cloudDNS: { project: 'p', hostedZoneName: 'z', serviceAccountSecretRef: ref } },
  ],
  [
    'Azure DNS with its own identity',
    AcmeDnsProvider.azureDns(zone),
    { azureDNS: { subscriptionID: 's', resourceGroupName: 'g', hostedZoneName: 'example.com' } },
  ],
  [
    'Azure DNS with a service principal',
    AcmeDnsProvider.azureDns({
      ...zone,
      cloud: AzureCloud.CHINA,
      auth: AzureDnsAuth.servicePrincipal({ clientId: 'c', clientSecret: key, tenantId: 't' }),
    }),
    {
      azureDNS: {
        subscriptionID: 's',
        resourceGroupName: 'g',
        hostedZoneName: 'example.com',
        environment: 'AzureChinaCloud',
        clientID: 'c',
        tenantID: 't',
        clientSecretSecretRef: ref,
      },
    },
  ],
  [
    'Azure DNS with a managed identity',
    AcmeDnsProvider.azureDns({ ...zone, cloud: AzureCloud.PUBLIC, auth: AzureDnsAuth.managedIdentity('c', 't') }),
    {
      azureDNS: {
        subscriptionID: 's',
        resourceGroupName: 'g',
        hostedZoneName: 'example.com',
        environment: 'AzurePublicCloud',
        managedIdentity: { clientID: 'c', tenantID: 't' },
      },
    },
  ],
  [
    'Azure DNS with an identity by its resource',
    AcmeDnsProvider.azureDns({
      ...zone,
      cloud: AzureCloud.US_GOVERNMENT,
      auth: AzureDnsAuth.managedIdentityResource('/r'),
    }),
    {
      azureDNS: {
        subscriptionID: 's',
        resourceGroupName: 'g',
        hostedZoneName: 'example.com',
        environment: 'AzureUSGovernmentCloud',
        managedIdentity: { resourceID: '/r' },
      },
    },
  ],
  ['DigitalOcean', AcmeDnsProvider.digitalOcean(key), { digitalocean: { tokenSecretRef: ref } }],
  [
    'dynamic updates',
    AcmeDnsProvider.rfc2136({ nameserver: '[fd00::53]:53', tcp: true, tsig: { name: 'k', secret: key } }),
    {
      rfc2136: {
        nameserver: '[fd00::53]:53',
        protocol: 'TCP',
        tsigKeyName: 'k',
        tsigAlgorithm: 'HMACSHA256',
        tsigSecretSecretRef: ref,
      },
    },
  ],
  [
    'dynamic updates with another algorithm',
    AcmeDnsProvider.rfc2136({
      nameserver: 'ns.example.com',
      tsig: { name: 'k', secret: key, algorithm: TsigAlgorithm.HMAC_SHA512 },
    }),
    {
      rfc2136: {
        nameserver: 'ns.example.com',
        tsigKeyName: 'k',
        tsigAlgorithm: 'HMACSHA512',
        tsigSecretSecretRef: ref,
      },
    },
  ],
  [
    'acme-dns',
    AcmeDnsProvider.acmeDns({ host: 'https://auth.example.com', account: key }),
    { acmeDNS: { host: 'https://auth.example.com', accountSecretRef: ref } },
  ],
  [
    'a webhook, whose configuration is its own',
    AcmeDnsProvider.webhook({
      groupName: 'acme.example.com',
      solverName: 'dns',
      config: { apiKeySecretRef: 'Any Thing' },
    }),
    { webhook: { groupName: 'acme.example.com', solverName: 'dns', config: { apiKeySecretRef: 'Any Thing' } } },
  ],
])('%s', (_, provider, expected) => {
  expect(synthesize(provider)).toEqual({ dns01: expected, problems: [] });
});

const ROUTE53 = 'spec.acme.solvers[0].dns01.route53';

test.each([
  [
    AcmeDnsProvider.route53({ accessKeyId: key }),
    `${ROUTE53}: An access key has an id and a secret; the secret is missing. ` +
      'Give both accessKeyId and secretAccessKey, or neither to use cert-manager’s own identity.',
  ],
  [
    AcmeDnsProvider.route53({ secretAccessKey: key }),
    `${ROUTE53}: An access key has an id and a secret; the id is missing. ` +
      'Give both accessKeyId and secretAccessKey, or neither to use cert-manager’s own identity.',
  ],
  [
    AcmeDnsProvider.route53({ serviceAccountName: 'dns' }),
    `${ROUTE53}.role: A ServiceAccount’s token is exchanged for a role, and none is given. Give the ARN of the role.`,
  ],
  [
    AcmeDnsProvider.route53({ serviceAccountName: 'dns', role: 'arn:r', accessKeyId: key, secretAccessKey: key }),
    `${ROUTE53}: There are two ways to log in: an access key and a ServiceAccount. ` +
      'Keep one of them; the ServiceAccount needs no lasting credential.',
  ],
  ...['', 'fd00::53', 'ns.example.com:0', 'ns.example.com:65536', 'ns example'].map((nameserver) => [
    AcmeDnsProvider.rfc2136({ nameserver }),
    `spec.acme.solvers[0].dns01.rfc2136.nameserver (given: ${JSON.stringify(nameserver)}): ` +
      'This is not the address of a name server. ' +
      'Write host or host:port; an IPv6 address goes in brackets, as in [fd00::53]:53.',
  ]),
])('what is wrong with a provider is said', (provider, problem) => {
  expect(synthesize(provider as AcmeDnsProvider).problems).toEqual([problem]);
});
