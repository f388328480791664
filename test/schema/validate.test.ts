import fc from 'fast-check';
import { describeProblem } from '../../lib/problem';
import { kinds } from '../../lib/schema/generated/index';
import { type SchemaPart, type ValidatedKindName } from '../../lib/schema/kinds';
import { KEYED_LISTS } from '../../lib/schema/repeated-keys';
import { validateAgainstSchema } from '../../lib/schema/validate';
import { type Json } from './json';
import { proxysqlWith } from './rule-cases';

const base = { version: '3.0.1-debian', backend: { name: 'mysql' } };
const issuerRef = { kind: 'Issuer', name: 'ca' };

function sentences(spec: { readonly [name: string]: Json }): string[] {
  return validateAgainstSchema('ProxySQL', proxysqlWith({ ...base, ...spec })).map(describeProblem);
}

const certificate = (fields: { readonly [name: string]: Json }): { tls: Json } => ({
  tls: { issuerRef, certificates: [{ alias: 'server', ...fields }] },
});
const user = (fields: { readonly [name: string]: Json }): { configuration: Json } => ({
  configuration: { init: { inline: { mysqlUsers: [{ username: 'app', ...fields }] } } },
});
const inPart = (parent: string, fields: { readonly [name: string]: Json }): { [name: string]: Json } =>
  parent === 'spec' ? fields : { podTemplate: parent.endsWith('.spec') ? { spec: fields } : fields };
const container = (fields: { readonly [name: string]: Json }): { podTemplate: Json } => ({
  podTemplate: { spec: { containers: [{ name: 'proxysql', ...fields }] } },
});

it.each<[string, { readonly [name: string]: Json }, string]>([
  [
    'a number for a string',
    { version: 3 },
    'spec.version (given: 3): must be a string, not a number. Write all numbers of the version, and in quotes, for example "3.0.1".',
  ],
  [
    'two numbers for a version',
    { version: 2.7 },
    'spec.version (given: 2.7): must be a string, not a number. Write all numbers of the version, and in quotes, for example "2.7.1".',
  ],
  [
    'a number for a duration',
    certificate({ duration: 2160 }),
    'spec.tls.certificates[0].duration (given: 2160): must be a string, not a number. Write it with its unit and in quotes, for example "2160h" for ninety days.',
  ],
  [
    'a number for one of some words',
    { deletionPolicy: 3 },
    'spec.deletionPolicy (given: 3): must be a string, not a number. Write Halt, Delete, WipeOut or DoNotTerminate.',
  ],
  [
    'a number for an ordinary string',
    { authSecret: { name: 'a', kind: 7 } },
    'spec.authSecret.kind (given: 7): must be a string, not a number. Write it in quotes: "7".',
  ],
  [
    'what is wished of a key',
    certificate({ privateKey: { encoding: 'pkcs8' } }),
    'spec.tls.certificates[0].privateKey.encoding (given: "pkcs8"): must be PKCS1 or PKCS8. Write PKCS8.',
  ],
  [
    'the only other field',
    certificate({ privateKey: { size: 4096 } }),
    'spec.tls.certificates[0].privateKey.size: there is no such field. Remove it, or use another: there is only encoding.',
  ],
  [
    'the former name of a field',
    { terminationPolicy: 'Delete' },
    'spec.terminationPolicy: there is no such field. It is called deletionPolicy now: rename it.',
  ],
  [
    'a mode',
    { mode: 'Galera' },
    'spec.mode: there is no such field. Remove it: how the servers relate follows from the AppBinding.',
  ],
  [
    'the former reference to a database',
    { backend: { name: 'db', ref: { name: 'db' } } },
    'spec.backend.ref: there is no such field. Remove it, and give the name of the AppBinding as backend.name.',
  ],
  [
    'the number of database servers',
    { backend: { name: 'db', replicas: 3 } },
    'spec.backend.replicas: there is no such field. Remove it: how many servers there are follows from the AppBinding.',
  ],
  [
    'the namespace of a database',
    { backend: { name: 'db', namespace: 'other' } },
    'spec.backend.namespace: there is no such field. Remove it: the AppBinding is always in the namespace of the ProxySQL.',
  ],
  ...['spec', 'spec.podTemplate', 'spec.podTemplate.spec'].map(
    (parent): [string, { readonly [name: string]: Json }, string] => [
      `affinity in ${parent}`,
      inPart(parent, { affinity: {} }),
      `${parent}.affinity: there is no such field. Remove it: pods are spread over nodes and zones by themselves. What chooses among nodes is nodeSelector and tolerations, in spec.podTemplate.spec.`,
    ],
  ),
  [
    'a field of the pod one level above',
    { podTemplate: { tolerations: [] } },
    'spec.podTemplate.tolerations: there is no such field. Move it into spec.podTemplate.spec.',
  ],
  [
    'a field of a container in the pod',
    { podTemplate: { spec: { resources: {} } } },
    'spec.podTemplate.spec.resources: there is no such field. Move it into an entry of spec.podTemplate.spec.containers with the name proxysql.',
  ],
  [
    'the former security context of a container',
    { podTemplate: { spec: { containerSecurityContext: {} } } },
    'spec.podTemplate.spec.containerSecurityContext: there is no such field. Write it as securityContext of an entry of spec.podTemplate.spec.containers with the name proxysql.',
  ],
  [
    'a string for a number',
    { replicas: '3' },
    'spec.replicas (given: "3"): must be a whole number, not a string. Write it without quotes: 3.',
  ],
  [
    'a word for a number',
    { replicas: 'three' },
    'spec.replicas (given: "three"): must be a whole number, not a string. Give a whole number.',
  ],
  [
    'a fraction',
    { replicas: 1.5 },
    'spec.replicas (given: 1.5): must be a whole number, not a fraction. Give a whole number.',
  ],
  [
    'a string for a boolean',
    { halted: 'True' },
    'spec.halted (given: "True"): must be true or false, not a string. Write it without quotes: true.',
  ],
  [
    'one for a list',
    certificate({ dnsNames: 'x' }),
    'spec.tls.certificates[0].dnsNames (given: "x"): must be a list, not a string. Write it as a list, even of one item.',
  ],
  [
    'an object for a string',
    { version: { password: 'p' } },
    'spec.version (given: {…}): must be a string, not an object. Give a string.',
  ],
  [
    'null',
    { replicas: null },
    'spec.replicas (given: null): must be a whole number, not null. Give a value, or leave the field out.',
  ],
  [
    'a missing field',
    { tls: { issuerRef: { kind: 'Issuer' } } },
    'spec.tls.issuerRef.name: is missing. Add name: name of the issuer.',
  ],
  [
    'a misspelt field',
    { replica: 3 },
    'spec.replica: there is no such field. Did you mean replicas? Rename it, or remove it.',
  ],
  [
    'an unknown field',
    { tls: { issuerRef, sslMode: 'x' } },
    'spec.tls.sslMode: there is no such field. Remove it, or use another: there are certificates, issuerRef.',
  ],
  [
    'a password of a user',
    user({ password: 'hunter2' }),
    "spec.configuration.init.inline.mysqlUsers[0].password: a password does not belong into a manifest, and there is no such field. Remove it, and put the user's password into the Secret <name of the ProxySQL>-users under the user's name.",
  ],
  [
    'a password elsewhere',
    { backend: { name: 'm', passwd: 'x', password: 'hunter2' } },
    'spec.backend.password: a password does not belong into a manifest, and there is no such field. Remove it, and put the password into a Secret that the manifest names.',
  ],
  [
    'a misspelt word',
    { deletionPolicy: 'Wipeout' },
    'spec.deletionPolicy (given: "Wipeout"): must be Halt, Delete, WipeOut or DoNotTerminate. Write WipeOut.',
  ],
  [
    'another word',
    { deletionPolicy: 'Shred' },
    'spec.deletionPolicy (given: "Shred"): must be Halt, Delete, WipeOut or DoNotTerminate. Choose one of them.',
  ],
  ['a negative number', { replicas: -1 }, 'spec.replicas (given: -1): must be at least 0. Give 0 or more.'],
  [
    'a number past 64 bits',
    { podTemplate: { spec: { terminationGracePeriodSeconds: 1e30 } } },
    'spec.podTemplate.spec.terminationGracePeriodSeconds (given: 1e+30): does not fit into 64 bits. Give a smaller number.',
  ],
  [
    'a number past 32 bits',
    { replicas: 3e9 },
    'spec.replicas (given: 3000000000): does not fit into 32 bits. Give a number from 0 to 2147483647.',
  ],
  [
    'a number out of range',
    user({ use_ssl: 2 }),
    'spec.configuration.init.inline.mysqlUsers[0].use_ssl (given: 2): must be at most 1. Give a number from 0 to 1.',
  ],
  [
    'days',
    certificate({ duration: '90d' }),
    'spec.tls.certificates[0].duration (given: "90d"): is not a duration. Write 2160h: the longest unit is the hour.',
  ],
  [
    'another duration',
    certificate({ duration: 'long' }),
    'spec.tls.certificates[0].duration (given: "long"): is not a duration. Write hours, minutes and seconds, for example 2160h for ninety days, or 1h30m.',
  ],
  [
    'a quantity',
    container({ resources: { limits: { cpu: 'lots' } } }),
    'spec.podTemplate.spec.containers[0].resources.limits.cpu (given: "lots"): is not a quantity. Write for example 500m or 2 for CPU, and 512Mi or 1Gi for memory.',
  ],
  [
    'a time',
    { authSecret: { name: 'a', activeFrom: 'today' } },
    'spec.authSecret.activeFrom (given: "today"): is not a point in time. Write it as RFC 3339 has it, for example 2027-01-31T12:00:00Z.',
  ],
  [
    'a text that is too long',
    { tls: { issuerRef: { kind: 'Issuer', name: 'n'.repeat(254) } } },
    `spec.tls.issuerRef.name (given: "${'n'.repeat(58)}…): has 254 characters, 253 are allowed. Make it shorter.`,
  ],
  [
    'a list that is too long',
    { tls: { issuerRef, certificates: Array.from({ length: 33 }, (_, n) => ({ alias: `a${n}` })) } },
    'spec.tls.certificates (given: […]): has 33 items, 32 are allowed. Take some out of the list.',
  ],
  [
    'a value that may be a password',
    container({ env: [{ name: 'A', value: 12345 }] }),
    'spec.podTemplate.spec.containers[0].env[0].value: must be a string, not a number. Write it in quotes.',
  ],
  [
    'a secret in the place of its reference',
    { authSecret: 'hunter2' },
    'spec.authSecret: must be an object, not a string. Give an object.',
  ],
  [
    'a repeated alias',
    { tls: { issuerRef, certificates: [{ alias: 'server' }, { alias: 'server' }] } },
    'spec.tls.certificates[1]: the alias "server" is there already, in spec.tls.certificates[0]. Merge the two into one, or remove one.',
  ],
  [
    'a repeated port',
    container({ ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'TCP' }] }),
    'spec.podTemplate.spec.containers[0].ports[1]: the containerPort 1 and protocol "TCP" is there already, in spec.podTemplate.spec.containers[0].ports[0]. Merge the two into one, or remove one.',
  ],
])('%s is explained', (_, spec, sentence) => {
  expect(sentences(spec)).toContain(sentence);
});

it('a name with other characters is explained', () => {
  expect(
    validateAgainstSchema('ProxySQL', { ...proxysqlWith(base), metadata: { name: 'Proxy' } }).map(describeProblem),
  ).toEqual([
    'metadata.name (given: "Proxy"): is not a valid name. Use lower-case letters, digits and hyphens; begin with a letter, and end with a letter or digit.',
  ]);
});

it('a name that is a number is not only to be quoted', () => {
  const manifest = { ...proxysqlWith(base), metadata: { name: 7 } };
  expect(validateAgainstSchema('ProxySQL', manifest).map(describeProblem)).toContain(
    'metadata.name (given: 7): must be a string, not a number. Write a name that begins with a letter.',
  );
});

it('fields of other kinds are not taken for those of a ProxySQL', () => {
  const [problem] = validateAgainstSchema('Issuer', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'ca' },
    spec: { ca: { secretName: 'ca' }, resources: {} },
  });
  expect(problem?.remedy).toMatch(/^Remove it, or use another: there are acme, ca, /);
});

it('base64 is asked for where it belongs, and the value is not shown', () => {
  const spec = { clientConfig: { caBundle: '***' } };
  expect(
    validateAgainstSchema('AppBinding', {
      apiVersion: 'appcatalog.appscode.com/v1alpha1',
      kind: 'AppBinding',
      metadata: { name: 'a' },
      spec,
    }).map(describeProblem),
  ).toEqual(['spec.clientConfig.caBundle: is not base64. Encode it: base64 -w0 < file.']);
});

it('another kind or version is explained', () => {
  const manifest = { ...proxysqlWith(base), apiVersion: 'kubedb.com/v1alpha2', kind: 'ProxySql' };
  expect(validateAgainstSchema('ProxySQL', manifest).map(describeProblem)).toEqual([
    'apiVersion (given: "kubedb.com/v1alpha2"): must be kubedb.com/v1. Write apiVersion: kubedb.com/v1.',
    'kind (given: "ProxySql"): must be ProxySQL. Write kind: ProxySQL.',
  ]);
});

it.each([[undefined], [null], [7], [[]]])('%p is no manifest', (manifest) => {
  expect(validateAgainstSchema('Issuer', manifest).map(describeProblem)).toEqual([
    'Issuer: a manifest must be an object. Give an object of kind Issuer.',
  ]);
});

it('undefined is as good as absent', () => {
  expect(validateAgainstSchema('ProxySQL', proxysqlWith({ ...base, ...({ typo: undefined } as object) }))).toEqual([]);
});

it.each<[ValidatedKindName, Json]>([
  ['Certificate', { secretName: 's', issuerRef: { name: 'ca' }, dnsNames: ['a.example'], duration: '2160h' }],
  ['Issuer', { ca: { secretName: 'ca' } }],
  ['ClusterIssuer', { selfSigned: {} }],
  ['AppBinding', { clientConfig: { url: 'tcp(db:3306)/' }, parameters: { any: [1] } }],
  ['ProxySQL', { ...base, tls: { issuerRef }, healthChecker: {}, authSecret: { name: '' } }],
])('a good %s passes', (kind, spec) => {
  const { apiVersion } = kinds[kind];
  expect(validateAgainstSchema(kind, { apiVersion, kind, metadata: { name: 'a' }, spec })).toEqual([]);
});

it('all that is wrong is reported at once', () => {
  expect(sentences({ replicas: -1, halted: 'x', typo: 1, backend: {} })).toHaveLength(4);
});

it('no problem ever shows a password', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, unit: fc.constantFrom(...'QXZJKVW') }), (secret) => {
      const spec = {
        ...user({ password: secret, pasword: secret }),
        ...container({ env: [{ name: 'A', value: [secret] }] }),
      };
      expect(sentences(spec).join('\n')).not.toContain(secret);
    }),
  );
});

it.each(Object.keys(kinds) as ValidatedKindName[])('the keyed lists of %s are those of its schema', (kind) => {
  const found: string[] = [];
  const walk = (part: SchemaPart, path: string): void => {
    if (part['x-kubernetes-list-map-keys']) {
      found.push(`${path}: ${part['x-kubernetes-list-map-keys'].join()}`);
    }
    Object.entries(part.properties ?? {}).forEach(([name, value]) =>
      walk(value, path === '' ? name : `${path}.${name}`),
    );
    if (part.items) {
      walk(part.items, `${path}[]`);
    }
  };
  walk(kinds[kind].schema, '');
  expect(KEYED_LISTS[kind].map(({ path, keys }) => `${path}: ${keys.join()}`).sort()).toEqual(found.sort());
});
