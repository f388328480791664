import { ApiObject, type ApiObjectMetadata, Chart, type Duration, type JsonPatch } from 'cdk8s';
import { type Container } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { appBindingResource, type IAppBinding } from './app-binding';
import { connectContainer, type ConnectOptions } from './connect';
import { effective } from './defaults';
import { type DeletionPolicy } from './deletion-policy';
import { type IIssuer } from './issuer-reference';
import { ALLOW_PLAINTEXT_ANNOTATION, type Labels } from './labels';
import { type Monitoring } from './monitoring';
import { certificateName, governingServiceName, statsServiceName } from './names';
import { type PodOverlay } from './pod-overlay';
import { ADMIN_PORT, DB_PORT } from './ports';
import { describeProblem, type Problem } from './problem';
import { type ProxySQLConfiguration } from './proxysql-configuration';
import { type IssuerReference, type ProxySQLResource } from './proxysql-resource';
import { toSpec } from './proxysql-spec';
import { type ProxySQLTls } from './proxysql-tls';
import { Runtime, RuntimeKind } from './runtime';
import { type ServiceOverlay } from './service-overlay';
import { standaloneObjects } from './standalone-objects';
import { validateProxySQL } from './validation/validate';
import { toApiObjectProps, withSyncWave } from './sync-wave';

/** The Secret with the cluster administrator's login (`username`, `password`). */
export interface AuthSecret {
  /** Name of a Secret in the ProxySQL's namespace. */
  readonly name: string;
  /**
   * Whether somebody else makes and keeps the Secret. If not, the operator makes it where it is missing.
   *
   * @default false
   */
  readonly externallyManaged?: boolean;
}

/** How the operator checks a running ProxySQL. */
export interface HealthChecker {
  /** @default Duration.seconds(10) */
  readonly period?: Duration;
  /** @default Duration.seconds(10) */
  readonly timeout?: Duration;
  /** Failed checks in a row after which it counts as down. @default 1 */
  readonly failureThreshold?: number;
  /** @default false */
  readonly disableWriteCheck?: boolean;
}

/** What a ProxySQL has besides its name, its backend and its certificates. */
export interface ProxySQLOptions {
  /** Version of ProxySQL: the tag of its image, such as `3.0.1-debian`. */
  readonly version: string;
  /**
   * Number of pods; with more than one they form a ProxySQL cluster.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * The explicit opt-out of required TLS: users may have `requireTls: false`, and `tls` may be left out. Passwords and data then cross the
   * network in the clear.
   *
   * @default false
   */
  readonly allowPlaintext?: boolean;
  /**
   * The administrator's Secret. The standalone runtime needs it.
   *
   * @default - `<name>-auth`, generated in the cluster
   */
  readonly authSecret?: AuthSecret;
  /** @default - no users, and rules that send reads to readers */
  readonly configuration?: ProxySQLConfiguration;
  /** @default - no monitoring */
  readonly monitoring?: Monitoring;
  /** @default - none of your own */
  readonly pod?: PodOverlay;
  /** @default - ClusterIP Services */
  readonly services?: ServiceOverlay[];
  /** @default - as DeletionPolicy.DELETE */
  readonly deletionPolicy?: DeletionPolicy;
  /** @default - every 10 seconds */
  readonly healthChecker?: HealthChecker;
  /**
   * Takes the pods away and keeps the Secrets.
   *
   * @default false
   */
  readonly halted?: boolean;
  /**
   * Mirrors the database's users into ProxySQL.
   *
   * @default false
   */
  readonly syncUsers?: boolean;
  /**
   * Who makes it run.
   *
   * @default Runtime.operator()
   */
  readonly runtime?: Runtime;
}

/** What a ProxySQL is made of. */
export interface ProxySQLProps extends ProxySQLOptions {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - the construct's id as the name, and the chart's namespace
   */
  readonly metadata?: ApiObjectMetadata;
  /** The database behind it. It cannot be changed later. */
  readonly backend: IAppBinding;
  /**
   * TLS towards applications.
   *
   * @default - none, which is refused unless `allowPlaintext` is true
   */
  readonly tls?: ProxySQLTls;
}

/**
 * ProxySQL with TLS. With an operator in the cluster this is one resource; standalone it is every object that the resource stands for.
 *
 * Everything that is wrong with the props is reported at once when the app is synthesized.
 */
export class ProxySQL extends Construct {
  /** Name of the ProxySQL, its StatefulSet and its primary Service. */
  public readonly name: string;
  /** Its namespace. */
  public readonly namespace: string;
  /** The Service that applications connect to. */
  public readonly serviceName: string;
  /** The headless Service of the pods. */
  public readonly governingServiceName: string;
  /** The Service with the metrics; it exists where monitoring is on. */
  public readonly statsServiceName: string;
  /** Host name for applications in any namespace of the cluster. The server certificate covers it. */
  public readonly host: string;
  /** Port of the MySQL protocol. */
  public readonly port: number;
  /** Port of the admin interface; peers and the sidecar alone can reach it. */
  public readonly adminPort: number;
  /** The Secret with the administrator's login. */
  public readonly authSecretName: string;
  /** The Secret with the server certificate. */
  public readonly serverCertificateSecretName: string;
  /** The Secret with the client certificate. */
  public readonly clientCertificateSecretName: string;
  /** The objects that this construct emits: the ProxySQL resource, or everything in the standalone runtime. */
  public readonly objects: ApiObject[];

  private readonly resource: ProxySQLResource;

  public constructor(scope: Construct, id: string, props: ProxySQLProps) {
    super(scope, id);
    const chart = Chart.of(this);
    const runtime = props.runtime ?? Runtime.operator();
    this.name = props.metadata?.name ?? id;
    this.namespace = props.metadata?.namespace ?? chart.namespace ?? 'default';
    this.resource = resourceOf(this.name, this.namespace, { ...chart.labels, ...props.metadata?.labels }, props);

    const appBinding = appBindingResource(props.backend);
    const isAcme = acmeIssuers(props);
    const { authSecretName, certificates } = effective(this.resource, { isAcme });
    const secretOf = (alias: 'server' | 'client'): string =>
      certificates.find((certificate) => certificate.alias === alias)?.secretName ?? certificateName(this.name, alias);
    this.serviceName = this.name;
    this.governingServiceName = governingServiceName(this.name);
    this.statsServiceName = statsServiceName(this.name);
    this.host = `${this.serviceName}.${this.namespace}.svc`;
    this.port = DB_PORT.number;
    this.adminPort = ADMIN_PORT.number;
    this.authSecretName = authSecretName;
    this.serverCertificateSecretName = secretOf('server');
    this.clientCertificateSecretName = secretOf('client');

    const check = (resource: ProxySQLResource): Problem[] =>
      validateProxySQL(resource, { isAcme, runtime: runtime.kind, appBinding });
    if (runtime.kind === RuntimeKind.STANDALONE) {
      const problems = check(this.resource);
      this.node.addValidation({ validate: () => problems.map(describeProblem) });
      this.objects = standaloneObjects(this, problems, {
        proxysql: this.resource,
        appBinding,
        images: runtime.images,
        isAcme,
      });
    } else {
      const object = new ApiObject(this, 'Resource', toApiObjectProps(withSyncWave(this.resource, 'ProxySQL')));
      // The object as it will be written, JSON patches included.
      this.node.addValidation({ validate: () => check(object.toJson() as ProxySQLResource).map(describeProblem) });
      this.objects = [object];
    }
    for (const issuer of issuersOf(props)) {
      if (Construct.isConstruct(issuer)) {
        this.node.addDependency(issuer);
      }
    }
  }

  /** The one object of this kind, and of this name where there are several; an error tells what there is. */
  public object(kind: string, name?: string): ApiObject {
    const found = this.objects.find((object) => object.kind === kind && (name === undefined || object.name === name));
    if (found === undefined) {
      const wanted = name === undefined ? kind : `${kind} ${name}`;
      const existing = this.objects.map((object) => `${object.kind} ${object.name}`).join(', ') || 'none';
      throw new Error(`${this.node.path} emits no ${wanted}. It emits: ${existing}.`);
    }
    return found;
  }

  /** Patches the ProxySQL resource, or the StatefulSet in the standalone runtime. */
  public addJsonPatch(...patches: JsonPatch[]): void {
    const kind = this.objects.some((object) => object.kind === 'ProxySQL') ? 'ProxySQL' : 'StatefulSet';
    this.object(kind).addJsonPatch(...patches);
  }

  /**
   * Gives a container of cdk8s-plus what it takes to connect: host, port and the paths of CA, client certificate and key as
   * environment variables, and the files themselves.
   */
  public connect(container: Container, options: ConnectOptions = {}): void {
    connectContainer(this, this.name, container, {
      host: this.host,
      port: this.port,
      secretName: this.clientCertificateSecretName,
      ...options,
    });
  }
}

function resourceOf(name: string, namespace: string, labels: Labels, props: ProxySQLProps): ProxySQLResource {
  const annotations = {
    ...props.metadata?.annotations,
    ...(props.allowPlaintext === true && { [ALLOW_PLAINTEXT_ANNOTATION]: 'true' }),
  };
  return {
    apiVersion: 'kubedb.com/v1',
    kind: 'ProxySQL',
    metadata: {
      name,
      namespace,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: toSpec(props),
  };
}

function issuersOf({ tls }: ProxySQLProps): IIssuer[] {
  return tls === undefined
    ? []
    : [tls.issuer, ...(tls.certificates ?? []).flatMap(({ issuer }) => (issuer === undefined ? [] : [issuer]))];
}

function acmeIssuers(props: ProxySQLProps): (reference: IssuerReference) => boolean {
  const acme = issuersOf(props).filter((issuer) => issuer.isAcme);
  return ({ kind, name }) => acme.some((issuer) => issuer.kind === kind && issuer.name === name);
}
