import { AcmeDnsProvider } from '../lib/acme-dns-provider';
import { AcmeServer, AcmeSolver } from '../lib/acme-solver';
import { Issuer } from '../lib/issuer';
import { ServiceType } from '../lib/service-overlay';
import { manifestOf, problemsOf, testChart } from './constructs';

const token = { secretName: 'token', key: 'value' };

function synthesize(solver: AcmeSolver): { readonly solver: unknown; readonly problems: string[] } {
  const chart = testChart();
  const { spec } = manifestOf(Issuer.acme(chart, 'public', { solvers: [solver] }));
  return { solver: (spec.acme as { solvers: unknown[] }).solvers[0], problems: problemsOf(chart) };
}

test.each([
  ['the cluster’s default class', AcmeSolver.http01Ingress(), { http01: { ingress: {} } }],
  [
    'a class',
    AcmeSolver.http01Ingress({ ingressClassName: 'nginx', selector: { dnsZones: ['example.com'] } }),
    { http01: { ingress: { ingressClassName: 'nginx' } }, selector: { dnsZones: ['example.com'] } },
  ],
  [
    'a class annotation',
    AcmeSolver.http01Ingress({ ingressClassAnnotation: 'azure/application-gateway' }),
    { http01: { ingress: { class: 'azure/application-gateway' } } },
  ],
  [
    'pods, a Service and an Ingress that are not as usual',
    AcmeSolver.http01Ingress({
      ingressLabels: { a: 'b' },
      ingressAnnotations: { 'example.com/c': 'd' },
      serviceType: ServiceType.CLUSTER_IP,
      pods: {
        labels: { e: 'f' },
        annotations: { 'example.com/g': 'h' },
        nodeSelector: { 'kubernetes.io/arch': 'amd64' },
        tolerations: [{ key: 'edge', operator: 'Exists' }],
        imagePullSecrets: ['pull'],
        priorityClassName: 'high',
        serviceAccountName: 'solver',
      },
    }),
    {
      http01: {
        ingress: {
          ingressTemplate: { metadata: { labels: { a: 'b' }, annotations: { 'example.com/c': 'd' } } },
          serviceType: 'ClusterIP',
          podTemplate: {
            metadata: { labels: { e: 'f' }, annotations: { 'example.com/g': 'h' } },
            spec: {
              nodeSelector: { 'kubernetes.io/arch': 'amd64' },
              tolerations: [{ key: 'edge', operator: 'Exists' }],
              imagePullSecrets: [{ name: 'pull' }],
              priorityClassName: 'high',
              serviceAccountName: 'solver',
            },
          },
        },
      },
    },
  ],
  [
    'a Gateway, and pods that are not as usual',
    AcmeSolver.http01Gateway({
      gateways: [{ name: 'public' }],
      serviceType: ServiceType.CLUSTER_IP,
      pods: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
    }),
    {
      http01: {
        gatewayHTTPRoute: {
          parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
          serviceType: 'ClusterIP',
          podTemplate: { metadata: {}, spec: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } } },
        },
      },
    },
  ],
  ['an Ingress', AcmeSolver.http01Ingress({ ingressName: 'web' }), { http01: { ingress: { name: 'web' } } }],
  [
    'a Gateway',
    AcmeSolver.http01Gateway({
      gateways: [{ name: 'public', namespace: 'gateways', sectionName: 'http' }],
      labels: { a: 'b' },
      selector: { matchLabels: { solver: 'http' } },
    }),
    {
      http01: {
        gatewayHTTPRoute: {
          parentRefs: [
            {
              group: 'gateway.networking.k8s.io',
              kind: 'Gateway',
              name: 'public',
              namespace: 'gateways',
              sectionName: 'http',
            },
          ],
          labels: { a: 'b' },
        },
      },
      selector: { matchLabels: { solver: 'http' } },
    },
  ],
  [
    'DNS',
    AcmeSolver.dns01(AcmeDnsProvider.digitalOcean(token), {
      followCname: true,
      selector: { dnsNames: ['db.example.com'] },
    }),
    {
      dns01: { cnameStrategy: 'Follow', digitalocean: { tokenSecretRef: { name: 'token', key: 'value' } } },
      selector: { dnsNames: ['db.example.com'] },
    },
  ],
])('solves through %s', (_, solver, expected) => {
  expect(synthesize(solver)).toEqual({ solver: expected, problems: [] });
});

test('an Ingress is chosen in one way only', () => {
  const solver = AcmeSolver.http01Ingress({ ingressClassName: 'nginx', ingressName: 'web' });
  expect(synthesize(solver).problems).toEqual([
    'spec.acme.solvers[0].http01.ingress (given: {"ingressClassName":"nginx","name":"web"}): ' +
      'An Ingress is chosen in one way only. Keep one of ingressClassName, name.',
  ]);
});

test('an IngressClass has a name', () => {
  const solver = AcmeSolver.http01Ingress({ ingressClassName: 'azure/application-gateway' });
  expect(synthesize(solver).problems).toEqual([
    'spec.acme.solvers[0].http01.ingress.ingressClassName (given: "azure/application-gateway"): ' +
      'This is not the name of an IngressClass. ' +
      'Use its name from kubectl get ingressclass; give a class that is no such name as ingressClassAnnotation.',
  ]);
});

test('a route needs a Gateway', () => {
  expect(synthesize(AcmeSolver.http01Gateway({ gateways: [] })).problems).toEqual([
    'spec.acme.solvers[0].http01.gatewayHTTPRoute.parentRefs: No Gateway is named, so challenges cannot come in. ' +
      'Name at least one Gateway that has a listener on port 80.',
  ]);
});

test('the servers of Let’s Encrypt are known', () => {
  expect(AcmeServer.LETS_ENCRYPT.url).toBe('https://acme-v02.api.letsencrypt.org/directory');
  expect(AcmeServer.LETS_ENCRYPT_STAGING.url).toBe('https://acme-staging-v02.api.letsencrypt.org/directory');
});
