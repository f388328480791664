import { CertificateAlias, MonitoringAgent, Runtime, type TlsProxySQLChartProps } from '../../lib';
import { waitFor } from '../cluster/driver/wait';
import { type ApiClient } from '../cluster/harness/api-client';
import { clusterTest, type ClusterTestContext } from '../cluster/harness/cluster-test';
import { type KubeObject, ref } from '../cluster/harness/kube-object';
import { type Pod } from '../cluster/harness/pods';
import { CertificateAuthority, tlsSecretData } from '../cluster/tools/certificate-maker';
import { killContainer } from './support/node';
import {
  fingerprintOf,
  generatedSecrets,
  PASSWORDS,
  Proxy,
  restarts,
  servedFingerprint,
  sidecarStatus,
  synthesize,
  untilServed,
  userSecrets,
} from './support/proxy';
import { scrape } from './support/scrape';
import { Load, login, visit } from './support/strict-client';
import { loadImages, type Variant, variants } from './support/variants';

const MINUTE = 60_000;
const onNode = { tier: 'node', ownCluster: true, timeout: 3 * MINUTE } as const;

/** Touching a pod makes kubelet refresh its files at once, as the operator does after a renewal. */
async function touch(admin: ApiClient, pod: string): Promise<void> {
  await admin.patch(ref('v1', 'Pod', pod), { metadata: { annotations: { touched: String(Date.now()) } } });
}

/** Applies what the library synthesizes for a cluster without an operator, as it is. */
async function applyChart(
  { namespace }: ClusterTestContext,
  variant: Variant,
  except: readonly string[] = [],
  props: Partial<TlsProxySQLChartProps> = {},
): Promise<Proxy> {
  const objects = [
    ...userSecrets(),
    ...generatedSecrets(),
    ...synthesize(namespace.name, variant, Runtime.standalone(), props),
  ];
  for (const object of objects.filter(({ kind }) => !except.includes(kind))) {
    await namespace.admin.apply(object);
  }
  return new Proxy(namespace.admin);
}

async function started(
  context: ClusterTestContext,
  variant: Variant,
  props: Partial<TlsProxySQLChartProps> = {},
): Promise<{ proxy: Proxy; address: string }> {
  await loadImages(context.cluster, variant);
  const proxy = await applyChart(context, variant, [], props);
  const { status } = await proxy.readyPod();
  return { proxy, address: status?.podIP ?? '' };
}

for (const variant of variants()) {
  const { name } = variant;

  clusterTest(
    `${name}: given the manifests alone, then a strict client gets in under every name, and plaintext is refused`,
    async (context) => {
      const { proxy, address } = await started(context, variant);
      const good = await proxy.login(address);
      const service = await proxy.serviceAddress();

      for (const host of [...proxy.hosts(), ...proxy.podHosts(0)]) {
        await visit({ ...good, host });
      }
      await waitFor('the Service to lead to the pod', async () => {
        await visit({ ...good, address: service });
        return true;
      });

      const { ca: stranger } = { ca: (await CertificateAuthority.root()).root };
      await expect(visit({ ...good, host: 'somebody-else.example.com' })).rejects.toThrow(/altnames/);
      await expect(visit({ ...good, ca: stranger })).rejects.toThrow(/certificate/);
      await expect(visit({ address, user: good.user, password: good.password })).rejects.toThrow(/SSL is required/);
      expect(await servedFingerprint(address)).toBe((await proxy.serverCertificate()).fingerprint);
      const pod = await proxy.readyPod();
      expect(restarts(pod)).toBe(0);
      expect(JSON.stringify(await sidecarStatus(address))).not.toMatch(new RegExp(Object.values(PASSWORDS).join('|')));
    },
    onNode,
  );

  clusterTest(
    `${name}: given monitoring, then one scrape over verified TLS has ProxySQL's own metrics and what is served`,
    async (context) => {
      const monitoring = { agent: MonitoringAgent.PROMETHEUS_BUILTIN };
      const { proxy, address } = await started(context, variant, { monitoring });
      const { ca, fingerprint } = await proxy.serverCertificate();

      const metrics = await scrape(address, `proxy-stats.${context.namespace.name}.svc`, ca);

      expect(metrics).toMatch(/^proxysql_client_connections_connected \d+$/m);
      expect(metrics).toContain(`proxysql_sidecar_served_certificate_info{fingerprint="${fingerprint}"`);
      expect(metrics).toMatch(/^proxysql_sidecar_served_matches_mounted 1$/m);
      await expect(scrape(address, 'somebody-else.example.com', ca)).rejects.toThrow(/altnames/);
    },
    onNode,
  );

  clusterTest(
    `${name}: given a renewal by cert-manager, then it is served without a restart and without a failed connection`,
    async (context) => {
      const { proxy, address } = await started(context, variant);
      const target = await proxy.login(address);
      const session = await login(target);
      await using load = new Load(() => target);

      for (let renewal = 0; renewal < 5; renewal += 1) {
        const fingerprint = await proxy.renew();
        await touch(context.namespace.admin, 'proxy-0');
        await untilServed(address, fingerprint);
      }
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(load.visits).toBeGreaterThan(20);
      await session.query('SELECT CONNECTION_ID()');
      session.destroy();
      expect(restarts(await proxy.readyPod())).toBe(0);
      expect((await sidecarStatus(address)).certificate).toMatchObject({ reloads: 5, reloadFailures: 0 });
    },
    onNode,
  );

  clusterTest(
    `${name}: given a renewal and nobody who touches the pod, then kubelet brings it in its own time`,
    async (context) => {
      const { proxy, address } = await started(context, variant);
      const target = await proxy.login(address);
      await using load = new Load(() => target, 1);

      const fingerprint = await proxy.renew();
      await untilServed(address, fingerprint, 100_000);
      await load.stop();

      expect(load.failures).toEqual([]);
    },
    onNode,
  );

  clusterTest(
    `${name}: given a Secret that proves nothing, then the last good certificate stays, and it is told why`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, address } = await started(context, variant);
      const before = await servedFingerprint(address);
      const target = await proxy.login(address);
      // cert-manager would put the Secret right again at once.
      await admin.delete(ref('cert-manager.io/v1', 'Certificate', 'proxy-server-cert'));
      const authority = await CertificateAuthority.root();
      const dnsNames = certificateNames(synthesize(context.namespace.name, variant, Runtime.standalone()));
      const put = async (data: Record<string, string>): Promise<void> => {
        await admin.patch(proxy.serverSecret(), { data });
        await touch(admin, 'proxy-0');
      };

      await put(tlsSecretData(await authority.mismatched({ dnsNames, ipAddresses: ['127.0.0.1'] })));

      const held = await waitFor('the files to be refused', async () => {
        const { certificate } = await sidecarStatus(address);
        return certificate?.mounted.proven === false ? certificate : undefined;
      });
      expect(held.mounted.reason).toBe('KeyMismatch');
      expect(held).toMatchObject({ servedIsInstalled: true, servedIsMounted: false });
      expect(await servedFingerprint(address)).toBe(before);
      await visit(target);

      const good = await authority.issue({ dnsNames, ipAddresses: ['127.0.0.1'] });
      await put(tlsSecretData(good));

      await untilServed(address, fingerprintOf(good.certificate));
      await visit({ ...target, ca: good.root });
      expect(restarts(await proxy.readyPod())).toBe(0);
    },
    onNode,
  );

  clusterTest(
    `${name}: given a bad Secret from the start, then ProxySQL does not start before there is a good one`,
    async (context) => {
      const { admin } = context.namespace;
      await loadImages(context.cluster, variant);
      const authority = await CertificateAuthority.root();
      const dnsNames = certificateNames(synthesize(context.namespace.name, variant, Runtime.standalone()));
      const wish = { dnsNames, ipAddresses: ['127.0.0.1'] };
      const tlsSecret = async (alias: string, issued: ReturnType<CertificateAuthority['issue']>): Promise<void> => {
        const metadata = { name: `proxy-${alias}-cert` };
        const data = tlsSecretData(await issued);
        await admin.apply({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data });
      };
      await tlsSecret('server', authority.expired(wish));
      await tlsSecret('client', authority.issue(wish));
      const proxy = await applyChart(context, variant, ['Issuer', 'Certificate']);

      const address = await proxy.address();
      const { gate } = await waitFor('the gate to say why it is shut', async () => {
        const status = await sidecarStatus(address);
        return status.gate.reason === 'Starting' ? undefined : status;
      });
      expect(gate).toMatchObject({ open: false, reason: 'Expired' });
      const pod = await admin.get<Pod>(ref('v1', 'Pod', 'proxy-0'));
      expect(pod.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing');

      await tlsSecret('server', authority.issue(wish));
      await touch(admin, 'proxy-0');

      await proxy.readyPod();
      await visit(await proxy.login(address));
    },
    onNode,
  );

  clusterTest(
    `${name}: given that a pod goes, then new clients are turned away and a client that is there may finish`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, address } = await started(context, variant);
      const target = await proxy.login(address);
      const { uid } = (await proxy.readyPod()).metadata;
      const session = await login(target);

      await admin.delete(ref('v1', 'Pod', 'proxy-0'));
      await waitFor('new clients to be turned away', async () =>
        visit(target).then(
          () => undefined,
          () => true,
        ),
      );
      await session.query('SELECT CONNECTION_ID()');
      await session.end();

      const left = Date.now();
      await waitFor('the pod to be gone', async () => {
        const pod = await admin.find(ref('v1', 'Pod', 'proxy-0'));
        return pod?.metadata.uid === uid ? undefined : true;
      });
      // The grace period is 45 s: it ends because the client is gone, and not because time is over.
      expect(Date.now() - left).toBeLessThan(20_000);
      await visit(await proxy.login((await proxy.readyPod()).status?.podIP ?? ''));
    },
    onNode,
  );

  clusterTest(
    `${name}: given that ProxySQL dies, then it comes back in the same pod with the certificate of the Secret`,
    async (context) => {
      const { proxy, address } = await started(context, variant);
      const fingerprint = await proxy.renew();
      await touch(context.namespace.admin, 'proxy-0');
      await untilServed(address, fingerprint);

      await killContainer(context.cluster, {
        namespace: context.namespace.name,
        pod: 'proxy-0',
        container: 'proxysql',
      });

      await context.namespace.admin.until<Pod>(
        ref('v1', 'Pod', 'proxy-0'),
        (seen) => (seen?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0,
      );
      await proxy.readyPod();
      expect(await servedFingerprint(address)).toBe(fingerprint);
      await visit(await proxy.login(address));
    },
    onNode,
  );

  clusterTest(
    `${name}: given that the sidecar is killed, then ProxySQL goes on with its sessions, and renewals go on too`,
    async (context) => {
      const { admin } = context.namespace;
      const { proxy, address } = await started(context, variant);
      const session = await login(await proxy.login(address));

      await killContainer(context.cluster, {
        namespace: context.namespace.name,
        pod: 'proxy-0',
        container: 'sidecar',
      });
      const pod = await admin.until<Pod>(ref('v1', 'Pod', 'proxy-0'), (seen) => {
        const sidecar = seen?.status?.initContainerStatuses?.[0];
        return sidecar?.restartCount === 1 && sidecar.started === true;
      });
      const fingerprint = await proxy.renew();
      await touch(admin, 'proxy-0');

      await untilServed(address, fingerprint);
      await session.query('SELECT CONNECTION_ID()');
      session.destroy();
      expect(pod?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    },
    onNode,
  );

  clusterTest(
    `${name}: given another authority, then servers and clients move to it one after the other, and nobody is turned away`,
    async (context) => {
      const { admin } = context.namespace;
      const spiffeId = 'spiffe://orders.example.com/checkout';
      const { proxy, address } = await started(context, variant, {
        configuration: { users: [{ username: 'orders' }, { username: 'checkout', spiffeId }] },
        certificates: [{ alias: CertificateAlias.CLIENT, uris: [spiffeId] }],
      });
      const before = { ...(await proxy.login(address)), user: 'checkout', identity: await proxy.identity() };
      const session = await login(before);
      await expect(login({ ...before, identity: undefined })).rejects.toThrow(/Access denied/);

      await proxy.replaceAuthority();
      const fingerprint = await proxy.renewByAnother(before.ca);
      const { ca } = await proxy.serverCertificate();
      await touch(admin, 'proxy-0');
      await untilServed(address, fingerprint);
      await expect(login(before)).rejects.toThrow(/certificate/);
      await visit({ ...before, ca });

      await proxy.renewIdentity();
      await touch(admin, 'proxy-0');
      await waitFor('the old authority to be a former one', async () => {
        const { certificate } = await sidecarStatus(address);
        return certificate?.formerAuthorities === 1 && certificate.servedIsInstalled ? true : undefined;
      });
      await visit({ ...before, ca, identity: await proxy.identity() });
      await visit({ ...before, ca });
      await session.query('SELECT CONNECTION_ID()');
      session.destroy();
      expect(restarts(await proxy.readyPod())).toBe(0);
    },
    onNode,
  );
}

/** The names that the chart asks for in the server certificate. */
function certificateNames(objects: readonly KubeObject[]): string[] {
  const found = objects.find(({ kind, metadata }) => kind === 'Certificate' && metadata.name === 'proxy-server-cert');
  return (found as (KubeObject & { spec: { dnsNames: string[] } }) | undefined)?.spec.dnsNames ?? [];
}
