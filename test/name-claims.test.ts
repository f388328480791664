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

  const kindsOf = (made: Chart): string[] => made.toJson().map(({ kind }: { kind: string }) => kind);

  test.each([
    ['issuer', IssuerSource.ca({ metadata: { name: 'company' }, secretName: 'company-ca' }), ['Issuer']],
    ['authority', IssuerSource.certificateAuthority(), ['Issuer', 'Certificate', 'Issuer']],
  ])('when both bring the very same %s, then the first one makes it, whatever their labels', (_, issuer, kinds) => {
    const app = new ProxySQLApp();
    const [orders, billing, elsewhere] = ['shop', 'shop', 'search'].map((namespace, index) =>
      chart(app, `chart-${index}`, {
        issuer,
        namespace,
        labels: { team: `team-${index}` },
        backend: BackendSource.appBindingName('db'),
      }),
    ) as [TlsProxySQLChart, TlsProxySQLChart, TlsProxySQLChart];
    expect(app.problems()).toEqual([]);
    expect(kindsOf(orders)).toEqual([...kinds, 'ProxySQL']);
    expect(kindsOf(billing)).toEqual(['ProxySQL']);
    expect(kindsOf(elsewhere)).toEqual(kindsOf(orders));
    const { name, kind, group, isAcme } = orders.issuer;
    expect(billing.issuer).toMatchObject({ name, kind, group, isAcme });
    expect(app.charts.flatMap(({ node }) => node.dependencies)).toEqual([]);
  });

  test('when both bring the very same database, then the first one makes it', () => {
    const app = new ProxySQLApp();
    const backend = BackendSource.external({
      metadata: { name: 'db' },
      host: 'db.example.com',
      secretName: 'db-login',
    });
    const [orders, billing] = [chart(app, 'orders', { backend }), chart(app, 'billing', { backend })];
    expect(app.problems()).toEqual([]);
    expect(kindsOf(orders)).toContain('AppBinding');
    expect(kindsOf(billing)).not.toContain('AppBinding');
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

test.each<[string, ((scope: Chart) => void)[], string[]]>([
  ['two ProxySQLs of one name', [proxysql('p'), proxysql('p')], ['ProxySQL shop/p']],
  [
    'a ProxySQL called as the governing Service of another',
    [proxysql('p'), proxysql('p-pods')],
    ['Service shop/p-pods'],
  ],
  ['ProxySQLs that issue into one Secret', [proxysql('p', 'tls'), proxysql('q', 'tls')], ['Secret shop/tls']],
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
    ['Secret shop/p-server-cert'],
  ],
  [
    'ClusterIssuers of one name in charts of different namespaces',
    [
      (scope) => ClusterIssuer.ca(new Chart(scope, 'a', { namespace: 'a' }), 'ca', { secretName: 'a' }),
      (scope) => ClusterIssuer.ca(new Chart(scope, 'b', { namespace: 'b' }), 'ca', { secretName: 'b' }),
    ],
    ['ClusterIssuer ca'],
  ],
  [
    'operators of one name in different namespaces',
    [
      (scope) => new ProxySQLOperator(scope, 'one', { namespace: 'one' }),
      (scope) => new ProxySQLOperator(scope, 'two', { namespace: 'two', installCrds: false }),
    ],
    ['ClusterRole proxysql-operator'],
  ],
  [
    'operators that both install the definitions',
    [
      (scope) => new ProxySQLOperator(scope, 'one', { name: 'one', namespace: 'one', watchNamespaces: ['shop'] }),
      (scope) => new ProxySQLOperator(scope, 'two', { name: 'two', namespace: 'two', watchNamespaces: ['search'] }),
    ],
    ['CustomResourceDefinition proxysqls.kubedb.com'],
  ],
  [
    'operators of which one installs the definitions',
    [
      (scope) => new ProxySQLOperator(scope, 'one', { name: 'one', namespace: 'one', watchNamespaces: ['shop'] }),
      (scope) =>
        new ProxySQLOperator(scope, 'two', {
          name: 'two',
          namespace: 'two',
          watchNamespaces: ['x'],
          installCrds: false,
        }),
    ],
    [],
  ],
  [
    'authorities of one name and different lives',
    [
      (scope) => new CertificateAuthority(scope, 'ca'),
      (scope) => new CertificateAuthority(scope, 'ca', { duration: Duration.days(1000) }),
    ],
    ['Issuer shop/ca-bootstrap', 'Secret shop/ca-root', 'Issuer shop/ca'],
  ],
  [
    'issuers of one name in different namespaces',
    [
      (scope) => Issuer.selfSigned(new Chart(scope, 'a', { namespace: 'a' }), 'root'),
      (scope) => Issuer.selfSigned(new Chart(scope, 'b', { namespace: 'b' }), 'root'),
    ],
    [],
  ],
  [
    'the very same issuer, made twice',
    [(scope) => Issuer.selfSigned(scope, 'root'), (scope) => Issuer.selfSigned(scope, 'root')],
    ['Issuer shop/root'],
  ],
])('given %s, then the app says so where they collide', (_, makers, collisions) => {
  const told = problemsOf(...makers).map((problem) => /: (.*?) comes from chart-/.exec(problem)?.[1]);
  expect(told).toEqual(collisions);
});

test('given objects that are the same and such as differ, then it is told what each leads to', () => {
  const selfSigned = (scope: Chart) => Issuer.selfSigned(scope, 'root');
  const ca = (scope: Chart) => Issuer.ca(scope, 'root', { secretName: 'ca' });
  const remedy = 'Give one of them another name, or make it once and use it in both places.';
  expect(problemsOf(selfSigned, selfSigned)).toEqual([
    `chart-1/root: Issuer shop/root comes from chart-0/root too, and kustomize, and so Flux, and Helm refuse an object that is there twice. ${remedy}`,
  ]);
  expect(problemsOf(selfSigned, ca)).toEqual([
    `chart-1/root: Issuer shop/root comes from chart-0/root too, and the one that is applied last would win. ${remedy}`,
  ]);
});
