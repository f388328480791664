import { type IssuerSpecAcmeSolvers, IssuerSpecAcmeSolversDns01CnameStrategy } from '../imports/cert-manager.io';
import { type AcmeDnsProvider } from './acme-dns-provider';
import { solverPodTemplate } from './acme-solver-pod-template';
import { type AcmeSolverPods } from './acme-solver-pods';
import { type ServiceType } from './service-overlay';

/** An ACME server. */
export class AcmeServer {
  /** Let's Encrypt: its certificates are trusted everywhere, and its limits are tight. */
  public static readonly LETS_ENCRYPT = new AcmeServer('https://acme-v02.api.letsencrypt.org/directory');
  /** The staging server of Let's Encrypt, for trying things out: its certificates are trusted nowhere. */
  public static readonly LETS_ENCRYPT_STAGING = new AcmeServer(
    'https://acme-staging-v02.api.letsencrypt.org/directory',
  );

  /** Any other, by the URL of its directory. */
  public static of(directoryUrl: string): AcmeServer {
    return new AcmeServer(directoryUrl);
  }

  private constructor(
    /** URL of the server's directory. */
    public readonly url: string,
  ) {}
}

/** Which names a solver is for. */
export interface AcmeSolverSelector {
  /**
   * Exactly these names.
   *
   * @default - all
   */
  readonly dnsNames?: string[];
  /**
   * All names in these zones.
   *
   * @default - all
   */
  readonly dnsZones?: string[];
  /**
   * Names of Certificates with these labels.
   *
   * @default - all
   */
  readonly matchLabels?: { readonly [key: string]: string };
}

/** Options of a DNS-01 solver. */
export interface Dns01SolverOptions {
  /**
   * Which names it is for.
   *
   * @default - all names
   */
  readonly selector?: AcmeSolverSelector;
  /**
   * Whether a CNAME at the challenge's name is followed, so that the record is written to where it leads.
   *
   * @default false
   */
  readonly followCname?: boolean;
}

/** Options of an HTTP-01 solver behind an Ingress. At most one of the three names is given. */
export interface Http01IngressSolverOptions {
  /**
   * The IngressClass of the Ingress that is made for a challenge.
   *
   * @default - the cluster's default class
   */
  readonly ingressClassName?: string;
  /**
   * The class as an annotation, for controllers that do not read `ingressClassName`.
   *
   * @default - none
   */
  readonly ingressClassAnnotation?: string;
  /**
   * An Ingress that exists, for controllers that give every Ingress an address of its own.
   *
   * @default - an Ingress is made
   */
  readonly ingressName?: string;
  /**
   * Labels of the Ingress that is made.
   *
   * @default - none of your own
   */
  readonly ingressLabels?: { readonly [key: string]: string };
  /**
   * Annotations of the Ingress that is made, for example to let challenges past a rule of the controller.
   *
   * @default - none of your own
   */
  readonly ingressAnnotations?: { readonly [key: string]: string };
  /**
   * The pods that answer challenges.
   *
   * @default - as cert-manager starts them
   */
  readonly pods?: AcmeSolverPods;
  /**
   * Type of the Service in front of them.
   *
   * @default ServiceType.NODE_PORT
   */
  readonly serviceType?: ServiceType;
  /**
   * Which names it is for.
   *
   * @default - all names
   */
  readonly selector?: AcmeSolverSelector;
}

/** A Gateway that challenges come in through. */
export interface AcmeGateway {
  /** Name of the Gateway. */
  readonly name: string;
  /**
   * Its namespace.
   *
   * @default - that of the challenge
   */
  readonly namespace?: string;
  /**
   * One of its listeners.
   *
   * @default - all that take the route
   */
  readonly sectionName?: string;
}

/** Options of an HTTP-01 solver behind a Gateway. */
export interface Http01GatewaySolverOptions {
  /** The Gateways; each needs a listener on port 80. */
  readonly gateways: AcmeGateway[];
  /**
   * Labels of the HTTPRoute that is made for a challenge.
   *
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
  /**
   * The pods that answer challenges.
   *
   * @default - as cert-manager starts them
   */
  readonly pods?: AcmeSolverPods;
  /**
   * Type of the Service in front of them.
   *
   * @default ServiceType.NODE_PORT
   */
  readonly serviceType?: ServiceType;
  /**
   * Which names it is for.
   *
   * @default - all names
   */
  readonly selector?: AcmeSolverSelector;
}

/** A way to prove to an ACME server that names are ours. */
export class AcmeSolver {
  /** By a file that the server fetches on port 80 through an Ingress. It cannot prove wildcards. */
  public static http01Ingress(options: Http01IngressSolverOptions = {}): AcmeSolver {
    const { ingressClassName, ingressClassAnnotation, ingressName: name, selector, pods, serviceType } = options;
    const { ingressLabels: labels, ingressAnnotations: annotations } = options;
    const metadata = { labels: labels && { ...labels }, annotations: annotations && { ...annotations } };
    return new AcmeSolver({
      selector: selectorOf(selector),
      http01: {
        ingress: {
          ingressClassName,
          class: ingressClassAnnotation,
          name,
          ingressTemplate: labels === undefined && annotations === undefined ? undefined : { metadata },
          podTemplate: solverPodTemplate(pods),
          serviceType,
        },
      },
    });
  }

  /** By a file that the server fetches on port 80 through a Gateway. It cannot prove wildcards. */
  public static http01Gateway(options: Http01GatewaySolverOptions): AcmeSolver {
    const { gateways, labels, selector, pods, serviceType } = options;
    const parentRefs = gateways.map((gateway) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }));
    return new AcmeSolver({
      selector: selectorOf(selector),
      http01: {
        gatewayHttpRoute: {
          parentRefs,
          labels: labels && { ...labels },
          podTemplate: solverPodTemplate(pods),
          serviceType,
        },
      },
    });
  }

  /** By a TXT record. It proves wildcards too, and nothing has to be reachable from outside. */
  public static dns01(provider: AcmeDnsProvider, options: Dns01SolverOptions = {}): AcmeSolver {
    return new AcmeSolver({
      selector: selectorOf(options.selector),
      dns01: {
        ...provider._spec,
        cnameStrategy: options.followCname === true ? IssuerSpecAcmeSolversDns01CnameStrategy.FOLLOW : undefined,
      },
    });
  }

  private constructor(
    /** @internal */
    public readonly _spec: IssuerSpecAcmeSolvers,
  ) {}
}

function selectorOf(selector: AcmeSolverSelector | undefined): IssuerSpecAcmeSolvers['selector'] {
  return selector && { ...selector, matchLabels: selector.matchLabels && { ...selector.matchLabels } };
}
