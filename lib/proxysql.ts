import { ApiObject, Chart, type JsonPatch } from 'cdk8s';
import { type Container } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { appBindingResource } from './app-binding';
import { verifiedName } from './certificate-names';
import { connectContainer, type ConnectOptions, type Endpoint } from './connect';
import { effective, type EffectiveCertificate, isIssued } from './defaults';
import { imageProblems } from './image-problems';
import { type IIssuer } from './issuer-reference';
import { ALLOW_PLAINTEXT_ANNOTATION, type Labels } from './labels';
import { serviceTemplate } from './objects/service-template';
import { claimNames } from './name-claims';
import { namespaceProblems } from './namespace-problems';
import { certificateName, type CertificateAliasName, governingServiceName, statsServiceName } from './names';
import { ADMIN_PORT, DB_PORT } from './ports';
import { describeProblem, type Problem } from './problem';
import { proxysqlClaims } from './proxysql-claims';
import { type ProxySQLProps } from './proxysql-props';
import { type IssuerReference, type ProxySQLResource } from './proxysql-resource';
import { issuerReference, toSpec } from './proxysql-spec';
import { Runtime, RuntimeKind } from './runtime';
import { isSameIssuer } from './same-issuer';
import { standaloneObjects } from './standalone-objects';
import { validationOf } from './validation/object-validation';
import { validateProxySQL } from './validation/validate';
import { toApiObjectProps, withSyncWave } from './sync-wave';

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
  /**
   * Host name for applications in any namespace of the cluster: the Service's, or a public one where the issuer signs no others or the
   * certificate is supplied with one. The server certificate covers it.
   */
  public readonly host: string;
  /** The Service's port for the MySQL protocol. */
  public readonly port: number;
  /** Port of the admin interface; peers and the sidecar alone can reach it. */
  public readonly adminPort: number;
  /** The Secret with the administrator's login. */
  public readonly authSecretName: string;
  /** The Secret with the server certificate. */
  public readonly serverCertificateSecretName: string;
  /** The Secret with the client certificate; there is none where an ACME issuer signs, or nothing is supplied for clients. */
  public readonly clientCertificateSecretName: string;
  /** The objects that this construct emits: the ProxySQL resource, or everything in the standalone runtime. */
  public readonly objects: ApiObject[];

  /** Why the standalone runtime emits nothing. */
  private readonly refused: readonly Problem[] = [];
  private readonly resource: ProxySQLResource;
  private readonly endpoint: Endpoint;

  public constructor(scope: Construct, id: string, props: ProxySQLProps) {
    super(scope, id);
    const chart = Chart.of(this);
    const runtime = props.runtime ?? Runtime.operator();
    this.name = props.metadata?.name ?? id;
    this.namespace = props.metadata?.namespace ?? chart.namespace ?? 'default';
    this.resource = resourceOf(this.name, this.namespace, { ...chart.labels, ...props.metadata?.labels }, props);

    const appBinding = appBindingResource(props.backend);
    const isAcme = acmeIssuers(props);
    const settings = effective(this.resource, { isAcme });
    const { authSecretName, certificates } = settings;
    claimNames(this, proxysqlClaims(this.resource, settings));
    const certificateOf = (alias: CertificateAliasName): EffectiveCertificate | undefined =>
      certificates.find((certificate) => certificate.alias === alias);
    const [server, client] = [certificateOf('server'), certificateOf('client')];
    this.serviceName = this.name;
    this.governingServiceName = governingServiceName(this.name);
    this.statsServiceName = statsServiceName(this.name);
    this.host = server
      ? verifiedName(server, { name: this.name, namespace: this.namespace, isAcme })
      : `${this.serviceName}.${this.namespace}.svc`;
    this.port = portOf(this.resource);
    this.adminPort = ADMIN_PORT.number;
    this.authSecretName = authSecretName;
    this.serverCertificateSecretName = server?.secretName ?? certificateName(this.name, 'server');
    this.clientCertificateSecretName = client?.secretName ?? certificateName(this.name, 'client');
    this.endpoint = {
      name: this.name,
      namespace: this.namespace,
      host: this.host,
      port: this.port,
      clientSecretName: client?.secretName,
      authority: authorityOf(server, client, isAcme),
    };

    // Standalone nobody looks for the AppBinding.
    const sought = runtime.kind === RuntimeKind.STANDALONE ? undefined : appBinding;
    const check = (resource: ProxySQLResource): Problem[] => [
      ...validateProxySQL(resource, { isAcme, runtime: runtime.kind, appBinding }),
      ...namespaceProblems(this.namespace, props, sought),
    ];
    // An AppBinding that is a construct tells what is wrong with it by itself.
    const told = (problems: readonly Problem[]): readonly Problem[] =>
      Construct.isConstruct(props.backend) ? problems.filter(({ path }) => !path.startsWith('AppBinding ')) : problems;
    if (runtime.kind === RuntimeKind.STANDALONE) {
      this.refused = [...check(this.resource), ...imageProblems(runtime.images)];
      this.node.addValidation({ validate: () => told(this.refused).map(describeProblem) });
      this.objects = standaloneObjects(this, this.refused, {
        proxysql: this.resource,
        appBinding,
        images: runtime.images,
        isAcme,
      });
    } else {
      const object = new ApiObject(this, 'Resource', toApiObjectProps(withSyncWave(this.resource, 'ProxySQL')));
      this.node.addValidation(validationOf(object, (resource: ProxySQLResource) => told(check(resource))));
      this.objects = [object];
    }
    for (const issuer of issuersOf(props)) {
      if (Construct.isConstruct(issuer)) {
        this.node.addDependency(issuer);
      }
    }
  }

  /**
   * The one object of this kind, and of this name where there are several.
   *
   * @throws what there is where this is not among it, and in the standalone runtime what is wrong with the props
   */
  public object(kind: string, name?: string): ApiObject {
    const found = this.objects.find((object) => object.kind === kind && (name === undefined || object.name === name));
    if (found === undefined) {
      if (this.refused.length > 0) {
        const problems = this.refused.map((problem) => `  - ${describeProblem(problem)}`).join('\n');
        throw new Error(`${this.node.path} emits nothing while something is wrong with it:\n${problems}`);
      }
      const wanted = name === undefined ? kind : `${kind} ${name}`;
      const existing = this.objects.map((object) => `${object.kind} ${object.name}`).join(', ') || 'none';
      throw new Error(`${this.node.path} emits no ${wanted}. It emits: ${existing}.`);
    }
    return found;
  }

  /** Patches the ProxySQL resource, or the StatefulSet in the standalone runtime. */
  public addJsonPatch(...patches: JsonPatch[]): void {
    // Where there is nothing to patch, the reason is told when the app is synthesized.
    if (this.refused.length === 0) {
      const kind = this.objects.some((object) => object.kind === 'ProxySQL') ? 'ProxySQL' : 'StatefulSet';
      this.object(kind).addJsonPatch(...patches);
    }
  }

  /**
   * Gives a container of cdk8s-plus what it takes to connect: host, port and the paths of CA, client certificate and key as
   * environment variables, and the files themselves. What there is none of is left out: ACME issuers sign no client certificates, and their
   * CAs are known to clients without a file.
   *
   * The workload that the container is in has to be in the ProxySQL's namespace, and gets a sync wave after the ProxySQL's, unless it has one:
   * Argo CD would wait for its pods to be ready before it applies what they wait for.
   */
  public connect(container: Container, options: ConnectOptions = {}): void {
    connectContainer(this, container, { ...this.endpoint, ...options });
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
    : [tls, ...(tls.certificates ?? [])].flatMap(({ issuer }) => (issuer === undefined ? [] : [issuer]));
}

function acmeIssuers(props: ProxySQLProps): (reference: IssuerReference) => boolean {
  const acme = issuersOf(props).filter((issuer) => issuer.isAcme);
  return (reference) => acme.some((issuer) => isSameIssuer(reference, issuerReference(issuer)));
}

/** Where clients find the CA that the server certificate leads to. */
function authorityOf(
  server: EffectiveCertificate | undefined,
  client: EffectiveCertificate | undefined,
  isAcme: (reference: IssuerReference) => boolean,
): Endpoint['authority'] {
  if (server === undefined || (isIssued(server) && isAcme(server.issuerRef))) {
    return undefined;
  }
  return client !== undefined &&
    isIssued(client) &&
    isIssued(server) &&
    isSameIssuer(client.issuerRef, server.issuerRef)
    ? { secretName: client.secretName, comesWithClient: true }
    : { secretName: server.secretName, comesWithClient: false };
}

/** The Service's port, which its template may have changed. */
function portOf(resource: ProxySQLResource): number {
  const given = serviceTemplate(resource, 'primary')?.spec?.ports?.find(({ name }) => name === DB_PORT.name)?.port;
  return given !== undefined && given > 0 ? given : DB_PORT.number;
}
