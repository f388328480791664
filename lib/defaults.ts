import { CERTIFICATE_ALIASES, type CertificateAliasName, authSecretName, certificateName } from './names';
import {
  type CertificateSpec,
  type ContainerOverlay,
  type InlineConfiguration,
  type IssuerReference,
  type ProxySQLResource,
  type TlsSpec,
} from './proxysql-resource';

/** User and group that the containers run as: those of the catalog's images. */
export const RUN_AS_USER = 999;

/** More pods than any cluster of ProxySQL has. A number of them that others give is never counted up to. */
export const MAX_REPLICAS = 1000;

/** Name of the container that runs ProxySQL; overlays in `podTemplate.spec.containers` find it by this name. */
export const PROXYSQL_CONTAINER = 'proxysql';

/** A ProxySQL's effective settings: what is given, what is deprecated moved to its new place, and KubeDB's defaults for the rest. */
export interface Effective {
  readonly replicas: number;
  readonly authSecretName: string;
  /** Absent when no TLS is asked for. */
  readonly certificates: readonly EffectiveCertificate[];
  readonly inline: InlineConfiguration;
  /** Secret with raw configuration fragments. */
  readonly initSecretName?: string;
  readonly monitored: boolean;
  /** Requests and limits of the proxysql container. */
  readonly resources: NonNullable<ContainerOverlay['resources']>;
}

/** One certificate that is wanted. */
export interface EffectiveCertificate {
  readonly alias: CertificateAliasName;
  /** Name of the Certificate, where one is issued. */
  readonly name: string;
  readonly secretName: string;
  /** Absent where nobody is asked to issue it: the Secret is supplied by the user. */
  readonly issuerRef?: IssuerReference;
  /** The user's entry. */
  readonly spec: CertificateSpec;
}

/** One certificate that is to be issued. */
export interface IssuedCertificate extends EffectiveCertificate {
  readonly issuerRef: IssuerReference;
}

/** Tells a certificate that is issued from one that is supplied. */
export function isIssued(certificate: EffectiveCertificate): certificate is IssuedCertificate {
  return certificate.issuerRef !== undefined;
}

/** Whether an entry of `spec.tls.certificates` stands for a Secret that the user supplies: it names one, and nobody issues into it. */
export function isSupplied(tls: TlsSpec, { issuerRef, secretName }: CertificateSpec): boolean {
  return (issuerRef ?? tls.issuerRef) === undefined && Boolean(secretName);
}

/** What the defaults depend on besides the resource. */
export interface DefaultingOptions {
  /** Whether this issuer speaks ACME: such issuers are asked for the server certificate only, as they sign public names, for servers alone. */
  readonly isAcme: (issuer: IssuerReference) => boolean;
}

/** Applies defaults. A resource that fails validation may have any shape in its details; missing parts are read as absent. */
export function effective(resource: ProxySQLResource, options: DefaultingOptions): Effective {
  const { spec, metadata } = resource;
  return {
    replicas: spec.replicas ?? 1,
    authSecretName: spec.authSecret?.name || authSecretName(metadata.name),
    certificates: effectiveCertificates(resource, options),
    inline: spec.configuration?.init?.inline ?? spec.initConfig ?? {},
    initSecretName: spec.configuration?.init?.secretName || spec.configSecret?.name || undefined,
    monitored: isMonitored(resource),
    resources: effectiveResources(containerOverlay(resource, PROXYSQL_CONTAINER)?.resources),
  };
}

/** Whether metrics are asked for. */
function isMonitored({ spec }: ProxySQLResource): boolean {
  return spec.monitor?.agent?.split('/')[0] === 'prometheus.io';
}

/** The user's overlay of a container, if there is one. */
export function containerOverlay(resource: ProxySQLResource, name: string): ContainerOverlay | undefined {
  return resource.spec.podTemplate?.spec?.containers?.find((container) => container.name === name);
}

/** The certificates alone, for those who ask for nothing else. */
export function effectiveCertificates(resource: ProxySQLResource, options: DefaultingOptions): EffectiveCertificate[] {
  const { tls } = resource.spec;
  if (tls === undefined) {
    return [];
  }
  const monitored = isMonitored(resource);
  return CERTIFICATE_ALIASES.flatMap((alias): EffectiveCertificate[] => {
    const given = tls.certificates?.find((entry) => entry.alias === alias);
    const issuerRef = given?.issuerRef ?? tls.issuerRef;
    if (issuerRef === undefined && !(given && isSupplied(tls, given))) {
      return [];
    }
    const asked = given !== undefined || (issuerRef !== undefined && !options.isAcme(issuerRef));
    const wanted = alias === 'server' || (asked && (alias === 'client' || monitored));
    if (!wanted) {
      return [];
    }
    const name = certificateName(resource.metadata.name, alias);
    const secretName = given?.secretName || name;
    return [{ alias, name, secretName, ...(issuerRef && { issuerRef }), spec: given ?? { alias } }];
  });
}

type Quantities = { readonly [resource: string]: string | number };

/** KubeDB's rule for resources: of memory one of request and limit stands for the other, CPU has a request only, and no limit is below its request. */
function effectiveResources(given: ContainerOverlay['resources']): NonNullable<ContainerOverlay['resources']> {
  const limits: { [resource: string]: string | number } = {
    memory: given?.requests?.memory ?? '1024Mi',
    ...given?.limits,
  };
  const requests: { [resource: string]: string | number } = {
    ...(given?.limits?.cpu === undefined ? { cpu: '500m' } : { cpu: given.limits.cpu }),
    memory: given?.limits?.memory ?? '1024Mi',
    ...given?.requests,
  };
  for (const [resource, request] of Object.entries(requests)) {
    const limit = (limits as Quantities)[resource];
    if (limit !== undefined && quantity(limit) < quantity(request)) {
      limits[resource] = request;
    }
  }
  return { requests, limits };
}

const SUFFIXES: { readonly [suffix: string]: number } = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity as a number, to compare with; NaN where it is none, so that no comparison holds. */
export function quantity(value: string | number): number {
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(String(value));
  return match === null ? Number.NaN : Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? Number.NaN);
}
