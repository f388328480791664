import { X509Certificate } from 'node:crypto';
import { Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import {
  BackendSource,
  DatabaseTopology,
  IssuerSource,
  type Runtime,
  TlsProxySQLChart,
  type TlsProxySQLChartProps,
} from '../../../lib';
import { mysqlTlsHandshake } from '../../../runtime/mysql/handshake';
import { type Status } from '../../../sidecar/status';
import { waitFor } from '../../cluster/driver/wait';
import { type ApiClient } from '../../cluster/harness/api-client';
import { isTrue, type KubeObject, ref } from '../../cluster/harness/kube-object';
import { type Pod } from '../../cluster/harness/pods';
import { type Login } from './strict-client';
import { type Variant } from './variants';

/** Passwords that no log and no answer of ours may show. */
export const PASSWORDS = { admin: 'AdminPw-4711', app: 'AppPw-4711', monitor: 'MonitorPw-4711' } as const;

const NAME = 'proxy';
const quantity = (text: string): k8s.Quantity => k8s.Quantity.fromString(text);

/** A Secret with plain values. */
export function secret(name: string, stringData: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

/** The objects of a chart with one ProxySQL whose users are known, in a namespace. */
export function synthesize(
  namespace: string,
  variant: Variant,
  runtime: Runtime,
  props: Partial<TlsProxySQLChartProps> = {},
): KubeObject[] {
  const chart = new TlsProxySQLChart(Testing.app(), NAME, {
    namespace,
    runtime,
    issuer: IssuerSource.certificateAuthority(),
    backend: BackendSource.external({
      metadata: { name: 'orders-db' },
      host: 'orders-db.databases.svc',
      secretName: 'orders-db-login',
      topology: DatabaseTopology.STANDALONE,
      version: '8.0.36',
    }),
    authSecret: { name: 'proxy-admin', externallyManaged: true },
    version: variant.version,
    configuration: { users: [{ username: 'orders', defaultHostgroup: 2 }] },
    // The node is small, and pods of the last test may still be draining.
    pod: {
      containers: [{ name: 'proxysql', resources: { requests: { cpu: quantity('50m'), memory: quantity('64Mi') } } }],
    },
    ...props,
  });
  return chart.toJson() as KubeObject[];
}

/** Passwords that come from elsewhere in every runtime: of the users, and of the database. */
export function userSecrets(): KubeObject[] {
  return [
    secret('proxy-users', { orders: PASSWORDS.app, checkout: PASSWORDS.app }),
    secret('orders-db-login', { username: 'proxysql', password: PASSWORDS.monitor }),
  ];
}

/** Passwords that the operator would generate: somebody makes them beside Git. */
export function generatedSecrets(): KubeObject[] {
  return [
    secret('proxy-admin', { username: 'cluster', password: PASSWORDS.admin }),
    secret('proxy-monitor', { username: 'proxysql', password: PASSWORDS.monitor }),
  ];
}

/** A ProxySQL in a namespace, as tests look at it from outside the pods. */
export class Proxy {
  public constructor(
    private readonly admin: ApiClient,
    public readonly name = NAME,
  ) {}

  /** Waits until a pod is ready, and gives it. */
  public async readyPod(ordinal = 0, timeout = 60_000): Promise<Pod> {
    const pod = await this.admin.until<Pod>(
      ref('v1', 'Pod', `${this.name}-${ordinal}`),
      (seen) => isTrue(seen) && seen?.metadata.deletionTimestamp === undefined,
      { timeout },
    );
    return pod as Pod;
  }

  /** Waits until a pod has an address, ready or not, and gives that. */
  public async address(ordinal = 0): Promise<string> {
    const pod = await this.admin.until<Pod>(
      ref('v1', 'Pod', `${this.name}-${ordinal}`),
      (seen) => seen?.status?.podIP !== undefined,
      { timeout: 60_000 },
    );
    return pod?.status?.podIP ?? '';
  }

  /** The address that applications use. */
  public async serviceAddress(): Promise<string> {
    const { spec } = await this.admin.get<KubeObject & { spec: { clusterIP: string } }>(
      ref('v1', 'Service', this.name),
    );
    // A node knows of a new pod a moment after it has become ready, and turns clients away until then.
    await waitFor(`${spec.clusterIP} to lead to a pod`, () => servedFingerprint(spec.clusterIP));
    return spec.clusterIP;
  }

  /** The names that applications may use: every form in which cluster DNS has the Services. */
  public hosts(): string[] {
    return [this.name, `${this.name}-pods`].flatMap((service) => this.forms(service));
  }

  /** The names of one pod, but for the shortest: OpenSSL and Node take no wildcard with a single label after it. */
  public podHosts(ordinal: number): string[] {
    const [, ...forms] = this.forms(`${this.name}-pods`);
    return forms.map((form) => `${this.name}-${ordinal}.${form}`);
  }

  private forms(service: string): string[] {
    const inNamespace = `${service}.${this.admin.namespace}`;
    return [service, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.cluster.local`];
  }

  /** How an application of this namespace logs in. */
  public async login(address: string): Promise<Required<Omit<Login, 'port' | 'identity'>>> {
    const { ca } = await this.serverCertificate();
    return { address, host: `${this.name}.${this.admin.namespace}.svc`, ca, user: 'orders', password: PASSWORDS.app };
  }

  /** What is in the Secret of the server certificate. */
  public async serverCertificate(): Promise<{ ca: string; fingerprint: string }> {
    const { data } = await this.admin.get<KubeObject & { data: Record<string, string> }>(this.serverSecret());
    const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
    return { ca: text('ca.crt'), fingerprint: fingerprintOf(text('tls.crt')) };
  }

  /** What cert-manager's own CA of the chart signs with from now on: another one, of which nothing is signed yet. */
  public async replaceAuthority(): Promise<string> {
    const authority = ref('v1', 'Secret', 'ca-root');
    const { uid } = (await this.admin.get(authority)).metadata;
    await this.admin.delete(authority);
    const renewed = await this.admin.until<KubeObject & { data?: Record<string, string> }>(
      authority,
      (seen) => seen?.metadata.uid !== uid && seen?.data?.['tls.crt'] !== undefined,
    );
    return Buffer.from(renewed?.data?.['tls.crt'] ?? '', 'base64').toString();
  }

  /** Has the server certificate renewed until another authority has signed it: the issuer may do it once more with the one it remembers. */
  public async renewByAnother(ca: string): Promise<string> {
    return await waitFor('a leaf of the new authority', async () => {
      const fingerprint = await this.renew();
      return (await this.serverCertificate()).ca === ca ? undefined : fingerprint;
    });
  }

  /** What an application proves itself with: the client certificate of this moment. */
  public async identity(): Promise<{ cert: string; key: string }> {
    const secretRef = ref('v1', 'Secret', `${this.name}-client-cert`);
    const { data } = await this.admin.get<KubeObject & { data: Record<string, string> }>(secretRef);
    const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
    return { cert: text('tls.crt'), key: text('tls.key') };
  }

  public serverSecret(): ReturnType<typeof ref> {
    return ref('v1', 'Secret', `${this.name}-server-cert`);
  }

  /** Has cert-manager renew the client certificate, and waits until its Secret is another one. */
  public async renewIdentity(): Promise<void> {
    const before = await this.identity();
    await this.askForRenewal('client');
    await waitFor('another client certificate', async () => (await this.identity()).cert !== before.cert || undefined);
    await this.untilIssued('client');
  }

  /** Has cert-manager renew the server certificate, and waits until its Secret is another one. */
  public async renew(): Promise<string> {
    const before = (await this.serverCertificate()).fingerprint;
    await this.askForRenewal('server');
    await waitFor('another certificate in the Secret', async () => {
      const { fingerprint } = await this.serverCertificate();
      return fingerprint === before ? undefined : fingerprint;
    });
    await this.untilIssued('server');
    return (await this.serverCertificate()).fingerprint;
  }

  /** Waits until cert-manager has noted what it issued: asked again before, it issues twice, as the Secret does not fit its last request. */
  private async untilIssued(alias: 'server' | 'client'): Promise<void> {
    const certificate = ref('cert-manager.io/v1', 'Certificate', `${this.name}-${alias}-cert`);
    await this.admin.until(certificate, (seen) => seen !== undefined && !isTrue(seen, 'Issuing') && isTrue(seen));
  }

  /** What `cmctl renew` does. */
  private async askForRenewal(alias: 'server' | 'client'): Promise<void> {
    const certificate = ref('cert-manager.io/v1', 'Certificate', `${this.name}-${alias}-cert`);
    const { status } = await this.admin.get<KubeObject & { status: { conditions: { type: string }[] } }>(certificate);
    const issuing = {
      type: 'Issuing',
      status: 'True',
      reason: 'ManuallyTriggered',
      message: 'Certificate re-issuance manually triggered',
      lastTransitionTime: new Date().toISOString(),
    };
    const conditions = [...status.conditions.filter(({ type }) => type !== 'Issuing'), issuing];
    await this.admin.patch(certificate, { status: { conditions } }, { subresource: 'status' });
  }
}

/** SHA-256 of the first certificate of a PEM text, as the sidecar writes it. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** What a pod's sidecar knows. */
export async function sidecarStatus(address: string): Promise<Status> {
  return (await (await fetch(`http://${address}:6072/status`)).json()) as Status;
}

/** The certificate that a pod really serves. */
export async function servedFingerprint(address: string): Promise<string> {
  return (await mysqlTlsHandshake({ host: address, port: 6033 })).leaf.fingerprint;
}

/** Waits until a pod serves the certificate. */
export async function untilServed(address: string, fingerprint: string, timeout = 30_000): Promise<void> {
  await waitFor(
    `${address} to serve ${fingerprint}`,
    async () => (await servedFingerprint(address)) === fingerprint || undefined,
    { timeout },
  );
}

/** How often containers of a pod were started again. */
export function restarts({ status }: Pod): number {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.reduce((sum, { restartCount }) => sum + restartCount, 0);
}
