import { App, Chart, Duration } from 'cdk8s';
import {
  AppBinding,
  BackendSource,
  Certificate,
  CertificateAuthority,
  ClusterIssuer,
  Issuer,
  IssuerSource,
  ProxySQL,
  ProxySQLApp,
  ProxySQLOperator,
  Runtime,
  TlsProxySQLChart,
  type TlsProxySQLChartProps,
} from '../lib';

const chart = (app: App, id: string, props: Partial<TlsProxySQLChartProps> = {}) =>
  new TlsProxySQLChart(app, id, {
    namespace: 'shop',
    issuer: IssuerSource.ca({ secretName: `${id}-ca` }),
    backend: BackendSource.external({ host: `${id}.example.com`, secretName: 'db-login' }),
    version: '3.0.1',
    runtime: Runtime.operator({ install: false }),
    ...props,
  });

/** What an app says about constructs in a chart of its own each. */
function problemsOf(...makers: ((scope: Chart) => void)[]): string[] {
  const app = new ProxySQLApp();
  makers.forEach((make, index) => make(new Chart(app, `chart-${index}`, { namespace: 'shop' })));
  return app.problems();
}

const proxysql = (name: string, secretName?: string) => (scope: Chart) =>
  new ProxySQL(scope, name, {
    version: '3.0.1',
    backend: AppBinding.fromName('db'),
    tls: {
      issuer: Issuer.fromName('issuer'),
      ...(secretName !== undefined && { certificates: [{ alias: 'server' as never, secretName }] }),
    },
  });

describe('given two charts in one namespace', () => {
  test('when neither names its issuer and database, then each has its own', () => {
    const app = new ProxySQLApp();
    const charts = [chart(app, 'orders'), chart(app, 'billing')];
    expect(app.problems()).toEqual([]);
    expect(charts.map(({ issuer, backend }) => [issuer.name, backend.name])).toEqual([
      ['orders-issuer', 'orders-backend'],
      ['billing-issuer', 'billing-backend'],
    ]);
  });

  test.each([
    ['issuer', IssuerSource.ca({ metadata: { name: 'company' }, secretName: 'company-ca' })],
    ['authority', IssuerSource.certificateAuthority()],
  ])('when both bring the very same %s, then they may', (_, issuer) => {
    const app = new ProxySQLApp();
    chart(app, 'orders', { issuer });
    chart(app, 'billing', { issuer });
    expect(app.problems()).toEqual([]);
  });

  test('when both call different databases the same, then that is told, in an app of cdk8s too', () => {
    const told =
      'billing/backend: AppBinding shop/db comes from orders/backend too, and the one that is applied last would win. Give one of them another name, or make it once and use it in both places.';
    for (const app of [new ProxySQLApp(), new App()]) {
      for (const id of ['orders', 'billing']) {
        chart(app, id, {
          backend: BackendSource.external({
            metadata: { name: 'db' },
            host: `${id}.example.com`,
            secretName: 'db-login',
          }),
        });
      }
      if (app instanceof ProxySQLApp) {
        expect(app.problems()).toEqual([told]);
      } else {
        expect(() => app.synthYaml()).toThrow(told);
      }
    }
  });
});

test.each<[string, ((scope: Chart) => void)[], string | undefined]>([
  ['two ProxySQLs of one name', [proxysql('p'), proxysql('p')], 'ProxySQL shop/p'],
  ['a ProxySQL called as the governing Service of another', [proxysql('p'), proxysql('p-pods')], 'Service shop/p-pods'],
  ['ProxySQLs that issue into one Secret', [proxysql('p', 'tls'), proxysql('q', 'tls')], 'Secret shop/tls'],
  [
    'a Certificate that issues into the Secret of a ProxySQL',
    [
      proxysql('p'),
      (scope) =>
        new Certificate(scope, 'c', {
          issuer: Issuer.fromName('issuer'),
          secretName: 'p-server-cert',
          dnsNames: ['c.example.com'],
        }),
    ],
    'Secret shop/p-server-cert',
  ],
  [
    'ClusterIssuers of one name in charts of different namespaces',
    [
      (scope) => ClusterIssuer.ca(new Chart(scope, 'a', { namespace: 'a' }), 'ca', { secretName: 'a' }),
      (scope) => ClusterIssuer.ca(new Chart(scope, 'b', { namespace: 'b' }), 'ca', { secretName: 'b' }),
    ],
    'ClusterIssuer ca',
  ],
  [
    'operators of one name in different namespaces',
    [
      (scope) => new ProxySQLOperator(scope, 'one', { namespace: 'one' }),
      (scope) => new ProxySQLOperator(scope, 'two', { namespace: 'two' }),
    ],
    'ClusterRoleBinding proxysql-operator',
  ],
  [
    'authorities of one name and different lives',
    [
      (scope) => new CertificateAuthority(scope, 'ca'),
      (scope) => new CertificateAuthority(scope, 'ca', { duration: Duration.days(1000) }),
    ],
    'Secret shop/ca-root',
  ],
  [
    'issuers of one name in different namespaces',
    [
      (scope) => Issuer.selfSigned(new Chart(scope, 'a', { namespace: 'a' }), 'root'),
      (scope) => Issuer.selfSigned(new Chart(scope, 'b', { namespace: 'b' }), 'root'),
    ],
    undefined,
  ],
])('given %s, then the app says so where they collide', (_, makers, collision) => {
  const problems = problemsOf(...makers);
  if (collision === undefined) {
    expect(problems).toEqual([]);
  } else {
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`: ${collision} comes from chart-`);
  }
});
