import { join, relative, resolve } from 'node:path';

import { clusterTest } from './harness/cluster-test';
import { type KubeObject, ref } from './harness/kube-object';
import { installDefinitions, readDefinitions, readManifests, yamlFiles } from './harness/manifests';
import { type TestNamespace } from './harness/test-namespace';

const root = resolve(__dirname, '..', '..');
const ours = readDefinitions(join(root, 'crds'));
/** Of others than cert-manager: folder with their definitions as YAML. */
const upstream = readDefinitions(process.env.UPSTREAM_CRDS ?? '').filter(
  ({ spec }) => spec.group === 'monitoring.coreos.com',
);
const manifests = [...yamlFiles(join(root, 'dist')), ...yamlFiles(join(root, 'examples'), /\/dist\//)];

const needsUpstream = (object: KubeObject): boolean => object.apiVersion.startsWith('monitoring.coreos.com/');
const isDefined = (object: KubeObject): boolean =>
  !needsUpstream(object) || upstream.some(({ spec }) => spec.names.kind === object.kind);

interface Workload extends KubeObject {
  spec: { template?: { metadata?: object; spec: { serviceAccountName?: string } } };
}

/** Moves an object into the test's namespace; what belongs to none stays as it is. */
async function moved(object: KubeObject, { admin, name }: TestNamespace): Promise<KubeObject> {
  return (await admin.isNamespaced(object)) ? { ...object, metadata: { ...object.metadata, namespace: name } } : object;
}

/** Pod security only warns about a workload: what it would refuse is the pod. */
function podOf(workload: Workload): KubeObject | undefined {
  const { template } = workload.spec;
  const metadata = { ...template?.metadata, name: 'judged' };
  return template === undefined ? undefined : { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

/** A pod is refused as long as its service account does not exist. */
async function makeServiceAccounts(objects: readonly KubeObject[], { admin }: TestNamespace): Promise<void> {
  await admin.until(ref('v1', 'ServiceAccount', 'default'), (seen) => seen !== undefined);
  for (const account of objects.filter(({ kind }) => kind === 'ServiceAccount')) {
    await admin.apply({ ...account, metadata: { name: account.metadata.name } });
  }
}

async function judge(object: KubeObject, { admin }: TestNamespace): Promise<void> {
  await admin.apply(object, { dryRun: true, fieldManager: 'judge' });
  const pod = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(object.kind)
    ? podOf(object as Workload)
    : undefined;
  if (pod !== undefined) {
    await admin.create(pod, { dryRun: true });
  }
}

for (const file of manifests) {
  const objects = readManifests(file);
  const name = relative(root, file);

  clusterTest(`the API server accepts everything in ${name}, under restricted pod security`, async ({ namespace }) => {
    await installDefinitions(namespace.admin, [...ours, ...upstream]);
    await makeServiceAccounts(objects, namespace);
    const refused: string[] = [];
    for (const object of objects.filter(isDefined)) {
      await judge(await moved(object, namespace), namespace).catch((error: unknown) => {
        refused.push(`${object.kind} ${object.metadata.name}: ${String(error)}`);
      });
    }

    expect(refused).toEqual([]);
  });

  for (const object of objects.filter((candidate) => !isDefined(candidate))) {
    test.skip(`${object.kind} ${object.metadata.name} in ${name} (UPSTREAM_CRDS has no definition of it)`, () =>
      undefined);
  }
}

clusterTest('our definitions can be installed', async ({ namespace: { admin } }) => {
  expect(ours).not.toEqual([]);

  await installDefinitions(admin, ours);
});

clusterTest('a field that nobody knows is refused, so the tests above can fail', async ({ namespace: { admin } }) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'wrong' }, dta: {} };

  await expect(admin.apply(object, { dryRun: true })).rejects.toThrow(/unknown field|field not declared in schema/);
});

clusterTest('a pod that may become root is refused, so the tests above can fail', async ({ namespace: { admin } }) => {
  await admin.until(ref('v1', 'ServiceAccount', 'default'), (seen) => seen !== undefined);
  const spec = { containers: [{ name: 'main', image: 'test.invalid/any:1' }] };

  await expect(
    admin.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'root' }, spec }, { dryRun: true }),
  ).rejects.toThrow(/violates PodSecurity "restricted/);
});
