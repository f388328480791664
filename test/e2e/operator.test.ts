import { CertificateAlias, DeletionPolicy, Runtime, type TlsProxySQLChartProps } from '../../lib';
import { waitFor } from '../cluster/driver/wait';
import { type ApiClient } from '../cluster/harness/api-client';
import { clusterTest, type ClusterTestContext } from '../cluster/harness/cluster-test';
import { condition, isTrue, type KubeObject, ref } from '../cluster/harness/kube-object';
import { type Pod } from '../cluster/harness/pods';
import { CertificateAuthority, tlsSecretData } from '../cluster/tools/certificate-maker';
import { OperatorInstallation } from './support/operator';
import {
  fingerprintOf,
  PASSWORDS,
  Proxy,
  restarts,
  servedFingerprint,
  synthesize,
  untilServed,
  userSecrets,
} from './support/proxy';
import { Load, login, visit } from './support/strict-client';
import { loadImages, type Variant, variants } from './support/variants';

const MINUTE = 60_000;
const onNode = { tier: 'node', ownCluster: true, timeout: 4 * MINUTE } as const;
const resource = ref('kubedb.com/v1', 'ProxySQL', 'proxy');
const pods = { apiVersion: 'v1', kind: 'Pod' };
const labelSelector = 'app.kubernetes.io/instance=proxy';

interface ProxySQL extends KubeObject {
  status?: { phase?: string };
}

interface Running {
  readonly proxy: Proxy;
  readonly operator: OperatorInstallation;
  /** Addresses of the pods. */
  readonly addresses: readonly string[];
}

/** Installs the operator, applies what the library synthesizes for it, and waits until the ProxySQL is Ready. */
async function served(
  { namespace, cluster }: ClusterTestContext,
  variant: Variant,
  props: Partial<TlsProxySQLChartProps> = {},
): Promise<Running> {
  const { admin, name } = namespace;
  await loadImages(cluster, variant);
  const operator = await OperatorInstallation.install(namespace);
  const options = { authSecret: undefined, ...props };
  const runtime = Runtime.operator({ install: false });
  for (const object of [...userSecrets(), ...synthesize(name, variant, runtime, options)]) {
    await admin.apply(object);
  }
  await admin.until<ProxySQL>(resource, (seen) => seen?.status?.phase === 'Ready', { timeout: 90_000 });
  const proxy = new Proxy(admin);
  const ordinals = Array.from({ length: props.replicas ?? 1 }, (_, ordinal) => ordinal);
  const addresses = await Promise.all(ordinals.map((ordinal) => proxy.address(ordinal)));
  return { proxy, operator, addresses };
}

for (const variant of variants()) {
  const { name } = variant;

  clusterTest(
    `${name}: given the synthesized manifests, then three replicas serve what was issued, and a renewal reaches all of them at once`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, addresses } = await served(context, variant, { replicas: 3 });
      const status = await admin.get<ProxySQL>(resource);
      const { fingerprint: first } = await proxy.serverCertificate();

      expect(isTrue(status)).toBe(true);
      for (const address of addresses) {
        expect(await servedFingerprint(address)).toBe(first);
        const good = await proxy.login(address);
        for (const host of proxy.hosts()) {
          await visit({ ...good, host });
        }
        await expect(visit({ address, user: good.user, password: good.password })).rejects.toThrow(/SSL is required/);
      }

      const target = await proxy.login(await proxy.serviceAddress());
      const session = await login(target);
      await using load = new Load(() => target);
      for (let renewal = 0; renewal < 3; renewal += 1) {
        const fingerprint = await proxy.renew();
        // Kubelet's own time would be a minute.
        await Promise.all(addresses.map((address) => untilServed(address, fingerprint, 30_000)));
      }
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(load.visits).toBeGreaterThan(20);
      await session.query('SELECT CONNECTION_ID()');
      session.destroy();
      for (const ordinal of addresses.keys()) {
        expect(restarts(await proxy.readyPod(ordinal))).toBe(0);
      }
      await admin.until<ProxySQL>(resource, (seen) => seen?.status?.phase === 'Ready');
    },
    onNode,
  );

  clusterTest(
    `${name}: given a TLS Secret of a PKI that nobody here knows, then it is served, and so is the next one that is put into it`,
    async (context) => {
      const { admin, name: namespace } = context.namespace;
      await loadImages(context.cluster, variant);
      await OperatorInstallation.install(context.namespace);
      const ca = await CertificateAuthority.root();
      const host = 'orders.db.example.com';
      const issue = async () => tlsSecretData(await ca.issue({ dnsNames: [host] }));
      const labels = { 'app.kubernetes.io/managed-by': 'kubedb.com' };
      const supplied = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'company-tls', labels } };
      const tls = { certificates: [{ alias: CertificateAlias.SERVER, secretName: 'company-tls', dnsNames: [host] }] };
      const runtime = Runtime.operator({ install: false });
      const objects = synthesize(namespace, variant, runtime, { authSecret: undefined }).map((object) =>
        object.kind === 'ProxySQL' ? { ...object, spec: { ...(object['spec'] as object), tls } } : object,
      );
      for (const object of [...userSecrets(), ...objects, { ...supplied, data: await issue() }]) {
        await admin.apply(object);
      }
      await admin.until<ProxySQL>(resource, (seen) => seen?.status?.phase === 'Ready', { timeout: 90_000 });

      const proxy = new Proxy(admin);
      const address = await proxy.address();
      const target = { address, host, ca: ca.certificate, user: 'orders', password: PASSWORDS.app };
      await visit(target);
      await using load = new Load(() => target, 1);
      const next = await issue();
      await admin.patch(supplied, { data: next });
      await untilServed(address, fingerprintOf(Buffer.from(next['tls.crt'] ?? '', 'base64').toString()));
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(restarts(await proxy.readyPod())).toBe(0);
    },
    onNode,
  );

  clusterTest(
    `${name}: given that the operator is down during a renewal, then it is served all the same, and sooner once the operator is back`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, operator, addresses } = await served(context, variant);
      const [address = ''] = addresses;
      const target = await proxy.login(address);
      await using load = new Load(() => target, 1);

      await operator.stop();
      // In kubelet's own time, which is a minute.
      await untilServed(address, await proxy.renew(), 110_000);

      const fingerprint = await proxy.renew();
      await operator.start();
      await untilServed(address, fingerprint, 30_000);
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(restarts(await proxy.readyPod())).toBe(0);
      await admin.until<ProxySQL>(
        resource,
        (seen) => seen?.status?.phase === 'Ready' && isTrue(seen, 'CertificatesServed'),
      );
    },
    onNode,
  );

  clusterTest(
    `${name}: given another authority that clients trust in time, then leaf and authority change together, and nobody is turned away`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, addresses } = await served(context, variant, { replicas: 2 });
      const before = await proxy.login(await proxy.serviceAddress());
      let { ca } = before;
      await using load = new Load(() => ({ ...before, ca }));

      ca += await proxy.replaceAuthority();
      const fingerprint = await proxy.renewByAnother(before.ca);
      await Promise.all(addresses.map((address) => untilServed(address, fingerprint)));
      await admin.until<ProxySQL>(
        resource,
        (seen) => seen?.status?.phase === 'Ready' && isTrue(seen, 'CertificatesServed'),
      );
      await load.stop();

      expect(load.failures).toEqual([]);
      for (const address of addresses) {
        await visit({ ...before, address, ca: (await proxy.serverCertificate()).ca });
        await expect(visit({ ...before, address })).rejects.toThrow(/certificate/);
      }
      for (const ordinal of addresses.keys()) {
        expect(restarts(await proxy.readyPod(ordinal))).toBe(0);
      }
    },
    onNode,
  );

  clusterTest(
    `${name}: given more and fewer replicas, then pods come with the certificate and go without a failed connection`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, addresses } = await served(context, variant);
      const target = await proxy.login(addresses[0] ?? '');
      await using load = new Load(() => target, 1);

      await admin.patch(resource, { spec: { replicas: 2 } });
      const second = await proxy.readyPod(1);
      expect(await servedFingerprint(second.status?.podIP ?? '')).toBe((await proxy.serverCertificate()).fingerprint);
      await admin.patch(resource, { spec: { replicas: 1 } });
      await admin.untilList<Pod>(pods, { labelSelector }, (found) => found.length === 1, { timeout: 60_000 });
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(restarts(await proxy.readyPod())).toBe(0);
    },
    onNode,
  );

  clusterTest(
    `${name}: given another version, then one pod after the other is exchanged, the rest serve, and queries come to their end`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, addresses } = await served(context, variant, { replicas: 2 });
      const before = await admin.list<Pod>(pods, { labelSelector });
      const uids = new Set(before.map(({ metadata }) => metadata.uid));
      let fewest = before.length;
      const target = await proxy.login(await proxy.serviceAddress());
      await using load = new Load(() => target);
      // Each begins before its pod is asked to go, and is under way for longer than a pod takes to go otherwise.
      const { slowQuery = () => 'SELECT CONNECTION_ID()' } = variant;
      const queries = Promise.all(
        addresses.map(async (address, ordinal) => {
          const session = await login({ ...target, address });
          // The last pod goes first.
          await session.query(slowQuery(ordinal === addresses.length - 1 ? 8 : 25));
          await session.end();
        }),
      );

      await admin.patch(resource, { spec: { version: variant.nextVersion } });
      await admin.untilList<Pod>(
        pods,
        { labelSelector },
        (found) => {
          fewest = Math.min(fewest, found.filter((pod) => isTrue(pod)).length);
          return found.length === 2 && found.every((pod) => isTrue(pod) && !uids.has(pod.metadata.uid));
        },
        { timeout: 2 * MINUTE },
      );

      await load.stop();
      await queries;

      expect(fewest).toBe(1);
      expect(load.failures).toEqual([]);
      for (const ordinal of [0, 1]) {
        const pod = await proxy.readyPod(ordinal);
        const { containers } = (pod as unknown as { spec: { containers: { image: string }[] } }).spec;
        expect(containers[0]?.image).toBe(`proxysql/proxysql:${variant.nextVersion}`);
        await visit(await proxy.login(pod.status?.podIP ?? ''));
      }
    },
    onNode,
  );

  clusterTest(
    `${name}: given a broken Secret, then the old certificate is served, and the resource says what is wrong`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, operator, addresses } = await served(context, variant);
      const [address = ''] = addresses;
      const before = await servedFingerprint(address);
      const target = await proxy.login(address);
      // Whoever would put the Secret right again has to be out of the way: cert-manager by its issuer.
      await admin.delete(ref('cert-manager.io/v1', 'Issuer', 'ca'));
      const { data } = await admin.get<KubeObject & { data: Record<string, string> }>(
        ref('v1', 'Secret', 'proxy-client-cert'),
      );

      await admin.patch(proxy.serverSecret(), { data: { 'tls.key': data['tls.key'] } });

      const told = await waitFor('the resource to say what is wrong', async () => {
        const seen = await admin.get<ProxySQL>(resource);
        const found = JSON.stringify(seen.status);
        return found.includes('KeyMismatch') ? seen : undefined;
      });
      expect(condition(told, 'Ready')).toBeDefined();
      expect(await servedFingerprint(address)).toBe(before);
      await visit(target);
      await operator.stop();
    },
    onNode,
  );

  clusterTest(
    `${name}: given a database that is not there and a password that changes, then the resource says what pods report of both, and after a restart it is in use`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy } = await served(context, variant);

      const seen = await admin.until<ProxySQL>(resource, (now) => condition(now, 'BackendHealthy') !== undefined, {
        timeout: MINUTE,
      });
      expect(condition(seen, 'BackendHealthy')).toMatchObject({ status: 'False', reason: 'ChecksFail' });
      expect(seen?.status?.phase).toBe('Ready');

      const password = `${PASSWORDS.app}-2`;
      await admin.patch(ref('v1', 'Secret', 'proxy-users'), { stringData: { orders: password } });
      // Any change of a pod makes kubelet look at its mounts at once, which takes it a minute otherwise.
      await admin.patch(ref('v1', 'Pod', 'proxy-0'), { metadata: { annotations: { 'example.com/changed': 'yes' } } });
      const told = await admin.until<ProxySQL>(
        resource,
        (now) => condition(now, 'ConfigurationInUse')?.status === 'False',
        { timeout: 2 * MINUTE },
      );
      expect(condition(told, 'ConfigurationInUse')?.reason).toBe('RestartNeeded');

      const restartedAt = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
      const template = { metadata: { annotations: restartedAt } };
      await admin.patch(ref('apps/v1', 'StatefulSet', 'proxy'), { spec: { template } });
      await admin.until<ProxySQL>(
        resource,
        (now) => now?.status?.phase === 'Ready' && isTrue(now, 'ConfigurationInUse'),
        { timeout: 2 * MINUTE },
      );
      await visit({ ...(await proxy.login(await proxy.address())), user: 'orders', password });
    },
    onNode,
  );

  for (const [policy, kept] of [
    [DeletionPolicy.DELETE, true],
    [DeletionPolicy.HALT, true],
    [DeletionPolicy.WIPE_OUT, false],
  ] as const) {
    clusterTest(
      `${name}: given a ProxySQL with the policy ${policy} that is deleted, then its pods go, and its password ${kept ? 'stays' : 'goes'}`,
      async (context) => {
        const { admin } = context.namespace;
        await served(context, variant, { deletionPolicy: policy });
        const auth = ref('v1', 'Secret', 'proxy-auth');
        expect(await admin.find(auth)).toBeDefined();

        await admin.delete(resource);

        await untilGone(admin);
        if (kept) {
          expect(await admin.find(auth)).toBeDefined();
        } else {
          await admin.until(auth, (seen) => seen === undefined);
        }
      },
      onNode,
    );
  }

  clusterTest(
    `${name}: given a ProxySQL with the policy DoNotTerminate that is deleted, then it serves and renews on, until the policy is another one`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, addresses } = await served(context, variant, { deletionPolicy: DeletionPolicy.DO_NOT_TERMINATE });
      const [address = ''] = addresses;
      const target = await proxy.login(address);
      await using load = new Load(() => target, 1);

      await admin.delete(resource);
      await admin.untilList<KubeObject & { reason?: string }>(
        { apiVersion: 'events.k8s.io/v1', kind: 'Event' },
        {},
        (events) => events.some(({ reason }) => reason === 'DeletionRefused'),
      );
      await untilServed(address, await proxy.renew());
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(restarts(await proxy.readyPod())).toBe(0);

      await admin.patch(resource, { spec: { deletionPolicy: DeletionPolicy.DELETE } });
      await untilGone(admin);
    },
    onNode,
  );
}

/** Waits until nothing of the ProxySQL serves any more. */
async function untilGone(admin: ApiClient): Promise<void> {
  await admin.until(resource, (seen) => seen === undefined);
  await admin.untilList<Pod>(pods, { labelSelector }, (found) => found.length === 0, { timeout: MINUTE });
  await admin.until(ref('v1', 'Service', 'proxy'), (seen) => seen === undefined);
}
