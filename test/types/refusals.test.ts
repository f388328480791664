import { join, resolve } from 'node:path';
import ts from 'typescript';

/** What TypeScript itself refuses in a user's program, before anything runs. */

const ROOT = resolve(__dirname, '../..');
const FILE = join(__dirname, 'program.ts');

const VALID = {
  issuer: `IssuerSource.ca({ secretName: 'ca' })`,
  backend: `BackendSource.appBindingName('mysql')`,
  version: `'3.0.1'`,
};

/** A program with one chart; a prop that is undefined is left out. */
function chart(props: { readonly [prop: string]: string | undefined }): string {
  const given = Object.entries({ ...VALID, ...props }).filter(([, value]) => value !== undefined);
  return `
    import { App, Duration } from 'cdk8s';
    import * as library from '../../lib';
    const { BackendSource, CertificateAlias, DeletionPolicy, IssuerSource, Runtime, TlsProxySQLChart } = library;
    new TlsProxySQLChart(new App(), 'proxy', { ${given.map(([prop, value]) => `${prop}: ${value}`).join(', ')} });
    export const used = [Duration, CertificateAlias, DeletionPolicy, Runtime, IssuerSource, BackendSource];`;
}

// What does not change from program to program is parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();
let previous: ts.Program | undefined;

function diagnose(program: string): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: ['node'] }, ROOT);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, ...rest) => {
    if (file === FILE) {
      return ts.createSourceFile(file, program, ts.ScriptTarget.ES2022);
    }
    if (!parsed.has(file)) {
      parsed.set(file, getSourceFile.call(host, file, ...rest));
    }
    return parsed.get(file);
  };
  host.fileExists = (file) => file === FILE || fileExists.call(host, file);
  host.readFile = (file) => (file === FILE ? program : readFile.call(host, file));
  const compiled = ts.createProgram([FILE], options, host, previous);
  previous = compiled;
  return compiled
    .getSemanticDiagnostics(compiled.getSourceFile(FILE))
    .map(({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

jest.setTimeout(120_000);

test('a program without a mistake is accepted', () => {
  expect(diagnose(chart({ replicas: '3', duration: undefined, runtime: 'Runtime.kubedb()' }))).toEqual([]);
});

test.each<[string, { readonly [prop: string]: string | undefined }, RegExp]>([
  ['no version', { version: undefined }, /^TS2345 .*Property 'version' is missing/],
  ['no issuer', { issuer: undefined }, /^TS2345 .*Property 'issuer' is missing/],
  ['no backend', { backend: undefined }, /^TS2345 .*Property 'backend' is missing/],
  ['a number as text', { replicas: `'3'` }, /^TS2322 Type 'string' is not assignable to type 'number'/],
  ['a text as number', { version: '3' }, /^TS2322 Type 'number' is not assignable to type 'string'/],
  ['an unknown prop', { replica: '3' }, /^TS2353 .*'replica' does not exist|^TS2561 .*'replica' does not exist/],
  ['a name as issuer', { issuer: `'ca'` }, /^TS2322 Type 'string' is not assignable to type 'IssuerSource'/],
  ['a name as backend', { backend: `'mysql'` }, /^TS2322 Type 'string' is not assignable to type 'BackendSource'/],
  ['a name as runtime', { runtime: `'standalone'` }, /^TS2322 Type 'string' is not assignable to type 'Runtime'/],
  ['a text as enum', { deletionPolicy: `'WipeOut'` }, /^TS2322 Type '"WipeOut"' is not assignable to type/],
  ['an enum member that is none', { deletionPolicy: 'DeletionPolicy.KEEP' }, /^TS2339 Property 'KEEP' does not exist/],
  ['the wrong enum', { deletionPolicy: 'CertificateAlias.SERVER' }, /^TS2322 Type 'CertificateAlias.SERVER'/],
  ['a text as alias', { certificates: `[{ alias: 'server' }]` }, /^TS2322 Type '"server"' is not assignable/],
  ['a certificate without alias', { certificates: '[{ dnsNames: [] }]' }, /^TS2741 Property 'alias' is missing/],
  [
    'a duration as text',
    { certificates: `[{ alias: CertificateAlias.SERVER, duration: '90d' }]` },
    /^TS2322 Type 'string' is not assignable to type 'Duration'/,
  ],
  ['a password of the administrator', { authSecret: `{ password: 'x' }` }, /^TS2353 .*'password' does not exist/],
  [
    'a user with a password',
    { configuration: `{ users: [{ username: 'a', password: 'x' }] }` },
    /^TS2353 .*'password'/,
  ],
])('%s is refused', (_, props, expected) => {
  const diagnostics = diagnose(chart(props));
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatch(expected);
});
