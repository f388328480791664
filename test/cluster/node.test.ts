import { waitFor } from './driver/wait';
import { clusterTest } from './harness/cluster-test';
import { loadImage } from './harness/images';
import { type KubeObject, ref } from './harness/kube-object';
import { type Container, type Pod, readyPodAddress, restrictedPod } from './harness/pods';
import { type ClusterState } from './driver/state';
import { nodeImage } from './tools/image-maker';

const image = 'test.invalid/node:1';
const onNode = { tier: 'node', ownCluster: true } as const;
const pod = ref('v1', 'Pod', 'pod');

/** Serves on 8080: /startup answers 503 until /open was asked for; /secret answers with the file of the mounted Secret. */
const server = `
let open = false;
require('http').createServer((request, response) => {
  open ||= request.url === '/open';
  response.statusCode = request.url === '/startup' && !open ? 503 : 200;
  response.end(request.url === '/secret' ? require('fs').readFileSync('/secret/value') : 'hello');
}).listen(8080);
process.on('SIGTERM', () => process.exit());`;

function serving(name: string, more: Record<string, unknown> = {}): Container {
  return { name, image, command: ['node', '-e', server], ...more };
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

let loaded: Promise<void> | undefined;
function nodeImageOn(cluster: ClusterState | undefined): Promise<void> {
  loaded ??= cluster === undefined ? Promise.reject(new Error('no cluster')) : loadImage(cluster, nodeImage(image, []));
  return loaded;
}

clusterTest(
  'the main container of a pod waits for the startup probe of its native sidecar',
  async ({ namespace: { admin }, cluster }) => {
    await nodeImageOn(cluster);
    const startupProbe = { httpGet: { path: '/startup', port: 8080 }, periodSeconds: 1, failureThreshold: 60 };
    const sidecar = serving('sidecar', { restartPolicy: 'Always', startupProbe });
    const main = { name: 'main', image, command: ['node', '-e', 'setInterval(() => {}, 1000)'] };
    await admin.create(restrictedPod('pod', { initContainers: [sidecar], containers: [main] }));

    const gated = await admin.until<Pod>(pod, (seen) => {
      const gate = seen?.status?.initContainerStatuses?.[0];
      return gate?.state.running !== undefined && seen?.status?.podIP !== undefined;
    });
    expect(gated?.status?.initContainerStatuses?.[0]?.started).toBe(false);
    expect(gated?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing');

    const address = gated?.status?.podIP;
    await waitFor('the sidecar to listen', () => text(`http://${address}:8080/open`));
    await readyPodAddress(admin, 'pod');
  },
  onNode,
);

clusterTest(
  'a changed Secret reaches the files of a pod at once when an annotation of the pod changes with it',
  async ({ namespace: { admin }, cluster }) => {
    await nodeImageOn(cluster);
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'secret' },
      stringData: { value: 'old' },
    };
    await admin.create(secret);
    const containers = [serving('main', { volumeMounts: [{ name: 'secret', mountPath: '/secret' }] })];
    await admin.create(
      restrictedPod('pod', { containers, volumes: [{ name: 'secret', secret: { secretName: 'secret' } }] }),
    );
    const address = await readyPodAddress(admin, 'pod');
    await waitFor('the old value', async () => (await text(`http://${address}:8080/secret`)) === 'old' || undefined);

    await admin.patch(secret, { stringData: { value: 'new' } });
    await admin.patch(pod, { metadata: { annotations: { touched: 'now' } } });

    // Kubelet's own time would be a minute.
    await waitFor('the new value', async () => (await text(`http://${address}:8080/secret`)) === 'new' || undefined, {
      timeout: 30_000,
    });
  },
  onNode,
);

clusterTest(
  'a pod reaches another one by the name of its Service',
  async ({ namespace: { admin, name }, cluster }) => {
    await nodeImageOn(cluster);
    await admin.create(restrictedPod('web', { containers: [serving('main')] }));
    const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
    await admin.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
    await readyPodAddress(admin, 'web');
    const ask = `
const deadline = Date.now() + 50000;
const again = () => fetch('http://web.${name}.svc.cluster.local').then((answer) => answer.text()).then(
  (body) => require('fs').writeFileSync('/dev/termination-log', body),
  (error) => { if (Date.now() > deadline) throw error; setTimeout(again, 50); },
);
again();`;
    const client = { name: 'main', image, command: ['node', '-e', ask] };
    await admin.create(restrictedPod('pod', { restartPolicy: 'Never', containers: [client] }));

    const done = await admin.until<Pod>(pod, (seen) => /Succeeded|Failed/.test(seen?.status?.phase ?? ''));

    expect(done?.status?.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0, message: 'hello' });
  },
  onNode,
);

clusterTest(
  'a pod talks to the API server as its service account',
  async ({ namespace, cluster }) => {
    const { admin, name } = namespace;
    await nodeImageOn(cluster);
    await namespace.identity('reader', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }] });
    const ask = `
const token = require('fs').readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
const deadline = Date.now() + 50000;
const list = (resource) => fetch('https://kubernetes.default.svc/api/v1/namespaces/${name}/' + resource, {
  headers: { authorization: 'Bearer ' + token },
}).then((answer) => answer.status);
const again = () => Promise.all([list('configmaps'), list('secrets')]).then(
  (codes) => require('fs').writeFileSync('/dev/termination-log', codes.join(' ')),
  (error) => { if (Date.now() > deadline) throw error; setTimeout(again, 50); },
);
again();`;
    const env = [{ name: 'NODE_EXTRA_CA_CERTS', value: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt' }];
    const containers = [{ name: 'main', image, command: ['node', '-e', ask], env }];
    const identity = { serviceAccountName: 'reader', automountServiceAccountToken: true };
    await admin.create(restrictedPod('pod', { ...identity, restartPolicy: 'Never', containers }));

    const done = await admin.until<Pod>(pod, (seen) => /Succeeded|Failed/.test(seen?.status?.phase ?? ''));

    expect(done?.status?.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0, message: '200 403' });
  },
  onNode,
);
