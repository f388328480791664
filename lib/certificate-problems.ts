import { acmeNameProblems } from './acme-names';
import { secretNameProblems } from './object-names';
import { countryProblems } from './certificate-countries';
import { type CertificateLifetime, lifetimeProblems } from './certificate-lifetime';
import { type KubernetesObject } from './kubernetes';
import { type Problem } from './problem';
import { type SubjectAlternativeNames, subjectAlternativeNameProblems } from './subject-alternative-names';

interface CertificateJson extends CertificateLifetime, SubjectAlternativeNames {
  readonly secretName?: string;
  readonly commonName?: string;
  readonly isCA?: boolean;
  readonly subject?: { readonly countries?: readonly string[] };
  readonly privateKey?: { readonly algorithm?: string; readonly size?: number };
  readonly secretTemplate?: { readonly annotations?: { readonly [key: string]: string } };
  readonly revisionHistoryLimit?: number;
  readonly issuerRef?: { readonly name?: string; readonly kind?: string };
}

/** What is known of a certificate's issuer. */
export interface IssuerFacts {
  readonly acme: boolean;
  /** Absent where it is not known or does not matter. */
  readonly namespace?: string;
}

const MAX_COMMON_NAME = 64;
const MIN_RSA = 2048;
const MAX_RSA = 8192;

/** What is wrong with a Certificate beyond its schema. */
export function certificateProblems(object: KubernetesObject, issuer: IssuerFacts): Problem[] {
  const spec = object.spec as CertificateJson;
  return [
    ...secretNameProblems('spec.secretName', spec.secretName),
    ...commonNameProblems(spec.commonName),
    ...nothingNamed(spec),
    ...subjectAlternativeNameProblems('spec', spec),
    ...countryProblems('spec', spec.subject?.countries),
    ...lifetimeProblems('spec', spec),
    ...rsaProblems(spec.privateKey),
    ...annotationProblems(spec.secretTemplate?.annotations),
    ...historyProblems(spec.revisionHistoryLimit),
    ...(issuer.acme ? acmeProblems(spec) : []),
    ...namespaceProblems(spec, object.metadata.namespace, issuer.namespace),
  ];
}

function commonNameProblems(commonName: string | undefined): Problem[] {
  const bytes = Buffer.byteLength(commonName ?? '', 'utf8');
  return bytes <= MAX_COMMON_NAME
    ? []
    : [
        {
          path: 'spec.commonName',
          value: JSON.stringify(commonName),
          message: `A common name may have ${MAX_COMMON_NAME} bytes; this one has ${bytes}`,
          remedy: 'Shorten it, or leave it out and give the name in dnsNames, where clients look for it',
        },
      ];
}

function nothingNamed({ commonName, dnsNames, ipAddresses, uris, emailAddresses }: CertificateJson): Problem[] {
  const named = [dnsNames, ipAddresses, uris, emailAddresses].some((list) => list !== undefined && list.length > 0);
  return named || (commonName !== undefined && commonName !== '')
    ? []
    : [
        {
          path: 'spec.dnsNames',
          message: 'The certificate names nobody',
          remedy: 'Give at least one of dnsNames, ipAddresses, uris, emailAddresses and commonName',
        },
      ];
}

function rsaProblems(key: CertificateJson['privateKey']): Problem[] {
  const size = key?.size;
  return key?.algorithm !== 'RSA' ||
    size === undefined ||
    (Number.isInteger(size) && size >= MIN_RSA && size <= MAX_RSA)
    ? []
    : [
        {
          path: 'spec.privateKey.size',
          value: String(size),
          message: `An RSA key has ${MIN_RSA} to ${MAX_RSA} bits`,
          remedy: 'Use 2048, 3072 or 4096, or CertificateKey.ecdsa()',
        },
      ];
}

function annotationProblems(annotations: { readonly [key: string]: string } = {}): Problem[] {
  return Object.keys(annotations)
    .filter((key) => key.startsWith('cert-manager.io/') && key !== 'cert-manager.io/allow-direct-injection')
    .map((key) => ({
      path: `spec.secretTemplate.annotations[${JSON.stringify(key)}]`,
      message: 'Annotations of cert-manager.io are cert-manager’s own',
      remedy: 'Leave it out, or use a prefix of your own',
    }));
}

function historyProblems(limit: number | undefined): Problem[] {
  return limit === undefined || (Number.isInteger(limit) && limit >= 1)
    ? []
    : [
        {
          path: 'spec.revisionHistoryLimit',
          value: String(limit),
          message: 'At least one CertificateRequest is kept',
          remedy: 'Write 1 or more',
        },
      ];
}

/** An ACME server puts names of two kinds into a certificate, and each has to be among those that it verified. */
function acmeProblems(spec: CertificateJson): Problem[] {
  const { commonName, dnsNames = [], ipAddresses = [], uris = [], emailAddresses = [] } = spec;
  const problems: Problem[] = [];
  if (commonName !== undefined && ![...dnsNames, ...ipAddresses].includes(commonName)) {
    problems.push({
      path: 'spec.commonName',
      value: JSON.stringify(commonName),
      message: 'An ACME issuer takes a common name only if it is also in dnsNames or ipAddresses',
      remedy: 'Leave it out, or add it to dnsNames',
    });
  }
  problems.push(...acmeNameProblems('spec', { uris, emailAddresses }));
  if (spec.isCA === true) {
    problems.push({
      path: 'spec.isCA',
      value: 'true',
      message: 'An ACME issuer does not issue CAs',
      remedy: 'Use CertificateAuthority, or an issuer that signs with a CA of your own',
    });
  }
  return problems;
}

function namespaceProblems({ issuerRef }: CertificateJson, own = 'default', issuers: string | undefined): Problem[] {
  return issuers === undefined || issuers === own
    ? []
    : [
        {
          path: 'spec.issuerRef.name',
          value: JSON.stringify(issuerRef?.name),
          message: `This Issuer is in namespace ${issuers}, the Certificate in ${own}; an Issuer serves its own namespace only`,
          remedy: 'Put both into one namespace, or use a ClusterIssuer',
        },
      ];
}
