import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';

export const ROOT = resolve(__dirname, '..', '..');
const LIBRARY = join(ROOT, 'build', 'lib', 'index.js');

/** A folder with compiled cdk8s apps, in which the library is found as users find theirs. */
export class Apps {
  public readonly folder = mkdtempSync(join(tmpdir(), 'constructs-'));
  private runs = 0;

  public constructor() {
    buildLibrary();
    const modules = join(this.folder, 'node_modules');
    mkdirSync(modules);
    for (const name of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    symlinkSync(ROOT, join(modules, 'cdk8s-proxysql'));
  }

  /** The example of the repository, compiled. */
  public example(): string {
    return this.compile('example', readFileSync(join(ROOT, 'main.ts'), 'utf8').replace("'./lib'", "'cdk8s-proxysql'"));
  }

  /** An app that emits what another one has written, as plain ApiObjects. */
  public plain(name: string, written: string): string {
    const charts = readdirSync(written).map((file) => ({
      name: file.replace(/\.k8s\.yaml$/, ''),
      objects: parseAllDocuments(readFileSync(join(written, file), 'utf8')).map((document): unknown => document.toJS()),
    }));
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(charts));
    return this.compile(
      name,
      `import { readFileSync } from 'node:fs';
       import { App, ApiObject, Chart } from 'cdk8s';
       const app = new App();
       for (const { name, objects } of JSON.parse(readFileSync('${join(this.folder, `${name}.json`)}', 'utf8'))) {
         const chart = new Chart(app, name);
         objects.forEach((object: any, index: number) => new ApiObject(chart, String(index), object));
       }
       app.synth();`,
    );
  }

  /** A Helm chart whose templates are what an app has written, with names and numbers as values. */
  public helmChart(written: string): string {
    const chart = join(this.folder, 'chart');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: chart\nversion: 1.0.0\n');
    writeFileSync(join(chart, 'values.yaml'), 'namespace: demo\nreplicas: 3\n');
    for (const file of readdirSync(written)) {
      const manifests = readFileSync(join(written, file), 'utf8')
        // What looks like a template in a description is none.
        .replaceAll(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`)
        .replaceAll('namespace: demo', 'namespace: {{ .Values.namespace }}')
        .replaceAll('replicas: 3', 'replicas: {{ .Values.replicas }}');
      writeFileSync(join(chart, 'templates', file), manifests);
    }
    return chart;
  }

  /** An app with many ProxySQLs, each in a chart of its own. */
  public fleet(size: number, runtime: 'operator' | 'standalone'): string {
    return this.compile(
      `fleet-${runtime}-${size}`,
      `import { BackendSource, CertificateAlias, IssuerSource, ProxySQLApp, Runtime, TlsProxySQLChart } from 'cdk8s-proxysql';
       const app = new ProxySQLApp();
       for (let index = 0; index < ${size}; index += 1) {
         new TlsProxySQLChart(app, 'proxy-' + index, {
           namespace: 'team-' + index,
           issuer: IssuerSource.clusterIssuerName('company-ca'),
           backend: BackendSource.external({ host: 'db-' + index + '.example.com', secretName: 'db-login' }),
           version: '3.0.1-debian',
           replicas: 3,
           authSecret: { name: 'proxy-admin', externallyManaged: true },
           certificates: [{ alias: CertificateAlias.SERVER, dnsNames: ['proxy-' + index + '.example.com'] }],
           runtime: Runtime.${runtime}(),
         });
       }
       app.synth();`,
    );
  }

  /** A program that does nothing: what Node itself takes. */
  public nothing(): string {
    return this.compile('nothing', 'export {};');
  }

  /**
   * Runs an app as a process of its own. It writes into a folder of its own too: where many files were deleted just before, a file system such as
   * ext4 takes longer to create others than the app takes for everything else.
   */
  public run(app: string): { took: number; output: string } {
    this.runs += 1;
    const output = join(this.folder, `written-${this.runs}`);
    const from = performance.now();
    const child = spawnSync(process.execPath, [app], {
      cwd: this.folder,
      env: { ...process.env, CDK8S_OUTDIR: output },
      encoding: 'utf8',
    });
    const took = performance.now() - from;
    if (child.status !== 0) {
      throw new Error(`${app} failed: ${child.stderr}`);
    }
    return { took, output };
  }

  /** Keeps what an app has written. */
  public keep(app: string): string {
    const kept = `${app}.written`;
    cpSync(this.run(app).output, kept, { recursive: true });
    return kept;
  }

  /** Removes everything. */
  public dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private compile(name: string, contents: string): string {
    const outfile = join(this.folder, `${name}.js`);
    buildSync({
      stdin: { contents, loader: 'ts', resolveDir: this.folder },
      outfile,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      bundle: true,
      packages: 'external',
      logLevel: 'warning',
    });
    return outfile;
  }
}

/** What is measured is what is published, so it has to be as new as its sources. */
function buildLibrary(): void {
  const built = existsSync(LIBRARY) ? statSync(LIBRARY).mtimeMs : 0;
  const sources = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  if (sources.every((file) => statSync(join(ROOT, 'lib', file)).mtimeMs <= built)) {
    return;
  }
  for (const command of ['npx tsc -p tsconfig.build.json', 'npm run bundle']) {
    const { status, stdout, stderr } = spawnSync(command, { cwd: ROOT, encoding: 'utf8', shell: true });
    if (status !== 0) {
      throw new Error(`${command} failed: ${stdout}${stderr}`);
    }
  }
}
