import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { JsonPatch, Testing } from 'cdk8s';
import { BackendSource, IssuerSource, MonitoringAgent, Runtime, TlsProxySQLChart } from '../../lib';
import { parseAllDocuments } from 'yaml';
import { temporaryFolder } from '../support/temporary-folder';

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly spec?: { readonly selector?: { readonly matchLabels?: { readonly [key: string]: string } } };
}

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/gitops.md'), 'utf8');
const MANAGED_BY = 'app.kubernetes.io/managed-by';

const manifestsOf = (file: string): Manifest[] =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Manifest);

/** Files of a folder and of those in it, in the order of their names. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A chart with a CA and a database of its own, which Prometheus scrapes. */
function chartOf(runtime: Runtime): TlsProxySQLChart {
  return new TlsProxySQLChart(Testing.app(), 'proxy', {
    namespace: 'shop',
    runtime,
    issuer: IssuerSource.certificateAuthority(),
    backend: BackendSource.external({
      metadata: { name: 'shop-db' },
      host: 'db.example.com',
      secretName: 'shop-db-login',
      version: '8.0.36',
    }),
    authSecret: { name: 'proxy-admin', externallyManaged: true },
    version: '3.0.1-debian',
    monitoring: { agent: MonitoringAgent.PROMETHEUS_OPERATOR },
  });
}

describe('one folder for each that applies it', () => {
  let folder: string;
  let files: string[];

  /** The program of the page, run as `cdk8s synth` runs it. */
  beforeAll(() => {
    folder = join(temporaryFolder('gitops-'), 'dist');
    execFileSync(join(ROOT, 'node_modules/.bin/tsx'), [join(ROOT, 'examples/environments/main.ts')], {
      env: { ...process.env, CDK8S_OUTDIR: folder },
      stdio: 'pipe',
    });
    files = filesIn(folder);
  }, 60_000);

  const environmentOf = (file: string): string => relative(folder, file).split('/')[0] ?? '';
  const inFolder = (environment: string): Manifest[] =>
    files.filter((file) => environmentOf(file) === environment).flatMap(manifestsOf);

  test('the program writes the files that the page lists, and what is committed is what it writes', () => {
    const listed = files.map((file) => `dist/${relative(folder, file)}`).join('\n');
    expect(PAGE).toContain(`\`\`\`text\n${listed}\n\`\`\``);
    for (const file of files) {
      const committed = join(ROOT, 'examples/environments/dist', relative(folder, file));
      expect(readFileSync(committed, 'utf8')).toBe(readFileSync(file, 'utf8'));
    }
  });

  test('no object of a cluster is in two folders that it applies', () => {
    for (const environment of ['staging', 'production']) {
      const objects = [...inFolder('operator'), ...inFolder(environment)].map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      );
      expect(new Set(objects).size).toBe(objects.length);
    }
  });

  test.each(['operator', 'staging', 'production'])('%s makes the namespaces that it needs, first', (environment) => {
    const manifests = inFolder(environment);
    const made = manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const needed = manifests.flatMap(({ metadata }) => metadata.namespace ?? []);
    expect(manifests[0]?.kind).toBe('Namespace');
    expect([...new Set(needed)]).toEqual(made);
  });

  test('the paths that Flux is given are folders that the program writes', () => {
    const paths = [...PAGE.matchAll(/^ {2}path: \.\/dist\/(.+)$/gm)].map(([, path = '']) => path);
    expect(paths).toEqual(['operator', 'staging']);
    paths.forEach((path) => expect(inFolder(path)).not.toEqual([]));
  });
});

test('the ProxySQL and what is rendered for it have a sync wave past 0, what is connected to it one past all of these, and nothing else has one', () => {
  const written = ['dist', 'examples'].flatMap((folder) => filesIn(join(ROOT, folder)));
  const charts = [Runtime.standalone(), Runtime.operator()].map(chartOf);
  const manifests = [
    ...written.filter((file) => file.endsWith('.k8s.yaml')).flatMap(manifestsOf),
    ...charts.flatMap((chart) => Testing.synth(chart) as Manifest[]),
  ];
  const waveOf = ({ metadata }: Manifest): string | undefined => metadata.annotations?.['argocd.argoproj.io/sync-wave'];
  const isRendered = (manifest: Manifest): boolean =>
    manifest.kind === 'ProxySQL' || manifest.metadata.labels?.[MANAGED_BY] === 'kubedb.com';
  const isConnected = (manifest: Manifest): boolean => JSON.stringify(manifest).includes('MYSQL_HOST');
  const kindsOf = (some: readonly Manifest[]): string[] => some.map(({ kind }) => kind);

  const rendered = manifests.filter(isRendered);
  const waves = rendered.map((manifest) => Number(waveOf(manifest)));
  expect(kindsOf(rendered)).toEqual(
    expect.arrayContaining(['ProxySQL', 'Certificate', 'StatefulSet', 'ServiceMonitor']),
  );
  expect(Math.min(...waves)).toBeGreaterThan(0);

  const connected = manifests.filter(isConnected).map((manifest) => Number(waveOf(manifest)));
  expect(connected).not.toEqual([]);
  expect(Math.min(...connected)).toBeGreaterThan(Math.max(...waves));
  expect(PAGE).toContain(`needs wave ${Math.max(...connected)}`);

  const other = manifests.filter((manifest) => !isRendered(manifest) && !isConnected(manifest));
  expect(kindsOf(other)).toEqual(expect.arrayContaining(['Issuer', 'AppBinding', 'Certificate', 'Deployment']));
  expect(other.filter((manifest) => waveOf(manifest) !== undefined)).toEqual([]);
});

describe('Helm, which sets the label managed-by on every object of a release', () => {
  const selectorOf = (manifests: readonly Manifest[]): { readonly [key: string]: string } | undefined =>
    manifests.find(({ kind }) => kind === 'ServiceMonitor')?.spec?.selector?.matchLabels;

  test("given the page's patch, then the ServiceMonitor finds the stats Service all the same", () => {
    const chart = chartOf(Runtime.standalone());
    expect(selectorOf(Testing.synth(chart) as Manifest[])).toHaveProperty([MANAGED_BY]);

    // The page shows these lines.
    chart.proxysql
      .object('ServiceMonitor')
      .addJsonPatch(JsonPatch.remove('/spec/selector/matchLabels/app.kubernetes.io~1managed-by'));

    const manifests = Testing.synth(chart) as Manifest[];
    const wanted = selectorOf(manifests) ?? {};
    expect(wanted).not.toHaveProperty([MANAGED_BY]);
    const found = manifests.filter(
      ({ kind, metadata }) =>
        kind === 'Service' && Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value),
    );
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['proxy-stats']);
    expect(PAGE).toContain(".addJsonPatch(JsonPatch.remove('/spec/selector/matchLabels/app.kubernetes.io~1managed-by'));");
  });
});
