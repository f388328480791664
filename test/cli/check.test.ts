import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../cli/check';
import { RuntimeKind } from '../../lib/runtime';
import { temporaryFolder } from '../support/temporary-folder';

/** Runs the check on files with these contents, in a folder that has a `folder` too; what it printed, and its exit code. */
function checkedFiles(files: { readonly [name: string]: string | Buffer }, runtime = RuntimeKind.OPERATOR) {
  const at = temporaryFolder('check-');
  mkdirSync(join(at, 'folder'));
  const names = Object.keys(files).map((name) => join(at, name));
  for (const [name, content] of Object.entries(files)) {
    if (content !== ABSENT) {
      writeFileSync(join(at, name), content);
    }
  }
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line.replaceAll(`${at}/`, ''));
  jest.spyOn(console, 'log').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
  const code = check(names, runtime);
  jest.restoreAllMocks();
  return { code, lines };
}

const ABSENT = 'is not written';
const checked = (text: string | Buffer, runtime?: RuntimeKind) => checkedFiles({ 'proxysql.yaml': text }, runtime);

const SOUND = `apiVersion: kubedb.com/v1
kind: ProxySQL
metadata: { name: proxy, namespace: demo }
spec:
  version: 3.0.1-debian
  backend: { name: db }
  tls: { issuerRef: { kind: Issuer, name: ca } }
`;
const ANOTHER = SOUND.replace('name: proxy', 'name: other');
const TYPO = SOUND.replace('version:', 'versoin:');
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';

describe('cdk8s-proxysql check', () => {
  test('given sound resources among others, then they pass', () => {
    expect(checked(`${SOUND}---\n${CONFIG_MAP}---\n${ANOTHER}---\n# nothing\n`)).toEqual({
      code: 0,
      lines: ['2 ProxySQL resources checked, 0 problems found'],
    });
  });

  test('given mistakes, then each is told with its file, line and resource', () => {
    expect(checked(`${SOUND}---\n${TYPO.replace('name: proxy', 'name: other')}`)).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/^proxysql\.yaml:12: ProxySQL demo\/other: spec\.version/),
        expect.stringMatching(/^proxysql\.yaml:13: ProxySQL demo\/other: spec\.versoin.*Did you mean version\?/),
        '2 ProxySQL resources checked, 2 problems found',
      ],
    });
  });

  describe('given a field of KubeDB that nothing acts on', () => {
    const mirrored = `${SOUND}  syncUsers: true\n`;
    const DATABASE = `apiVersion: appcatalog.appscode.com/v1alpha1
kind: AppBinding
metadata: { name: db, namespace: demo }
spec: { clientConfig: { url: tcp(db.example.com:3306)/ } }
`;

    test.each([RuntimeKind.OPERATOR, RuntimeKind.STANDALONE])(
      'then that is told for runtime %s, and is no problem',
      (runtime) => {
        const { lines } = checked(`${mirrored}  authSecret: { name: admin }\n---\n${DATABASE}`, runtime);
        expect(lines).toContain(
          "proxysql.yaml:8: ProxySQL demo/proxy: spec.syncUsers has no effect, as the database's users are not taken over: list them in configuration.init.inline.mysqlUsers.",
        );
        expect(checked(mirrored).code).toBe(0);
      },
    );

    test('then nothing is told for KubeDB, which acts on it, nor beside what is wrong', () => {
      expect(checked(mirrored, RuntimeKind.KUBEDB).lines).toHaveLength(1);
      expect(checked(`${mirrored}  replicas: -1\n`).lines).toHaveLength(2);
    });
  });

  test.each(['', 'metadata:', 'metadata: { namespace: demo }'])('given no name (%j), then that is told', (metadata) => {
    const { code, lines } = checked(SOUND.replace(/metadata.*/, metadata));
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^proxysql\.yaml:\d: ProxySQL without a name: metadata/);
    expect(lines).toHaveLength(2);
  });

  test('given names that a terminal or a CI service would obey, then they are printed on the line, as JSON has them', () => {
    const { lines } = checked(`${SOUND.replace('name: proxy', 'name: "p\\n::error::forged\\e[2J"')}`);
    expect(lines[0]).toMatch(/^proxysql\.yaml:3: ProxySQL demo\/p\\u000a::error::forged\\u001b\[2J: metadata\.name/);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  test('given the same object twice, in one file or two, then that is told with both places', () => {
    const { code, lines } = checkedFiles({ 'a.yaml': `${SOUND}---\n${SOUND}`, 'b.yaml': SOUND });
    const sentence =
      'ProxySQL demo/proxy: it is in a.yaml:1 already, and only one of the two would count. Remove one, or rename it.';
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`a.yaml:9: ${sentence}`, `b.yaml:1: ${sentence}`, '3 ProxySQL resources checked, 2 problems found'],
    });
  });

  test('given the same name in another namespace, or of another kind, then they are different objects', () => {
    const issuer = 'apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: proxy, namespace: demo}\n';
    expect(checked([SOUND, SOUND.replace('demo', 'test'), issuer].join('---\n')).code).toBe(0);
  });
});

describe('lists', () => {
  const list = (kind: string) => `apiVersion: v1\nkind: ${kind}\nitems:\n- ${TYPO.trim().replaceAll('\n', '\n  ')}\n`;

  test.each(['List', 'ProxySQLList'])('given a %s, then its items are checked at their places', (kind) => {
    expect(checked(list(kind)).lines).toEqual([
      expect.stringMatching(/^proxysql\.yaml:7: ProxySQL demo\/proxy: spec\.version: is missing/),
      expect.stringMatching(/^proxysql\.yaml:8: ProxySQL demo\/proxy: spec\.versoin/),
      '1 ProxySQL resources checked, 2 problems found',
    ]);
  });

  test('given documents in a JSON array, then they are checked', () => {
    const resource = { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata: { name: 'proxy' }, spec: {} };
    expect(checked(JSON.stringify([resource, [resource]])).lines.at(-1)).toMatch(/^2 ProxySQL resources checked/);
  });

  test.each([
    ['a string', 'just words\n'],
    ['a null in a list', '- null\n'],
  ])('given %s instead of a manifest, then that is told', (_, text) => {
    expect(checked(text)).toEqual({
      code: 1,
      lines: [
        'proxysql.yaml:1: a single value is not a manifest. Write an object with apiVersion, kind, metadata and spec.',
        '0 ProxySQL resources checked, 1 problems found',
      ],
    });
  });
});

describe('what is nearly a ProxySQL', () => {
  const VERSION = 'a ProxySQL has the apiVersion kubedb.com/v1. Write apiVersion: kubedb.com/v1.';
  test.each([
    ['kubedb.com/v2', 'ProxySQL', `apiVersion (given: "kubedb.com/v2"): ${VERSION}`],
    ['kubedb/v1', 'ProxySQL', `apiVersion (given: "kubedb/v1"): ${VERSION}`],
    ['v1', 'ProxySQL', `apiVersion (given: "v1"): ${VERSION}`],
    ['kubedb.com/v1', 'ProxySql', 'kind (given: "ProxySql"): the kind is ProxySQL. Write kind: ProxySQL.'],
    ['kubedb.com/v1', 'ProxySQLs', 'kind (given: "ProxySQLs"): the kind is ProxySQL. Write kind: ProxySQL.'],
    ['kubedb.com/v1', '', 'kind: the kind is ProxySQL. Write kind: ProxySQL.'],
    [
      'kubedb.com/v1alpha2',
      'ProxySQL',
      'apiVersion (given: "kubedb.com/v1alpha2"): this is the former version of the API, and not read here. Write kubedb.com/v1; terminationPolicy is called deletionPolicy there, and of podTemplate.spec, what is a container\'s (env, resources, probes, volumeMounts, containerSecurityContext) belongs into an entry of containers with the name proxysql.',
    ],
    [
      'gitops.kubedb.com/v1alpha1',
      'ProxySQL',
      'apiVersion (given: "gitops.kubedb.com/v1alpha1"): this is the resource of a controller of KubeDB that makes changes step by step, and not read here. Write kubedb.com/v1: the spec is the same.',
    ],
  ])('given %s %s, then what is wanted is told', (apiVersion, kind, sentence) => {
    const text = SOUND.replace('kubedb.com/v1', apiVersion).replace(/kind: ProxySQL\n/, kind && `kind: ${kind}\n`);
    expect(checked(text)).toEqual({
      code: 1,
      lines: [
        `proxysql.yaml:${sentence.startsWith('kind (') ? 2 : 1}: ${kind || 'object'} demo/proxy: ${sentence}`,
        '0 ProxySQL resources checked, 1 problems found',
      ],
    });
  });

  test('given both wrong, then both are told', () => {
    const { lines } = checked(SOUND.replace('kubedb.com/v1', 'kubdb.com/v1').replace('kind: P', 'kind: p'));
    expect(lines).toEqual([
      expect.stringContaining(': apiVersion (given: "kubdb.com/v1")'),
      expect.stringContaining(': kind (given: "proxySQL")'),
      '0 ProxySQL resources checked, 2 problems found',
    ]);
  });

  test.each([
    ['kubedb.com/v1', 'MySQL'],
    ['kubedb.com/v1', 'PgBouncer'],
    ['ops.kubedb.com/v1alpha1', 'ProxySQLOpsRequest'],
    ['catalog.kubedb.com/v1alpha1', 'ProxySQLVersion'],
  ])('given %s %s, then it is something else', (apiVersion, kind) => {
    const other = ANOTHER.replace('kubedb.com/v1', apiVersion).replace('kind: ProxySQL\n', `kind: ${kind}\n`);
    expect(checked(`${SOUND}---\n${other}`).code).toBe(0);
  });
});

describe('nothing to check', () => {
  test.each([
    ['an empty file', ''],
    ['comments', '# apiVersion: kubedb.com/v1\n---\n'],
    ['other objects', CONFIG_MAP],
  ])('given %s, then the check fails', (_, text) => {
    expect(checked(text)).toEqual({
      code: 1,
      lines: [
        'There is no ProxySQL in what was given. Name files that hold a resource with apiVersion kubedb.com/v1 and kind ProxySQL.',
        '0 ProxySQL resources checked, 0 problems found',
      ],
    });
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no file', 'a.yaml', ABSENT, 'a.yaml: there is no such file. Correct the path.'],
    ['a folder', 'folder', ABSENT, 'folder: is a directory. Name the files in it, as in directory/*.yaml.'],
    [
      'bytes that are no text',
      'a.bin',
      Buffer.from([0xff, 0xfe, 0]),
      'a.bin: is not text in UTF-8. Name a file with YAML or JSON.',
    ],
    [
      'a path through a file',
      'good.yaml/a.yaml',
      ABSENT,
      expect.stringMatching(/^good\.yaml\/a\.yaml: cannot be read \(ENOTDIR.*\)\. Name a file with YAML or JSON\.$/),
    ],
    [
      'brackets without end',
      'a.json',
      '['.repeat(50_000),
      'a.json:1: it is nested too deeply to be read. Write manifests, which have few levels.',
    ],
    ['no YAML', 'a.yaml', 'a:\n\t- b\n', 'a.yaml:2: Tabs are not allowed as indentation. Correct it.'],
    ['a key twice', 'a.yaml', 'a: 1\na: 2\n', 'a.yaml:2: Map keys must be unique. Correct it.'],
    [
      'a template',
      'a.yaml',
      '{{ if .Values.x }}\na: b\n',
      'a.yaml:2: Unexpected scalar at node end. This looks like a template: check what is rendered from it, as in helm template … | cdk8s-proxysql check -.',
    ],
    [
      'an alias of nothing',
      'a.yaml',
      'a:\n  b: *missing\n',
      'a.yaml:2: the alias *missing has no anchor before it. Write &missing where it is meant to point to, or correct the name.',
    ],
    [
      'an alias in its own anchor',
      'a.yaml',
      'a: &a [*a]\n',
      'a.yaml:1: its aliases multiply, or lead back to themselves. Write out what they stand for.',
    ],
    [
      'aliases of aliases of aliases',
      'a.yaml',
      `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
      'a.yaml:1: its aliases multiply, or lead back to themselves. Write out what they stand for.',
    ],
  ])('given %s, then one line says so, and the other files are checked', (_, name, content, line) => {
    const { code, lines } = checkedFiles({ [name]: content, 'good.yaml': SOUND });
    expect({ code, lines }).toEqual({ code: 1, lines: [line, '1 ProxySQL resources checked, 1 problems found'] });
  });

  test('given a document that is no YAML, then those beside it are checked', () => {
    const { lines } = checked(`${SOUND}---\na: [\n---\n${ANOTHER}`);
    expect(lines).toEqual([
      expect.stringMatching(/^proxysql\.yaml:1?\d: /),
      '2 ProxySQL resources checked, 1 problems found',
    ]);
  });

  test('given words and numbers that kubectl reads as YAML 1.1, then they are what it sends', () => {
    expect(checked(`${SOUND}  halted: no\n  syncUsers: NO\n  replicas: 010\n`).code).toBe(0);
    expect(checked(SOUND.replace('namespace: demo', 'namespace: demo, labels: { primary: yes }')).lines[0]).toMatch(
      /^proxysql\.yaml:3: ProxySQL demo\/proxy: metadata\.labels\.primary \(given: true\): must be a string/,
    );
    const annotations = 'annotations: { since: 2026-01-01, at: 12:30, really: "yes" }';
    expect(checked(SOUND.replace('namespace: demo', `namespace: demo, ${annotations}`)).code).toBe(0);
  });

  test('given merged keys and anchors, then they are followed', () => {
    const text = SOUND.replace('spec:', 'x-common: &v { versoin: 1 }\nspec:\n  <<: *v');
    expect(checked(text).lines).toEqual([
      expect.stringMatching(/^proxysql\.yaml:\d: ProxySQL demo\/proxy: x-common: there is no such field/),
      expect.stringMatching(/^proxysql\.yaml:\d: ProxySQL demo\/proxy: spec\.versoin: there is no such field/),
      expect.any(String),
    ]);
  });
});

describe('what stands beside a ProxySQL', () => {
  const issuer = (kind: string, namespace: string, spec: string) =>
    `apiVersion: cert-manager.io/v1\nkind: ${kind}\nmetadata: { name: ca, namespace: ${namespace} }\nspec: ${spec}\n`;
  const acme = '{ acme: { server: https://acme.example.com, privateKeySecretRef: { name: a }, solvers: [] } }';
  const needsPublicName = expect.stringMatching(
    /ProxySQL demo\/proxy: spec\.tls\.certificates: .*Issuer ca is an ACME issuer/,
  );

  test.each([
    ['Issuer', 'demo'],
    ['ClusterIssuer', 'any'],
  ])('given an ACME %s in another file, then the certificates are checked for it', (kind, namespace) => {
    const { code, lines } = checkedFiles({
      'issuer.yaml': issuer(kind, namespace, acme),
      'proxysql.yaml': SOUND.replace('kind: Issuer', `kind: ${kind}`),
    });
    expect(code).toBe(1);
    expect(lines).toEqual([needsPublicName, '1 ProxySQL resources checked, 1 problems found']);
  });

  test.each([
    ['of another namespace', issuer('Issuer', 'test', acme)],
    ['of another kind', issuer('ClusterIssuer', 'demo', acme)],
    ['that is no ACME issuer', issuer('Issuer', 'demo', '{ ca: { secretName: a } }')],
  ])('given an issuer %s, then nothing is asked for it', (_, text) => {
    expect(checked(`${text}---\n${SOUND}`).code).toBe(0);
  });

  test('given its AppBinding, then what it says is checked too', () => {
    const binding = `apiVersion: appcatalog.appscode.com/v1alpha1
kind: AppBinding
metadata: { name: db, namespace: demo }
spec: { type: kubedb.com/mongodb, clientConfig: { service: { name: db, scheme: mysql, port: 3306 } } }
`;
    expect(checked(`${binding}---\n${SOUND}`).lines[0]).toMatch(
      /AppBinding spec\.type \(given: "kubedb\.com\/mongodb"\)/,
    );
    expect(checked(`${binding.replace('demo', 'test')}---\n${SOUND}`).code).toBe(0);
  });
});

describe('runtimes', () => {
  test('given --runtime standalone, then what nobody can make or look up is told', () => {
    expect(checked(SOUND, RuntimeKind.STANDALONE).lines).toEqual([
      expect.stringMatching(/spec\.authSecret\.name: The standalone runtime/),
      expect.stringMatching(/spec\.backend .*The standalone runtime/),
      expect.any(String),
    ]);
  });

  test('given --runtime kubedb, then what its webhook crashes at is told', () => {
    const text = SOUND.replace(/tls:.*/, 'tls: { certificates: [{ alias: server, secretName: mine }] }');
    expect(checked(text).code).toBe(0);
    expect(checked(text, RuntimeKind.KUBEDB).lines[0]).toContain('spec.tls.issuerRef: KubeDB admits no TLS');
  });
});
