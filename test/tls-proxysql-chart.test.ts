import { App, Chart, Testing, YamlOutputType } from 'cdk8s';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  BackendSource,
  CertificateAlias,
  DeletionPolicy,
  IssuerSource,
  KubedbDatabaseKind,
  ProxySQLApp,
  ProxySQLOperator,
  Runtime,
  TlsProxySQLChart,
  type TlsProxySQLChartProps,
} from '../lib';
import { temporaryFolder } from './support/temporary-folder';

const guide: TlsProxySQLChartProps = {
  namespace: 'demo',
  issuer: IssuerSource.ca({ metadata: { name: 'proxy-issuer' }, secretName: 'proxy-ca' }),
  backend: BackendSource.kubedb({ kind: KubedbDatabaseKind.MYSQL, name: 'mysql-server', replicas: 3 }),
  version: '3.0.1-debian',
  replicas: 3,
  authSecret: { name: 'proxy-server-admin' },
  certificates: [{ alias: CertificateAlias.SERVER, subject: { organizations: ['kubedb:server'] } }],
  deletionPolicy: DeletionPolicy.WIPE_OUT,
};

const chartOf = (props: Partial<TlsProxySQLChartProps>, app = new App()) =>
  new TlsProxySQLChart(app, 'proxy-server', { ...guide, ...props });

describe('whole charts', () => {
  test.each([
    ['operator', Runtime.operator()],
    ['standalone', Runtime.standalone()],
    ['kubedb', Runtime.kubedb()],
  ])('%s runtime', (_, runtime) => {
    expect(Testing.synth(chartOf({ runtime }))).toMatchSnapshot();
  });
});

describe('the operator', () => {
  const charts = (runtime: Runtime, count = 1) => {
    const app = new App();
    for (let index = 0; index < count; index += 1) {
      new TlsProxySQLChart(app, `proxy-${index}`, { ...guide, runtime });
    }
    return app.charts.map(({ node }) => node.id);
  };

  test('given many charts, then the app has it once', () => {
    expect(charts(Runtime.operator(), 3).filter((id) => id === 'proxysql-operator')).toHaveLength(1);
  });

  test('given that it is there already, or another runtime, then the app has none', () => {
    expect(charts(Runtime.operator({ install: false }))).toEqual(['proxy-0']);
    expect(charts(Runtime.standalone())).toEqual(['proxy-0']);
    expect(charts(Runtime.kubedb())).toEqual(['proxy-0']);
  });
});

describe('without an issuer for all certificates', () => {
  const issuer = IssuerSource.none();

  test('given certificates with Secrets of your own, then nobody is asked to issue them', () => {
    const chart = chartOf({ issuer, certificates: [{ alias: CertificateAlias.SERVER, secretName: 'mine' }] });
    const [resource] = Testing.synth(chart) as { spec: { tls: object } }[];
    expect(resource?.spec.tls).toEqual({ certificates: [{ alias: 'server', secretName: 'mine' }] });
    expect(() => chart.issuer).toThrow(
      'proxy-server has no issuer for all certificates: give it one, or use those that its certificates name.',
    );
  });

  test('given nothing about certificates, then one is asked for', () => {
    expect(() => Testing.synth(chartOf({ issuer, certificates: undefined }))).toThrow(
      'spec.tls (given: {}): TLS needs issuerRef, or an issuerRef or a Secret of its own for each certificate.',
    );
  });
});

describe('where images come from', () => {
  const told = (...runtimes: Runtime[]) => {
    const app = new ProxySQLApp();
    runtimes.forEach((runtime, index) => chartIn(app, `proxy-${index}`, runtime));
    return app.problems();
  };
  const chartIn = (app: App, id: string, runtime: Runtime) => new TlsProxySQLChart(app, id, { ...guide, runtime });

  test('given charts with the same images, then all is well', () => {
    const images = { runtime: 'registry.example.com:5000/px:9', proxysqlRepository: 'registry.example.com/proxysql' };
    expect(told(Runtime.operator({ images }), Runtime.operator({ images: { ...images } }))).toEqual([]);
  });

  test('given charts with different images for the one operator, then that is told', () => {
    const images = { runtime: 'registry.example.com/px:9' };
    expect(told(Runtime.operator(), Runtime.operator({ images }))).toEqual([
      'proxy-1: runtime.images (given: {"runtime":"registry.example.com/px:9"}): The app has one operator for all charts, and another chart gave it {}. Give all charts the same runtime.',
    ]);
  });

  test.each([
    [Runtime.operator, 'proxysql-operator/operator'],
    [Runtime.standalone, 'proxy-0/proxysql'],
  ])('given names that are none, then that is told', (runtime, path) => {
    const images = { runtime: 'Bad Image:', proxysqlRepository: 'proxysql/proxysql:3' };
    expect(told(runtime({ images }))).toEqual([
      `${path}: images.proxysqlRepository (given: "proxysql/proxysql:3"): This is not the repository of an image. Write it without a tag, which is the version, such as registry.example.com/proxysql/proxysql.`,
      `${path}: images.runtime (given: "Bad Image:"): This is not the name of an image. Write it with its tag, such as registry.example.com/cdk8s-proxysql:0.1.0.`,
    ]);
  });

  test('given a chart with the name of the operator, then that is told instead of leaving the operator out', () => {
    const app = new ProxySQLApp();
    chartIn(app, 'proxysql-operator', Runtime.operator());
    expect(app.problems()).toEqual([
      'proxysql-operator: runtime: The chart of the operator is called proxysql-operator, and the app has another one of that name. Rename that one, or use Runtime.operator({ install: false }) where the operator is installed by other means.',
    ]);
  });

  test('given a chart of that name with an operator of your own, then the app has that one', () => {
    const app = new ProxySQLApp();
    new ProxySQLOperator(new Chart(app, 'proxysql-operator'), 'own', { replicas: 1 });
    chartIn(app, 'proxy', Runtime.operator());
    expect(app.problems()).toEqual([]);
    expect(app.charts.map(({ node }) => node.id)).toEqual(['proxysql-operator', 'proxy']);
  });
});

test('given a mistake and no app that tells it, then the chart is not rendered', () => {
  expect(() => Testing.synth(chartOf({ replicas: -1, version: 'latest' }))).toThrow(
    /^proxy-server cannot be written:\n {2}- proxy-server\/proxysql: spec\.replicas .*\n {2}- proxy-server\/proxysql: spec\.version /,
  );
});

describe('order', () => {
  test('given the standalone runtime, then objects come in the order in which they depend on each other', () => {
    const kinds = chartOf({ runtime: Runtime.standalone() })
      .toJson()
      .map(({ kind }: { kind: string }) => kind);
    expect([...new Set(kinds)]).toEqual([
      'Issuer',
      'Secret',
      'Service',
      'ServiceAccount',
      'NetworkPolicy',
      'Certificate',
      'PodDisruptionBudget',
      'StatefulSet',
    ]);
  });

  test('given any runtime, then sync waves never go down along the chart', () => {
    for (const runtime of [Runtime.operator(), Runtime.standalone()]) {
      const waves = chartOf({ runtime })
        .toJson()
        .flatMap(({ metadata }: { metadata: { annotations?: { [key: string]: string } } }) =>
          Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? []),
        );
      expect(waves).toEqual([...waves].sort((a, b) => a - b));
    }
  });
});

describe('an app with something wrong in it', () => {
  const failing = () => {
    const outdir = join(temporaryFolder('proxysql-app-'), 'dist');
    const app = new ProxySQLApp({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART });
    new TlsProxySQLChart(app, 'one', { ...guide, replicas: -1, runtime: Runtime.operator({ install: false }) });
    new TlsProxySQLChart(app, 'two', { ...guide, version: 'newest', runtime: Runtime.operator({ install: false }) });
    return { app, outdir };
  };

  test('then all of it is told at once, in sentences, and nothing is written', () => {
    const { app, outdir } = failing();
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const before = process.exitCode;
    app.synth();
    const text = written.mock.calls.join('');
    const { exitCode } = process;
    process.exitCode = before;
    written.mockRestore();
    expect(exitCode).toBe(1);
    expect(text).toContain('2 problems in this app; nothing was written.');
    expect(text).toContain('one/proxysql: spec.replicas');
    expect(text).toContain('two/proxysql: spec.version');
    expect(text).not.toMatch(/\n\s+at /);
    expect(existsSync(outdir)).toBe(false);
  });

  test('given any number of charts, then the app is looked through twice: by us, and by cdk8s', () => {
    const looks = (count: number) => {
      const app = new ProxySQLApp({ outdir: join(temporaryFolder('proxysql-app-'), 'dist') });
      for (let index = 0; index < count; index += 1) {
        new TlsProxySQLChart(app, `proxy-${index}`, guide);
      }
      const validate = jest.fn(() => []);
      app.node.addValidation({ validate });
      app.synth();
      return validate.mock.calls.length;
    };
    expect([looks(1), looks(4)]).toEqual([2, 2]);
  });

  test('given that it is put right, then it is written', () => {
    const outdir = join(temporaryFolder('proxysql-app-'), 'dist');
    const app = new ProxySQLApp({ outdir });
    chartOf({}, app);
    app.synth();
    expect(readdirSync(outdir).sort()).toEqual(['proxy-server.k8s.yaml', 'proxysql-operator.k8s.yaml']);
  });
});
