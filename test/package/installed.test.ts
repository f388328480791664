import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const MINUTES = 60_000;

let folder: string;
let tarball: string;

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

/** The version of a package that this one is developed with. */
const versionOf = (name: string) =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

const TEN_LINES = `
import { BackendSource, IssuerSource, ProxySQLApp, TlsProxySQLChart } from 'cdk8s-proxysql';

const app = new ProxySQLApp();
new TlsProxySQLChart(app, 'proxy-server', {
  namespace: 'demo',
  issuer: IssuerSource.ca({ metadata: { name: 'proxy-issuer' }, secretName: 'proxy-ca' }),
  backend: BackendSource.appBindingName('mysql-server'),
  version: '3.0.1-debian',
  replicas: 3,
});
app.synth();
`;

/** What an app does with what the charts are made of. */
const BY_HAND = `
import { App, Chart, JsonPatch } from 'cdk8s';
import * as everything from 'cdk8s-proxysql';
import { AppBinding, Certificate, CertificateAuthority, ClusterIssuer, type IIssuer, Issuer, ProxySQL, Runtime } from 'cdk8s-proxysql';

const chart = new Chart(new App(), 'chart', { namespace: 'demo' });
const own = Issuer.ca(chart, 'issuer', { secretName: 'ca' });
const ofCluster = ClusterIssuer.selfSigned(chart, 'root');
own.addJsonPatch(JsonPatch.add('/metadata/labels', { team: own.name }));
ofCluster.metadata.addAnnotation('kind', ofCluster.kind);
const issuers: IIssuer[] = [own, ofCluster, new CertificateAuthority(chart, 'ca').issuer, Issuer.fromName('there')];
new Certificate(chart, 'certificate', { issuer: own, secretName: 'tls', dnsNames: [issuers[0]!.name] });
new ProxySQL(chart, 'proxysql', {
  version: '3.0.1-debian',
  runtime: Runtime.operator(),
  backend: AppBinding.fromName('mysql-server'),
  tls: { issuer: own },
});
console.log(Object.keys(everything).length);
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-app-'));
  npm(['run', 'build'], ROOT);
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], ROOT)) as { filename: string }[];
  tarball = join(folder, packed?.filename ?? '');
  // As cdk8s init lays out a TypeScript app.
  mkdirSync(join(folder, 'app'));
  writeFileSync(
    join(folder, 'app', 'package.json'),
    JSON.stringify({
      name: 'app',
      private: true,
      overrides: { 'cdk8s-plus-27': { backport: 'npm:empty-npm-package@1.0.0' } },
    }),
  );
  writeFileSync(join(folder, 'app', 'cdk8s.yaml'), 'language: typescript\napp: node main.js\n');
  writeFileSync(
    join(folder, 'app', 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'commonjs',
        strict: true,
        skipLibCheck: true,
        ignoreDeprecations: '6.0',
        types: ['node'],
      },
      include: ['main.ts'],
    }),
  );
  writeFileSync(join(folder, 'app', 'main.ts'), TEN_LINES);
  const dependencies = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'cdk8s-cli', 'typescript', '@types/node'];
  npm(['install', tarball, ...dependencies.map((name) => `${name}@${versionOf(name)}`)], join(folder, 'app'));
}, 5 * MINUTES);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, ...args: string[]) =>
  spawnSync(join(folder, 'app', 'node_modules', '.bin', command), args, {
    cwd: join(folder, 'app'),
    encoding: 'utf8',
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
  });

/** The shell lines and the program with which the README begins. */
function readmeStart(): { readonly lines: string; readonly program: string } {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, lines = '', program = ''] =
    /In an empty folder:\n\n```sh\n([^`]*)```[\s\S]*?```ts\n([^`]*)```/.exec(readme) ?? [];
  return { lines, program };
}

describe('the package, installed into an empty cdk8s app', () => {
  test(
    'given an empty folder and the lines of the README, then cdk8s synth compiles and writes, and tells what does not compile',
    () => {
      const cwd = join(folder, 'start');
      mkdirSync(cwd);
      const { lines, program } = readmeStart();
      // The tarball, and the releases that this package is tried with, in place of the newest.
      const pinned = lines
        .replaceAll(
          /(?<= )(cdk8s|cdk8s-plus-27|constructs|cdk8s-cli|tsx|typescript|@types\/node)(?=[ \n])/g,
          (name) => `${name}@${versionOf(name)}`,
        )
        .replace('install cdk8s-proxysql', `install ${tarball}`);
      const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', npm_config_audit: 'false', npm_config_fund: 'false' };
      execFileSync('sh', ['-e', '-c', pinned], { cwd, env, stdio: 'pipe' });
      const synth = () => spawnSync('npx', ['cdk8s', 'synth'], { cwd, env, encoding: 'utf8' });

      writeFileSync(join(cwd, 'main.ts'), program);
      expect(synth()).toMatchObject({ status: 0 });
      expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['proxy-server.k8s.yaml', 'proxysql-operator.k8s.yaml']);

      writeFileSync(join(cwd, 'main.ts'), program.replace('replicas: 3', 'replica: 3'));
      const refused = synth();
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain("'replica' does not exist in type 'TlsProxySQLChartProps'");
    },
    3 * MINUTES,
  );

  test('then every page that another one links is in it', () => {
    const installed = join(folder, 'app', 'node_modules', 'cdk8s-proxysql');
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(join(installed, 'docs')).map((name) => `docs/${name}`),
    ];
    const links = pages.flatMap((page) =>
      [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) =>
        join(page, '..', link),
      ),
    );
    expect(links).toEqual(expect.arrayContaining(['docs/tutorial.md', 'docs/api.md']));
    expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([]);
  });

  test(
    'given ten lines, then they compile and cdk8s synth writes the manifests',
    () => {
      expect(run('tsc')).toMatchObject({ status: 0, stdout: '' });
      expect(run('cdk8s', 'synth')).toMatchObject({ status: 0 });
      const dist = join(folder, 'app', 'dist');
      expect(readdirSync(dist).sort()).toEqual(['proxy-server.k8s.yaml', 'proxysql-operator.k8s.yaml']);
      expect(readFileSync(join(dist, 'proxy-server.k8s.yaml'), 'utf8')).toMatchSnapshot();
    },
    MINUTES,
  );

  test(
    'given lines that the types refuse, then they do not compile',
    () => {
      writeFileSync(
        join(folder, 'app', 'main.ts'),
        TEN_LINES.replace('replicas: 3', "replicas: 'three', replica: 3").replace("version: '3.0.1-debian',", ''),
      );
      const { status, stdout } = run('tsc');
      writeFileSync(join(folder, 'app', 'main.ts'), TEN_LINES);
      expect(status).not.toBe(0);
      expect(stdout).toContain('main.ts');
    },
    MINUTES,
  );

  test(
    'given an app that uses its parts, and a compiler that checks declarations too, then it compiles',
    () => {
      const app = join(folder, 'app');
      writeFileSync(join(app, 'by-hand.ts'), BY_HAND);
      const given = JSON.parse(readFileSync(join(app, 'tsconfig.json'), 'utf8')) as { compilerOptions: object };
      const compilerOptions = { ...given.compilerOptions, skipLibCheck: false, noEmit: true };
      writeFileSync(join(app, 'strict.json'), JSON.stringify({ compilerOptions, include: ['by-hand.ts'] }));
      expect(run('tsc', '-p', 'strict.json')).toMatchObject({ status: 0, stdout: '' });
    },
    MINUTES,
  );

  test('then it brings less than 2 MB of its own and nothing of the runtime', () => {
    const modules = join(folder, 'app', 'node_modules');
    expect(sizeOf(join(modules, 'cdk8s-proxysql'))).toBeLessThan(2 * 1024 * 1024);
    for (const name of ['@kubernetes/client-node', 'mysql2', 'pino', 'prom-client', 'elastic-apm-node']) {
      expect(readdirSync(modules)).not.toContain(name.split('/')[0]);
    }
  });

  test('then the command line checks manifests', () => {
    const file = join(folder, 'app', 'bad.yaml');
    writeFileSync(
      file,
      'apiVersion: kubedb.com/v1\nkind: ProxySQL\nmetadata: {name: p}\nspec: {version: 3.0.1, backend: {name: db}, replica: 1}\n',
    );
    const { status, stdout, stderr } = run('cdk8s-proxysql', 'check', file);
    expect(status).toBe(1);
    expect(stderr).toContain('spec.replica: there is no such field. Did you mean replicas?');
    expect(stdout).toBe('1 ProxySQL resources checked, 2 problems found\n');
  });
});

function sizeOf(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0) : stat.size;
}
