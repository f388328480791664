import fc from 'fast-check';
import { decide, type Decision } from '../../lib/graph/decide';
import { proveSecret } from '../../lib/graph/prove-secret';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type CertificateAliasName } from '../../lib/names';
import { type ProxySQLResource } from '../../lib/proxysql-resource';
import { type Kind } from '../../operator/kubernetes/resources';
import { observe } from '../../operator/observe';
import { Renderer } from '../../operator/rendering';
import { authority, type Issued, issue, NOW, secretData } from '../proof/certificates';
import { appBindingResource, proxysqlResource } from '../support/resource';
import { cachesOfNobody } from './caches';

/** A world in which everything is as it should be, so that nothing but what a test spoils can hold the StatefulSet back. */

type Data = Readonly<Record<string, unknown>>;

const RUNS = 500;
const ALIASES = ['server', 'client'] as const satisfies readonly CertificateAliasName[];
const base = proxysqlResource({ replicas: 1 });
const sound: ProxySQLResource = { ...base, metadata: { ...base.metadata, uid: 'uid', generation: 1 } };
const caches = cachesOfNobody();
const good = new Map<CertificateAliasName, Data>();
let foreign: Issued;
let version = 0;

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64');

function put(object: KubernetesObject): void {
  const { metadata } = object;
  const stored = { ...metadata, uid: `uid-${metadata.name}`, generation: 1, resourceVersion: String(++version) };
  caches.wrote(object.kind as Kind, { ...object, metadata: stored }, object);
}

function putTlsSecret(alias: CertificateAliasName, data: unknown): void {
  const { name, namespace } = sound.metadata;
  const labels = { 'app.kubernetes.io/managed-by': 'kubedb.com', 'app.kubernetes.io/instance': name };
  const metadata = { name: `${name}-${alias}-cert`, namespace, labels };
  put({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data } as KubernetesObject);
}

const ready = { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }] };

beforeAll(async () => {
  const root = await authority();
  foreign = await issue({ subject: 'CN=foreign', dnsNames: ['else.where'] });
  const metadata = { name: 'proxy-issuer', namespace: 'demo' };
  put({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata, spec: { ca: {} }, status: ready });
  put(appBindingResource() as unknown as KubernetesObject);
  const { desired } = new Renderer(caches, {}).of(sound);
  desired
    .filter(({ object }) => object.kind !== 'StatefulSet')
    .forEach(({ object, generate }) =>
      put({
        ...object,
        ...(object.kind === 'Certificate' && { status: ready }),
        ...(generate && { data: { username: 'present', password: 'present' } }),
      }),
    );
  for (const alias of ALIASES) {
    const certificate = caches.get('Certificate', 'demo', `proxy-server-${alias}-cert`);
    const { dnsNames, ipAddresses, uris } = certificate?.spec as Record<string, string[] | undefined>;
    const wish = { issuer: root, subject: `CN=${alias}`, dnsNames, ipAddresses, uris };
    const data = secretData(await issue(wish), [], [root]);
    good.set(alias, Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])));
  }
});

beforeEach(() => good.forEach((data, alias) => putTlsSecret(alias, data)));

function decideAbout(proxysql: ProxySQLResource, renderer = new Renderer(caches, {})): Decision {
  const rendering = renderer.of(proxysql);
  return decide(observe({ proxysql, rendering, caches, served: new Map(), prove: proveSecret, now: NOW }));
}

function workloads({ apply }: Decision): unknown[] {
  return apply.filter(({ object }) => object.kind === 'StatefulSet');
}

function refusal({ conditions }: Decision, type: string) {
  const found = conditions.find((condition) => condition.type === type);
  return { status: found?.status, reason: found?.reason, message: found?.message };
}

const REFUSED = {
  status: 'False',
  reason: expect.stringMatching(/^[A-Z][A-Za-z]+$/) as string,
  message: expect.stringMatching(/\S+ .*[.)]$/s) as string,
};

test('with sound Secrets and a sound ProxySQL the StatefulSet is applied', () => {
  expect(workloads(decideAbout(sound))).toHaveLength(1);
});

/** Ways to spoil an entry of a Secret, given as it is in the API: base64. */
const SPOILERS: Readonly<Record<string, (text: string, seed: number) => unknown>> = {
  emptied: () => '',
  absent: () => undefined,
  'of another type': (_, seed) => [null, seed, true, [], {}][seed % 5],
  garbage: (_, seed) => base64(`garbage ${seed}`),
  'not base64': (_, seed) => `%%%${seed}%%%`,
  cut: (text, seed) => base64(text.slice(0, 30 + (seed % (text.length - 60)))),
  foreign: (text) => base64(text.includes('PRIVATE KEY') ? foreign.keyPem : foreign.pem),
  binary: (text, seed) => base64(Buffer.from(text, 'base64').subarray(seed % 50)),
  'encoded twice': (text) => base64(base64(text)),
};

const spoiledData = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('tls.crt', 'tls.key'), fc.constantFrom(...Object.keys(SPOILERS)), fc.nat())
      .map(([entry, spoiler, seed]) => (data: Data): unknown => {
        const text = Buffer.from(String(data[entry]), 'base64').toString();
        return { ...data, [entry]: SPOILERS[spoiler]?.(text, seed) };
      }),
  },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => (): unknown => value) },
);

test(`${RUNS} malformed TLS Secrets: each is refused with a reason, and starts nothing`, () => {
  const renderer = new Renderer(caches, {});
  fc.assert(
    fc.property(fc.constantFrom(...ALIASES), spoiledData, (alias, spoil) => {
      good.forEach((data, each) => putTlsSecret(each, each === alias ? spoil(data) : data));

      const decision = decideAbout(sound, renderer);

      expect(workloads(decision)).toEqual([]);
      expect(refusal(decision, 'TLSSecretsProven')).toEqual(REFUSED);
    }),
    { numRuns: RUNS },
  );
});

type Type = 'string' | 'integer' | 'boolean' | 'object' | 'array';

/** Fields, and the one type that each may have. */
const FIELDS: Readonly<Record<string, Type>> = {
  '': 'object',
  version: 'string',
  replicas: 'integer',
  backend: 'object',
  'backend.name': 'string',
  tls: 'object',
  'tls.issuerRef': 'object',
  'tls.issuerRef.name': 'string',
  'tls.issuerRef.kind': 'string',
  'tls.issuerRef.apiGroup': 'string',
  'tls.certificates': 'array',
  'tls.certificates.0': 'object',
  'tls.certificates.0.alias': 'string',
  authSecret: 'object',
  'authSecret.name': 'string',
  deletionPolicy: 'string',
  monitor: 'object',
  'monitor.agent': 'string',
  configuration: 'object',
  podTemplate: 'object',
  'podTemplate.spec': 'object',
  serviceTemplates: 'array',
};

const VALUES: Readonly<Record<Type, fc.Arbitrary<unknown>>> = {
  string: fc.string(),
  integer: fc.oneof(fc.integer({ max: -1 }), fc.double({ min: 0.1, max: 0.9 })),
  boolean: fc.boolean(),
  object: fc.dictionary(fc.string(), fc.jsonValue()),
  array: fc.array(fc.jsonValue(), { minLength: 1 }),
};

const misshapen = fc.constantFrom(...Object.entries(FIELDS)).chain(([path, type]) => {
  const others = (Object.keys(VALUES) as Type[]).filter((other) => other !== type || other === 'integer');
  return fc.oneof(...others.map((other) => VALUES[other])).map((value) => ({ path, value }));
});

const MISSING = [null, undefined].map((value): [{ path: string; value: unknown }] => [{ path: '', value }]);

/** Names of what others are found by; an object that cannot be made a text is the worst that they can be. */
const UNPRINTABLE = ['backend.name', 'tls.issuerRef.name', 'tls.issuerRef.kind', 'authSecret.name'].map(
  (path): [{ path: string; value: unknown }] => [{ path, value: { toString: 1, valueOf: 1 } }],
);

/** A copy in which the field is another value; what is missing on the way to it is made up. */
function replaced(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) {
    return value;
  }
  if (key === '0') {
    return [replaced({ alias: 'server' }, rest, value)];
  }
  const fields = (target ?? {}) as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], rest, value) };
}

test(`${RUNS} malformed ProxySQLs: each is refused with a reason, and starts nothing`, () => {
  fc.assert(
    fc.property(misshapen, ({ path, value }) => {
      const spec = replaced(sound.spec, path === '' ? [] : path.split('.'), value);

      const metadata = { ...sound.metadata, resourceVersion: String(++version) };
      const proxysql = { ...sound, metadata, spec } as ProxySQLResource;

      // The watch keeps it by index: were that to throw, it would end for all ProxySQLs.
      caches.wrote('ProxySQL', proxysql as unknown as KubernetesObject, proxysql as unknown as KubernetesObject);
      const decision = decideAbout(proxysql);

      expect(workloads(decision)).toEqual([]);
      expect(decision.apply).toEqual([]);
      expect(refusal(decision, 'ResourceValid')).toEqual(REFUSED);
    }),
    { numRuns: RUNS, examples: [...MISSING, ...UNPRINTABLE] },
  );
});
