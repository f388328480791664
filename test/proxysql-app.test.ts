import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendSource, IssuerSource, ProxySQLApp, Runtime, TlsProxySQLChart } from '../lib';
import { temporaryFolder } from './support/temporary-folder';

const outdir = () => join(temporaryFolder('proxysql-app-'), 'dist');

const chartIn = (app: App, runtime = Runtime.operator({ install: false })) =>
  new TlsProxySQLChart(app, 'proxy', {
    namespace: 'demo',
    issuer: IssuerSource.ca({ metadata: { name: 'ca' }, secretName: 'proxy-ca' }),
    backend: BackendSource.external({ host: 'db.example.com', secretName: 'db-login' }),
    authSecret: { name: 'proxy-admin' },
    version: '3.0.1-debian',
    runtime,
  });

const config = (app: App, id: string, fields: object = {}) =>
  new ApiObject(new Chart(app, id), 'config', { apiVersion: 'v1', kind: 'ConfigMap', ...fields });

/** Runs synth; what is then on standard error, and the exit code. */
function synthesized(app: App): { text: string; exitCode: typeof process.exitCode } {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const before = process.exitCode;
  try {
    app.synth();
    return { text: written.mock.calls.join(''), exitCode: process.exitCode };
  } finally {
    process.exitCode = before;
    written.mockRestore();
  }
}

const CORRECT =
  'Correct its JSON patches, whose paths have to lead somewhere, or its values, which have to be plain JSON.';

test.each<[string, (app: App) => void, string]>([
  [
    'a patch of the ProxySQL that leads nowhere',
    (app) => {
      chartIn(app).proxysql.addJsonPatch(JsonPatch.replace('/spec/nope/deep', 1));
    },
    `proxy/proxysql: proxy cannot be written (TypeError: Cannot read properties of undefined (reading 'deep'); patched is /spec/nope/deep). ${CORRECT}`,
  ],
  [
    'a patch of a rendered object that leads nowhere',
    (app) => {
      chartIn(app, Runtime.standalone()).proxysql.addJsonPatch(JsonPatch.replace('/spec/nope/deep', 1));
    },
    `proxy/proxysql/Workload/StatefulSet-proxy: proxy cannot be written (TypeError: Cannot read properties of undefined (reading 'deep'); patched is /spec/nope/deep). ${CORRECT}`,
  ],
  [
    'a patch whose test fails',
    (app) => {
      chartIn(app).proxysql.addJsonPatch(JsonPatch.test('/spec/version', '9'));
    },
    `proxy/proxysql: proxy cannot be written (TEST_OPERATION_FAILED: Test operation failed; patched is /spec/version). ${CORRECT}`,
  ],
  [
    'a value that is no JSON, in an object of one’s own',
    (app) => config(app, 'own', { metadata: { name: 'own' }, data: new Date(0) }),
    `own/config: own cannot be written (can't render non-simple object of type 'Date'). ${CORRECT}`,
  ],
  [
    'a resource without metadata',
    (app) => {
      chartIn(app).proxysql.addJsonPatch(JsonPatch.remove('/metadata'));
    },
    'proxy/proxysql: metadata: is missing. Add metadata.',
  ],
  [
    'a resource without a name',
    (app) => {
      chartIn(app).proxysql.addJsonPatch(JsonPatch.remove('/metadata/name'));
    },
    'proxy/proxysql: metadata.name: is missing. Add name.',
  ],
  [
    'a resource without a spec',
    (app) => {
      chartIn(app).proxysql.addJsonPatch(JsonPatch.remove('/spec'));
    },
    'proxy/proxysql: spec: is missing. Add spec: what is wanted.',
  ],
  [
    'objects that depend on each other',
    (app) => {
      const [a, b] = [config(app, 'a'), config(app, 'b')];
      a.addDependency(b);
      b.addDependency(a);
    },
    'Dependency cycle detected: a => b => a',
  ],
])('given %s, then that is said in one line, and nothing is written', (_, wrong, expected) => {
  const folder = outdir();
  const app = new ProxySQLApp({ outdir: folder });
  config(app, 'sound');
  wrong(app);
  const { text, exitCode } = synthesized(app);
  expect(text).toBe(`One problem in this app; nothing was written.\n\n  - ${expected}\n`);
  expect(exitCode).toBe(1);
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});

test('given a folder that is none, then that is said in one line', () => {
  const folder = outdir();
  writeFileSync(folder, '');
  const app = new ProxySQLApp({ outdir: folder });
  chartIn(app);
  expect(synthesized(app)).toEqual({
    text: `One problem in this app; nothing was written.\n\n  - EEXIST: file already exists, mkdir '${folder}'\n`,
    exitCode: 1,
  });
});

test('given a mistake in a program, then its error is thrown as it is', () => {
  const app = new ProxySQLApp({ outdir: outdir() });
  class Broken extends Chart {
    public override toJson(): never {
      throw new TypeError('of the program');
    }
  }
  new Broken(app, 'broken');
  expect(() => synthesized(app)).toThrow(new TypeError('of the program'));
});

test('given the same charts, then it writes the files that an app of cdk8s writes', () => {
  const files = [App, ProxySQLApp].map((Kind) => {
    const folder = outdir();
    const app = new Kind({ outdir: folder });
    chartIn(app, Runtime.standalone());
    config(app, 'own', { data: { text: 'two\nlines', number: '1' } });
    expect(synthesized(app).text).toBe('');
    return readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  });
  expect(files[0]).toHaveLength(2);
  expect(files[1]).toEqual(files[0]);
});

test('given an app, when it is synthesized, then each object is rendered once', () => {
  const app = new ProxySQLApp({ outdir: outdir() });
  const { proxysql } = chartIn(app);
  const rendered = jest.spyOn(proxysql.object('ProxySQL'), 'toJson');
  app.synth();
  expect(rendered).toHaveBeenCalledTimes(1);
});

test('given an app that was synthesized, when an object is changed, then the next synthesis writes the change', () => {
  const folder = outdir();
  const app = new ProxySQLApp({ outdir: folder });
  const { proxysql } = chartIn(app);
  app.synth();
  proxysql.addJsonPatch(JsonPatch.add('/spec/replicas', 5));
  app.synth();
  expect(readFileSync(join(folder, 'proxy.k8s.yaml'), 'utf8')).toContain('replicas: 5');
});

test('given an app that was synthesized, when an object is broken, then the next synthesis tells', () => {
  const app = new ProxySQLApp({ outdir: outdir() });
  const { proxysql } = chartIn(app);
  app.synth();
  proxysql.addJsonPatch(JsonPatch.add('/spec/replicas', -1));
  expect(synthesized(app)).toMatchObject({ text: expect.stringContaining('spec.replicas') as string, exitCode: 1 });
});
