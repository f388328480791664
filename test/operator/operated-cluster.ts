import { createHash, X509Certificate } from 'node:crypto';
import { Caches } from '../../operator/caches';
import { type Pass } from '../../operator/runtime/controller';
import { Term, type TermOptions } from '../../operator/term';
import { type PodReport } from '../../lib/graph/pod-report';
import { type Images } from '../../lib/objects/images';
import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { silentLogger } from '../../runtime/logger';
import { authority, issue, type Issued, NOW, secretData } from '../proof/certificates';
import { FakeClock, settle } from '../runtime/fake-clock';
import { appBindingResource, proxysqlResource } from '../support/resource';
import { type AnyObject, ApiInMemory } from './api-in-memory';

const NAME = 'proxy-server';
const POD = `${NAME}-0`;

const FINE = { ok: true, reason: 'Fine', message: 'Fine.' };

/** The report of a pod that has nothing to tell. */
export const WELL: PodReport = {
  gate: FINE,
  readiness: FINE,
  configuration: { problems: [], changedSinceStart: false },
  servers: [{ address: 'mysql:3306', inService: true }],
};

/** A cluster in memory with one ProxySQL of one pod, in which the test plays cert-manager, the StatefulSet controller and kubelet. */
export class OperatedCluster {
  readonly api = new ApiInMemory();
  readonly clock = new FakeClock(NOW);
  readonly caches = new Caches({ client: this.api.client, clock: this.clock, random, logger: silentLogger() });
  /** What the pod says that it serves, if it answers. */
  serves: () => string | undefined = () => this.served();
  /** Addresses of pods that were asked for what they serve. */
  readonly asked: string[] = [];
  /** What the sidecar reports. */
  report: PodReport = WELL;
  readonly passes: Pass[] = [];
  private term: Term | undefined;

  private constructor(private readonly issuer: Issued) {}

  /** Nothing is watched yet. */
  static async with(spec: Partial<ProxySQLSpec> = {}): Promise<OperatedCluster> {
    const cluster = new OperatedCluster(await authority());
    cluster.api.put(proxysqlResource({ replicas: 1, ...spec }));
    cluster.api.put(appBindingResource());
    return cluster;
  }

  get proxysql(): AnyObject {
    return this.api.get('ProxySQL', NAME);
  }

  get workload(): AnyObject {
    return this.api.get('StatefulSet', NAME);
  }

  /** Begins to watch and to act. */
  async start(): Promise<void> {
    this.caches.start();
    await this.pass(10);
    await this.act();
  }

  /** Another version of the operator takes over. */
  async upgrade(options: { readonly images: Images; readonly maxRollouts: number }): Promise<void> {
    await this.restart(() => Promise.resolve(), options);
  }

  /** Something happens while no operator acts. */
  async restart(meanwhile: () => Promise<void>, options: Partial<TermOptions> = {}): Promise<void> {
    await Promise.all([this.term?.end(), this.pass(20_000)]);
    await meanwhile();
    await this.pass(0);
    await this.act(options);
  }

  private async act({ images = {}, maxRollouts = 10 }: Partial<TermOptions> = {}): Promise<void> {
    const { api, clock, caches } = this;
    this.term = new Term({
      client: api.client,
      caches,
      images,
      maxRollouts,
      identity: 'test',
      concurrency: 4,
      clock,
      random,
      logger: silentLogger(),
      onPass: (pass) => this.passes.push(pass),
      ask: (address) => {
        this.asked.push(address);
        return Promise.resolve(this.serves());
      },
      askReport: () => Promise.resolve(this.report),
    });
    this.term.begin();
    await this.pass(10);
  }

  async stop(): Promise<void> {
    await Promise.all([this.term?.end(), this.pass(20_000)]);
    void this.caches.stop();
  }

  /** Starts, and plays everybody else until it is Ready. */
  async startUntilReady(): Promise<void> {
    this.createIssuer();
    await this.start();
    await this.pass(50);
    await this.issueCertificates();
    await this.pass(50);
    this.runPod(true);
    await this.pass(5000);
    expect(this.proxysql.status.phase).toBe('Ready');
  }

  /** Lets time pass, and all that is under way go as far as it can. */
  async pass(ms: number): Promise<void> {
    await settleAll();
    await this.clock.advance(ms);
    await settleAll();
  }

  /** Lets minutes pass in which watches stay alive. */
  async passMinutes(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.pass(60_000);
      this.api.bookmark();
    }
    await this.pass(0);
  }

  createIssuer(): void {
    this.api.put({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: 'proxy-issuer', namespace: 'demo' },
      spec: { ca: {} },
      status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }] },
    });
  }

  /** As cert-manager does, and again at each renewal. */
  async issueCertificates(): Promise<void> {
    const { api } = this;
    for (const { metadata, spec } of api.list('Certificate')) {
      const { dnsNames, ipAddresses, uris, secretName, secretTemplate } = spec;
      const leaf = await issue({ issuer: this.issuer, dnsNames, ipAddresses, uris });
      const files = Object.entries(secretData(leaf, [], [this.issuer]));
      api.put({
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata: { name: secretName, namespace: 'demo', labels: secretTemplate.labels },
        data: Object.fromEntries(files.map(([file, text]) => [file, Buffer.from(text).toString('base64')])),
      });
      api.edit('Certificate', metadata.name, (certificate) => {
        const observedGeneration: unknown = certificate.metadata.generation;
        certificate.status = { conditions: [{ type: 'Ready', status: 'True', observedGeneration }] };
      });
    }
  }

  /** As the StatefulSet controller and kubelet do. */
  runPod(ready: boolean): void {
    const { api, workload } = this;
    api.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...api.find('Pod', POD)?.metadata,
        name: POD,
        namespace: 'demo',
        labels: workload.spec.template.metadata.labels,
      },
      status: {
        podIP: '10.0.0.1',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        containerStatuses: [{ name: 'proxysql', containerID: 'one', restartCount: 0 }],
      },
    });
    api.edit('StatefulSet', NAME, (edited) => {
      edited.status = {
        observedGeneration: edited.metadata.generation,
        readyReplicas: ready ? 1 : 0,
        updatedReplicas: 1,
      };
    });
  }

  condition(type: string): { readonly status: string; readonly reason: string; readonly message: string } | undefined {
    const conditions: readonly { type: string; status: string; reason: string; message: string }[] =
      this.proxysql.status.conditions;
    return conditions.find((condition) => condition.type === type);
  }

  /** Fingerprint of the server certificate that the status tells. */
  reportedCertificate(): string | undefined {
    const certificates: readonly { alias: string; fingerprint?: string }[] = this.proxysql.status.certificates;
    return certificates.find(({ alias }) => alias === 'server')?.fingerprint;
  }

  /** Fingerprint of the server certificate that the pod serves unless it says otherwise: that of its Secret. */
  served(): string | undefined {
    const secret = this.api.find('Secret', `${NAME}-server-cert`);
    if (secret === undefined) {
      return undefined;
    }
    const pem = Buffer.from(secret.data['tls.crt'], 'base64');
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  }
}

function random(): number {
  return 0.5;
}

/** Lets all that is under way go as far as it can without time passing. */
export async function settleAll(): Promise<void> {
  for (let turn = 0; turn < 15; turn++) {
    await settle();
  }
}
