import { publicNameOf } from './acme-names';
import { type EffectiveCertificate } from './defaults';
import { statsServiceName } from './names';
import { covers } from './proof/checks/name-checks';
import { type ExpectedNames } from './proof/proof';
import { type IssuerReference } from './proxysql-resource';
import { clusterNames, type ServerNames } from './server-names';

/** Whose certificate it is. */
export interface CertificateOwner {
  readonly name: string;
  readonly namespace: string;
  /** Whether an issuer is known to speak ACME. @default - none does */
  readonly isAcme?: (issuer: IssuerReference) => boolean;
}

/**
 * What a certificate must be valid for: every name of the Services and pods, and those that the user adds. A public issuer signs public
 * names only: the user's. One that the user supplies need not have more than the user's either, and a name that clients can verify.
 */
export function certificateNames(wanted: EffectiveCertificate, owner: CertificateOwner): ExpectedNames {
  const { spec } = wanted;
  const own = ownNames(wanted, owner);
  return {
    dnsNames: union(own.dnsNames, spec.dnsNames),
    ipAddresses: union(own.ipAddresses, spec.ipAddresses),
    uris: union([], spec.uris),
    emailAddresses: union([], spec.emailAddresses),
  };
}

/**
 * The name by which clients verify a server: the Service's, or the first public one where a certificate has the user's names only, and the
 * Service's is none of them. A certificate for the metrics is verified by the name of the Service for metrics.
 */
export function verifiedName(wanted: EffectiveCertificate, owner: CertificateOwner): string {
  const { alias, spec } = wanted;
  const service = alias === 'metrics-exporter' ? statsServiceName(owner.name) : owner.name;
  const inCluster = `${service}.${owner.namespace}.svc`;
  const given = spec.dnsNames ?? [];
  if (!hasGivenNamesOnly(wanted, owner) || given.some((pattern) => covers(pattern, inCluster))) {
    return inCluster;
  }
  // Names of single pods, and localhost, are no way to all of them.
  const ofCluster = clusterNames(alias, owner.name, owner.namespace).dnsNames;
  const others = given.filter((name) => !ofCluster.some((pattern) => covers(pattern, name)));
  return publicNameOf({ dnsNames: others }) ?? inCluster;
}

function ownNames(wanted: EffectiveCertificate, owner: CertificateOwner): ServerNames {
  if (!hasGivenNamesOnly(wanted, owner)) {
    return clusterNames(wanted.alias, owner.name, owner.namespace);
  }
  const supplied = wanted.issuerRef === undefined;
  return { dnsNames: supplied && wanted.alias !== 'client' ? [verifiedName(wanted, owner)] : [], ipAddresses: [] };
}

function hasGivenNamesOnly({ issuerRef }: EffectiveCertificate, { isAcme }: CertificateOwner): boolean {
  return issuerRef === undefined || isAcme?.(issuerRef) === true;
}

function union(own: readonly string[], given: readonly string[] = []): string[] {
  return [...new Set([...own, ...given])].sort();
}
