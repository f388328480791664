import { acmeNameProblems } from '../acme-names';
import { effectiveCertificates, type IssuedCertificate, isIssued, isSupplied } from '../defaults';
import { countryProblems } from '../certificate-countries';
import { lifetimeProblems } from '../certificate-lifetime';
import { CERTIFICATE_ALIASES, type CertificateAliasName } from '../names';
import { isObjectName } from '../object-names';
import { type Problem } from '../problem';
import { covers } from '../proof/checks/name-checks';
import { type CertificateSpec, type IssuerReference, type ProxySQLResource } from '../proxysql-resource';
import { CLUSTER_DOMAIN, clusterNames } from '../server-names';
import { subjectAlternativeNameProblems } from '../subject-alternative-names';
import { suppliedCertificateProblems } from './supplied-certificates';

/** What is wrong with `spec.tls` that the schema does not say. */
export function certificateProblems(
  resource: ProxySQLResource,
  isAcme: (issuer: IssuerReference) => boolean,
): Problem[] {
  return [
    ...(resource.spec.tls?.certificates ?? []).flatMap((certificate, index) => {
      const path = `spec.tls.certificates[${index}]`;
      return [
        ...aliasProblems(path, certificate),
        ...countryProblems(path, certificate.subject?.countries),
        ...lifetimeProblems(path, certificate),
        ...subjectAlternativeNameProblems(path, certificate),
        ...unreachableNameProblems(path, certificate, resource),
      ];
    }),
    ...issuerNameProblems('spec.tls', resource.spec.tls?.issuerRef),
    ...(resource.spec.tls?.certificates ?? []).flatMap(({ issuerRef }, index) =>
      issuerNameProblems(`spec.tls.certificates[${index}]`, issuerRef),
    ),
    ...acmeProblems(resource, isAcme),
    ...suppliedCertificateProblems(resource),
  ];
}

/** That it is not empty is a rule of the schema. */
function issuerNameProblems(path: string, issuerRef: IssuerReference | undefined): Problem[] {
  const name: unknown = issuerRef?.name;
  return typeof name !== 'string' || name === '' || isObjectName(name)
    ? []
    : [
        {
          path: `${path}.issuerRef.name`,
          value: JSON.stringify(name),
          message: 'No issuer can have this name',
          remedy: 'Write the name of the Issuer or ClusterIssuer: lower-case letters, digits, inner hyphens and dots',
        },
      ];
}

function aliasProblems(path: string, { alias }: CertificateSpec): Problem[] {
  if (typeof alias !== 'string' || (CERTIFICATE_ALIASES as readonly string[]).includes(alias)) {
    return [];
  }
  return [
    {
      path: `${path}.alias`,
      value: JSON.stringify(alias),
      message: 'ProxySQL has no certificate of this kind',
      remedy: `Use one of ${CERTIFICATE_ALIASES.join(', ')}`,
    },
  ];
}

/** A name of the cluster's own DNS that no Service or pod of this ProxySQL has can never be what a client connects to. */
function unreachableNameProblems(path: string, certificate: CertificateSpec, resource: ProxySQLResource): Problem[] {
  const { name, namespace = 'default' } = resource.metadata;
  if (certificate.alias !== 'server' && certificate.alias !== 'metrics-exporter') {
    return [];
  }
  const alias: CertificateAliasName = certificate.alias;
  const own = clusterNames(alias, name, namespace).dnsNames;
  // A wildcard that stands for more than these is no use to an issuer, but may be what there is.
  const supplied = isSupplied(resource.spec.tls ?? {}, certificate);
  return (certificate.dnsNames ?? []).flatMap((dnsName, index): Problem[] => {
    if (
      !isClusterName(dnsName) ||
      own.some((known) => covers(known, dnsName) || (supplied && covers(dnsName, known)))
    ) {
      return [];
    }
    return [
      {
        path: `${path}.dnsNames[${index}]`,
        value: JSON.stringify(dnsName),
        message: `This is a name of the cluster's own DNS, and no Service or pod of ProxySQL ${namespace}/${name} has it`,
        remedy: supplied
          ? `Leave it out, or write a name that they have, such as ${name}.${namespace}.svc`
          : `Leave it out: all names of the Services and pods, such as ${name}.${namespace}.svc, are there without being asked for`,
      },
    ];
  });
}

function isClusterName(dnsName: string): boolean {
  return typeof dnsName === 'string' && (dnsName.endsWith('.svc') || dnsName.endsWith(`.svc.${CLUSTER_DOMAIN}`));
}

/** ACME issuers sign public names, for servers alone: what else is asked of them never comes. */
function acmeProblems(resource: ProxySQLResource, isAcme: (issuer: IssuerReference) => boolean): Problem[] {
  return effectiveCertificates(resource, { isAcme })
    .filter(isIssued)
    .filter(({ issuerRef }) => isAcme(issuerRef))
    .flatMap((certificate) => {
      const index = resource.spec.tls?.certificates?.findIndex(({ alias }) => alias === certificate.alias) ?? -1;
      const path = `spec.tls.certificates${index < 0 ? '' : `[${index}]`}`;
      return certificate.alias === 'client'
        ? [acmeClientProblem(certificate, path)]
        : [...publicNameProblems(certificate, path, index < 0), ...acmeNameProblems(path, certificate.spec)];
    });
}

/** It could never be proven, and the pods would wait for it for ever. */
function acmeClientProblem({ issuerRef, spec }: IssuedCertificate, path: string): Problem {
  return {
    path: spec.issuerRef === undefined ? 'spec.tls.issuerRef.name' : `${path}.issuerRef.name`,
    value: JSON.stringify(issuerRef.name),
    message: `${issuerRef.kind} ${issuerRef.name} is an ACME issuer, and those sign certificates for servers alone, while an entry for the alias client asks it for one`,
    remedy: `Give that entry (${path}) an issuerRef of its own, such as a private CA, or remove it: then no client certificate is issued`,
  };
}

function publicNameProblems(
  { alias, issuerRef, spec }: IssuedCertificate,
  path: string,
  isDefault: boolean,
): Problem[] {
  return (spec.dnsNames ?? []).length > 0
    ? []
    : [
        {
          path: isDefault ? path : `${path}.dnsNames`,
          message: `${issuerRef.kind} ${issuerRef.name} is an ACME issuer and signs public names only, and the ${alias} certificate has none`,
          remedy: `Add an entry for the alias ${alias} with the public dnsNames of this ProxySQL`,
        },
      ];
}
