import { join, resolve } from 'node:path';

import { App } from 'cdk8s';
import fc from 'fast-check';

import { BackendSource, DatabaseTopology, Runtime, TlsProxySQLChart } from '../../lib';
import { appBindingResource } from '../../lib/app-binding';
import { type Problem } from '../../lib/problem';
import { validateAgainstSchema, validateChange } from '../../lib/schema/validate';
import { BAD_INPUTS, manifestOf } from '../bad-input/cases';
import { type Json } from '../schema/json';
import { proxysqlWith, RULE_CASES } from '../schema/rule-cases';
import { chartProps } from '../support/chart-props';
import { type ApiClient } from './harness/api-client';
import { ApiError } from './harness/api-transport';
import { clusterTest, type ClusterTestContext } from './harness/cluster-test';
import { condition, isTrue, type KubeObject, ref } from './harness/kube-object';
import { installDefinitions, readDefinitions, readManifests, yamlFiles } from './harness/manifests';
import { CHANGE_CASES, SPEC_CASES } from './proxysql-cases';
import { editedSpecs } from './proxysql-edits';

const root = resolve(__dirname, '..', '..');
const definitions = readDefinitions(join(root, 'crds'));
const proxy = ref('kubedb.com/v1', 'ProxySQL', 'proxy');
const base = { version: '3.0.1-debian', backend: { name: 'mysql-server' } };
/** What the API server makes of no health checker. */
const healthChecker = { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 1 };
const issuerRef = { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'proxy-issuer' };

/** A test on an API server that knows our kinds. */
function definedTest(
  name: string,
  run: (admin: ApiClient, context: ClusterTestContext) => Promise<void>,
  timeout?: number,
): void {
  const withDefinitions = async (context: ClusterTestContext): Promise<void> => {
    await installDefinitions(context.namespace.admin, definitions);
    await run(context.namespace.admin, context);
  };
  clusterTest(name, withDefinitions, { timeout });
}

function proxysql(spec: Json): KubeObject {
  return proxysqlWith(spec) as unknown as KubeObject;
}

/** Why the API server refuses; undefined when it does not. */
async function refusal(answer: Promise<unknown>): Promise<ApiError | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && (error.code === 400 || error.code === 422)) {
      return error;
    }
    throw error;
  }
}

/** Where the two differ: in the verdict, or in what the API server blames and the validator does not. Empty when they agree. */
function disagreement(problems: readonly Problem[], refused: ApiError | undefined): string[] {
  if ((refused === undefined) !== (problems.length === 0)) {
    return [`the validator says ${JSON.stringify(problems)}, the API server ${refused?.message ?? 'yes'}`];
  }
  const ours = problems.map(({ path }) => letters(path));
  return (refused?.causes ?? [])
    .map(({ field = '' }) => field)
    .filter((field) => field !== '<nil>' && !ours.some((path) => path.startsWith(letters(field))))
    .map((field) => `the API server blames ${field}, the validator ${problems.map(({ path }) => path).join()}`);
}

/** A path without its punctuation: the two write unusual keys of a map in different ways. */
function letters(path: string): string {
  return path.replace(/\W/g, '');
}

/** What the API server and the validator say of a new resource, and where they differ. */
async function judged(
  admin: ApiClient,
  manifest: KubeObject,
): Promise<{ readonly accepted: boolean; readonly differences: readonly string[] }> {
  const refused = await refusal(admin.create(manifest, { dryRun: true }));
  const differences = disagreement(validateAgainstSchema('ProxySQL', manifest), refused);
  return { accepted: refused === undefined, differences };
}

definedTest('our definitions are installed without a complaint', async (admin) => {
  for (const { metadata } of definitions) {
    const installed = await admin.get(
      ref('apiextensions.k8s.io/v1', 'CustomResourceDefinition', metadata.name as string),
    );
    expect([isTrue(installed, 'Established'), isTrue(installed, 'NamesAccepted')]).toEqual([true, true]);
    expect(condition(installed, 'NonStructuralSchema')).toBeUndefined();
  }
  expect(definitions.map(({ spec }) => spec.names.kind).sort()).toEqual(['AppBinding', 'ProxySQL']);
});

definedTest('kubectl apply can keep a copy of each definition in an annotation', async (admin) => {
  const files = [...yamlFiles(join(root, 'dist')), ...yamlFiles(join(root, 'examples'), /\/dist\/[^/]+$/)];
  const emitted = files.flatMap(readManifests).filter(({ kind }) => kind === 'CustomResourceDefinition');

  expect(emitted.length).toBeGreaterThan(0);
  for (const definition of [...definitions, ...emitted]) {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(definition)}\n` };
    await admin.patch(definition, { metadata: { annotations } }, { dryRun: true });
  }
});

definedTest('an annotation past the limit is refused, so the test above can fail', async (admin) => {
  const metadata = { annotations: { large: 'x'.repeat(262_144) } };
  const [definition] = definitions as KubeObject[] as [KubeObject];

  await expect(admin.patch(definition, { metadata }, { dryRun: true })).rejects.toThrow(/Too long/);
});

definedTest('the API server judges each ProxySQL of the table as the validator does', async (admin) => {
  const wrong: string[] = [];
  for (const { title, spec, accepted } of SPEC_CASES) {
    const verdict = await judged(admin, proxysql(spec));
    wrong.push(...verdict.differences.map((difference) => `${title}: ${difference}`));
    wrong.push(...(verdict.accepted === accepted ? [] : [`${title}: ${accepted ? 'refused' : 'accepted'}`]));
  }

  expect(wrong).toEqual([]);
});

definedTest('the API server judges each change of the table as the validator does', async (admin) => {
  const wrong: string[] = [];
  for (const { title, former, next, accepted } of CHANGE_CASES) {
    const { metadata } = await admin.create(proxysql(former));
    const changed = { ...proxysql(next), metadata };
    const refused = await refusal(admin.replace(changed, { dryRun: true }));
    const problems = [...validateAgainstSchema('ProxySQL', changed), ...validateChange(proxysql(former), changed)];
    wrong.push(...disagreement(problems, refused).map((difference) => `${title}: ${difference}`));
    wrong.push(...((refused === undefined) === accepted ? [] : [`${title}: ${accepted ? 'refused' : 'accepted'}`]));
    await admin.delete(proxy);
  }

  expect(wrong).toEqual([]);
});

for (const { id, kept, broken, former } of RULE_CASES.filter(({ former: before }) => before === undefined)) {
  definedTest(`rule ${id} holds for the API server as it does for the validator`, async (admin) => {
    expect(former).toBeUndefined();
    for (const [accepted, specs] of [[true, kept] as const, [false, broken] as const]) {
      for (const spec of specs) {
        expect([spec, await judged(admin, proxysql(spec))]).toEqual([spec, { accepted, differences: [] }]);
      }
    }
  });
}

for (const { id, kept, broken, former } of RULE_CASES.filter(({ former: before }) => before !== undefined)) {
  definedTest(`rule ${id} holds for changes as it does for the validator`, async (admin) => {
    const { metadata } = await admin.create(proxysql(former ?? {}));
    for (const [accepted, specs] of [[true, kept] as const, [false, broken] as const]) {
      for (const spec of specs) {
        const refused = await refusal(admin.replace({ ...proxysql(spec), metadata }, { dryRun: true }));
        const problems = validateChange(proxysql(former ?? {}), proxysql(spec));
        expect([spec, refused === undefined, problems.length === 0]).toEqual([spec, accepted, accepted]);
      }
    }
  });
}

definedTest('whatever people get wrong in a chart, the two agree on what becomes of it', async (admin) => {
  const wrong: string[] = [];
  let refused = 0;
  for (const input of BAD_INPUTS) {
    const manifest = manifestOf(input) as KubeObject | undefined;
    if (manifest === undefined) {
      continue;
    }
    const { name } = manifest.metadata;
    const { accepted, differences } = await judged(admin, { ...manifest, metadata: { name } });
    wrong.push(...differences.map((difference) => `${input.title}: ${difference}`));
    refused += accepted ? 0 : 1;
  }

  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(5);
});

definedTest(
  'the API server and the validator agree on generated specs with mistakes in them',
  async (admin) => {
    const seen = { accepted: 0, refused: 0 };
    const agrees = async (spec: Json): Promise<void> => {
      const { accepted, differences } = await judged(admin, proxysql(spec));
      seen[accepted ? 'accepted' : 'refused'] += 1;
      expect(differences).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(editedSpecs(0), agrees), { numRuns: 150 });
    await fc.assert(fc.asyncProperty(editedSpecs(2), agrees), { numRuns: 500 });

    expect(seen.accepted).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(100);
  },
  120_000,
);

definedTest('where the two differ, the validator is the stricter one', async (admin) => {
  // An absent value is dropped by the API server, but whoever writes one has forgotten something.
  const empty = proxysql({ ...base, replicas: null, tls: null });
  // The API server takes a list of anything for a time.
  const list = proxysql({ ...base, authSecret: { name: 'admin', activeFrom: [1] } });

  const kept = await admin.create(empty, { dryRun: true });
  expect(kept.spec).toEqual({ ...base, healthChecker });
  expect(validateAgainstSchema('ProxySQL', empty).map(({ path }) => path)).toEqual(['spec.replicas', 'spec.tls']);
  await admin.create(list, { dryRun: true });
  expect(validateAgainstSchema('ProxySQL', list).map(({ path }) => path)).toEqual(['spec.authSecret.activeFrom']);
});

definedTest('an unknown field is refused by strict validation, and silently lost without it', async (admin) => {
  const misspelt = proxysql({ ...base, replica: 3, tls: { issuerRef, certificate: [] } });

  const refused = await refusal(admin.create(misspelt, { dryRun: true }));
  expect(refused?.message).toMatch(/unknown field "spec\.replica", unknown field "spec\.tls\.certificate"/);
  const kept = await admin.create(misspelt, { dryRun: true, strict: false });
  expect(kept.spec).toEqual({ ...base, healthChecker, tls: { issuerRef } });
});

definedTest('the API server fills in the defaults', async (admin) => {
  const exporter = { prometheus: { exporter: {} } };
  const spec = {
    ...base,
    authSecret: { name: 'admin' },
    monitor: { agent: 'prometheus.io/operator', ...exporter },
  };
  const kept = await admin.create(proxysql(spec), { dryRun: true });

  expect(kept.spec).toEqual({
    ...base,
    authSecret: { apiGroup: '', kind: 'Secret', name: 'admin' },
    healthChecker,
    monitor: { agent: 'prometheus.io/operator', prometheus: { exporter: { port: 56790 } } },
  });
});

definedTest('status and spec are written apart', async (admin) => {
  const created = await admin.create({ ...proxysql(base), status: { phase: 'Ready' } });
  expect([created.status, created.metadata.generation]).toEqual([undefined, 1]);

  const status = { phase: 'Provisioning', observedGeneration: 1, blockedBy: 'Secret proxy-server-cert' };
  const reported = await admin.patch(proxy, { spec: { replicas: 9 }, status }, { subresource: 'status' });
  expect([reported.status, reported.spec, reported.metadata.generation]).toEqual([
    status,
    { ...base, healthChecker },
    1,
  ]);

  const scaled = await admin.patch(proxy, { spec: { replicas: 2 }, status: { phase: 'Ready' } });
  expect([scaled.status, scaled.metadata.generation]).toEqual([status, 2]);

  const happy = admin.patch(proxy, { status: { phase: 'Happy' } }, { subresource: 'status' });
  await expect(happy).rejects.toThrow(/status\.phase: Unsupported value: "Happy"/);
  const negative = { certificates: [{ alias: 'server', secretName: 's', servedByPods: -1 }] };
  await expect(admin.patch(proxy, { status: negative }, { subresource: 'status' })).rejects.toThrow(/servedByPods/);
});

definedTest('conditions of several writers live side by side, one for a type', async (admin) => {
  await admin.create(proxysql(base));
  const report = (fieldManager: string, ...types: string[]): Promise<KubeObject> => {
    const conditions = types.map((type) => ({ type, status: 'True', lastTransitionTime: '2027-01-31T12:00:00Z' }));
    return admin.apply({ ...proxy, metadata: { name: 'proxy' }, status: { conditions } } as KubeObject, {
      fieldManager,
      subresource: 'status',
    });
  };

  await report('one', 'Ready');
  const both = await report('two', 'Observed');
  expect([isTrue(both, 'Ready'), isTrue(both, 'Observed')]).toEqual([true, true]);
  const alone = await report('one', 'Halted');
  expect([condition(alone, 'Ready'), isTrue(alone, 'Halted')]).toEqual([undefined, true]);
  await expect(report('one', 'Ready', 'Ready')).rejects.toThrow(/duplicate/i);
});

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

definedTest('kubectl get shows whether it is up, whether TLS is proven, and what blocks it', async (admin) => {
  const table = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { columnDefinitions, rows } = await admin.request<Table>({
      method: 'GET',
      path: `/apis/kubedb.com/v1/namespaces/${admin.namespace}/proxysqls`,
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const cells = columnDefinitions.map(({ name, priority }, index): [string, unknown] => [
      priority === 0 ? name : `${name} (wide)`,
      rows[0]?.cells[index],
    ]);
    return Object.fromEntries(cells);
  };
  await admin.create(proxysql({ ...base, replicas: 3, tls: { issuerRef } }));
  expect(await table()).toEqual({
    Name: 'proxy',
    Version: '3.0.1-debian',
    Status: null,
    Replicas: 3,
    TLS: null,
    'Blocked by': null,
    'Expires (wide)': null,
    Age: expect.stringMatching(/^\d+s$/) as string,
  });

  const notAfter = '2027-01-31T12:00:00Z';
  const client = { alias: 'client', secretName: 'proxy-client-cert', notAfter: '2028-01-31T12:00:00Z' };
  const server = { alias: 'server', secretName: 'proxy-server-cert', servedByPods: 2, notAfter };
  const status = { phase: 'Critical', blockedBy: 'Pod proxy-2', certificates: [client, server] };
  await admin.patch(proxy, { status }, { subresource: 'status' });
  expect(await table()).toMatchObject({
    Status: 'Critical',
    TLS: 2,
    'Blocked by': 'Pod proxy-2',
    'Expires (wide)': notAfter,
  });
});

definedTest('a short name and a category lead to it', async (admin) => {
  const { resources } = await admin.request<{
    resources: { name: string; shortNames?: string[]; categories?: string[] }[];
  }>({ method: 'GET', path: '/apis/kubedb.com/v1' });

  expect(resources.map(({ name }) => name)).toEqual(['proxysqls', 'proxysqls/status']);
  expect(resources[0]).toMatchObject({ shortNames: ['prx'], categories: expect.arrayContaining(['all']) as string[] });
});

definedTest("the resources that KubeDB's guides apply are accepted", async (admin) => {
  const metadata = { name: 'proxy-server' };
  const guide = { version: '3.0.1-debian', replicas: 3, backend: { name: 'mysql-server' }, syncUsers: true };
  const entry = {
    alias: 'server',
    subject: { organizations: ['kubedb:server'] },
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
  };
  const external = {
    type: 'mysql',
    version: '8.0.36',
    clientConfig: {
      service: { name: 'mysql', scheme: 'mysql', port: 3306, path: '/' },
      url: 'tcp(mysql.demo.svc:3306)/',
      caBundle: Buffer.from('certificate').toString('base64'),
    },
    secret: { name: 'mysql-auth' },
    tlsSecret: { name: 'mysql-client' },
  };
  const tls = { issuerRef, certificates: [entry] };
  const renewed = { issuerRef, certificates: [{ ...entry, emailAddresses: ['dba@example.com'] }, { alias: 'client' }] };
  const acme = { issuerRef, certificates: [{ alias: 'server', dnsNames: ['mysql.example.com'] }] };
  for (const spec of [{ ...guide, tls, deletionPolicy: 'WipeOut' }, guide, { ...guide, tls: renewed }]) {
    await admin.create({ apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata, spec }, { dryRun: true });
  }
  await admin.create(proxysql({ ...guide, tls: acme }), { dryRun: true });
  await admin.create(
    { apiVersion: 'appcatalog.appscode.com/v1alpha1', kind: 'AppBinding', metadata, spec: external },
    { dryRun: true },
  );
  const issuer = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata,
    spec: { ca: { secretName: 'proxy-ca' } },
  };
  await admin.create(issuer, { dryRun: true });
});

definedTest(
  'the ProxySQL and the AppBinding of any valid chart are accepted',
  async (admin, { namespace }) => {
    const kinds = new Set<string>();
    const accepted = async (object: KubeObject): Promise<void> => {
      kinds.add(object.kind);
      await admin.apply({ ...object, metadata: { ...object.metadata, namespace: namespace.name } }, { dryRun: true });
    };
    await fc.assert(
      fc.asyncProperty(chartProps, async (props) => {
        const chart = new TlsProxySQLChart(new App(), 'proxy', {
          ...props,
          runtime: Runtime.operator({ install: false }),
        });
        const emitted = (chart.toJson() as KubeObject[]).filter(({ apiVersion }) => !apiVersion.startsWith('cert-'));
        const binding = appBindingResource(chart.backend);
        const objects = binding === undefined ? emitted : [...emitted, binding as unknown as KubeObject];
        for (const object of objects) {
          await accepted(object);
        }
      }),
      { numRuns: 150 },
    );

    expect([...kinds].sort()).toEqual(['AppBinding', 'ProxySQL']);
  },
  120_000,
);

definedTest('an AppBinding made by hand is accepted in every topology', async (admin) => {
  for (const topology of Object.values(DatabaseTopology)) {
    const backend = BackendSource.external({ host: 'db.example.com', port: 3307, secretName: 'login', topology });
    const chart = new TlsProxySQLChart(new App(), 'proxy', {
      issuer: { bind: () => ({ ...issuerRef, group: issuerRef.apiGroup, isAcme: false }) },
      backend,
      version: '3.0.1-debian',
      runtime: Runtime.operator({ install: false }),
    });
    const binding = (chart.toJson() as KubeObject[]).find(({ kind }) => kind === 'AppBinding') as KubeObject;
    await admin.apply(binding, { dryRun: true });
  }
});
