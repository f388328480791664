import { effectiveCertificates } from '../defaults';
import { lifetimeProblems } from '../certificate-lifetime';
import { CERTIFICATE_ALIASES, type CertificateAliasName } from '../names';
import { type Problem } from '../problem';
import { type CertificateSpec, type IssuerReference, type ProxySQLResource } from '../proxysql-resource';
import { CLUSTER_DOMAIN, clusterNames } from '../server-names';
import { subjectAlternativeNameProblems } from '../subject-alternative-names';

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
        ...lifetimeProblems(path, certificate),
        ...subjectAlternativeNameProblems(path, certificate),
        ...unreachableNameProblems(path, certificate, resource),
      ];
    }),
    ...acmeProblems(resource, isAcme),
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
  return (certificate.dnsNames ?? []).flatMap((dnsName, index): Problem[] => {
    if (!isClusterName(dnsName) || own.some((pattern) => covers(pattern, dnsName))) {
      return [];
    }
    return [
      {
        path: `${path}.dnsNames[${index}]`,
        value: JSON.stringify(dnsName),
        message: `This is a name of the cluster's own DNS, and no Service or pod of ProxySQL ${namespace}/${name} has it`,
        remedy: `Leave it out: all names of the Services and pods, such as ${name}.${namespace}.svc, are there without being asked for`,
      },
    ];
  });
}

function isClusterName(dnsName: string): boolean {
  return typeof dnsName === 'string' && (dnsName.endsWith('.svc') || dnsName.endsWith(`.svc.${CLUSTER_DOMAIN}`));
}

/** Whether a name, or a wildcard for one label, stands for another. */
function covers(pattern: string, dnsName: string): boolean {
  return pattern === dnsName || (pattern.startsWith('*.') && dnsName.slice(dnsName.indexOf('.')) === pattern.slice(1));
}

/** ACME issuers sign what is publicly reachable, so they cannot do without a public name. */
function acmeProblems(resource: ProxySQLResource, isAcme: (issuer: IssuerReference) => boolean): Problem[] {
  const { tls } = resource.spec;
  return effectiveCertificates(resource, { isAcme })
    .filter(({ issuerRef, spec }) => isAcme(issuerRef) && (spec.dnsNames ?? []).length === 0)
    .map(({ alias, issuerRef }) => {
      const index = tls?.certificates?.findIndex((certificate) => certificate.alias === alias) ?? -1;
      return {
        path: index < 0 ? 'spec.tls.certificates' : `spec.tls.certificates[${index}].dnsNames`,
        message: `${issuerRef.kind} ${issuerRef.name} is an ACME issuer and signs public names only, and the ${alias} certificate has none`,
        remedy: `Add an entry for the alias ${alias} with the public dnsNames of this ProxySQL`,
      };
    });
}
