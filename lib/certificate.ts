import { ApiObject, type Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  Certificate as CertificateManifest,
  type CertificateSpec,
  type CertificateSpecUsages,
} from '../imports/cert-manager.io';
import { ApiResource, type ApiResourceProps, metadataOf, reportProblems } from './api-resource';
import { CertificateKey } from './certificate-key';
import { certificateProblems, type IssuerFacts } from './certificate-problems';
import { CertificateUsage } from './certificate-usage';
import { formatGoDuration } from './go-duration';
import { Issuer } from './issuer';
import { claimNames } from './name-claims';
import { type IIssuer, issuerRef } from './issuer-reference';
import { type CertificateSubject } from './proxysql-tls';

/** A certificate that is issued into a Secret: one made here, or one that exists in the cluster. */
export interface ICertificate {
  /** Name of the Certificate. */
  readonly name: string;
  /** The Secret with `tls.crt`, `tls.key` and, where the issuer gives one, `ca.crt`. */
  readonly secretName: string;
}

/** What is known about a Certificate that exists in the cluster. */
export interface ImportedCertificateOptions {
  /**
   * The Secret that it is issued into.
   *
   * @default - the Certificate's name
   */
  readonly secretName?: string;
}

/** What cert-manager writes on the Secret besides the certificate. */
export interface CertificateSecretTemplate {
  /**
   * Labels, for example to watch only Secrets that have them.
   *
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
  /**
   * Annotations; those of cert-manager.io are cert-manager's own.
   *
   * @default - none
   */
  readonly annotations?: { readonly [key: string]: string };
}

/** What a certificate says, and how it is issued. It has to name somebody: by a name of one of the four kinds, or by its common name. */
export interface CertificateProps extends ApiResourceProps {
  /** Who signs it. */
  readonly issuer: IIssuer;
  /**
   * The Secret that it is issued into.
   *
   * @default - the Certificate's name
   */
  readonly secretName?: string;
  /**
   * Common name of the subject, up to 64 bytes. Clients look for a server's name in `dnsNames`.
   *
   * @default - none
   */
  readonly commonName?: string;
  /**
   * Further fields of the subject.
   *
   * @default - none
   */
  readonly subject?: CertificateSubject;
  /**
   * DNS names; a wildcard may be the whole leftmost label.
   *
   * @default - none
   */
  readonly dnsNames?: string[];
  /**
   * IPv4 and IPv6 addresses.
   *
   * @default - none
   */
  readonly ipAddresses?: string[];
  /**
   * URIs, such as a SPIFFE ID.
   *
   * @default - none
   */
  readonly uris?: string[];
  /**
   * E-mail addresses.
   *
   * @default - none
   */
  readonly emailAddresses?: string[];
  /**
   * What the key may be used for.
   *
   * @default - digital signature, key encipherment, server auth; for a CA digital signature, cert sign, crl sign
   */
  readonly usages?: CertificateUsage[];
  /**
   * Life of the certificate; at least one hour. Some issuers have a mind of their own about it.
   *
   * @default - cert-manager's: 90 days
   */
  readonly duration?: Duration;
  /**
   * How long before its end the certificate is renewed; at least five minutes and less than `duration`.
   *
   * @default - a third of its life
   */
  readonly renewBefore?: Duration;
  /**
   * The percentage of its life that is left at renewal, from 1 to 99; in place of `renewBefore`.
   *
   * @default - a third of its life
   */
  readonly renewBeforePercentage?: number;
  /**
   * The private key.
   *
   * @default - ECDSA P-256, a new one at each renewal
   */
  readonly privateKey?: CertificateKey;
  /**
   * Whether it can sign certificates.
   *
   * @default false
   */
  readonly isCa?: boolean;
  /**
   * What cert-manager writes on the Secret besides the certificate.
   *
   * @default - nothing
   */
  readonly secretTemplate?: CertificateSecretTemplate;
  /**
   * How many CertificateRequests are kept; at least one.
   *
   * @default - cert-manager's: 1
   */
  readonly revisionHistoryLimit?: number;
}

const LEAF_USAGES = [
  CertificateUsage.DIGITAL_SIGNATURE,
  CertificateUsage.KEY_ENCIPHERMENT,
  CertificateUsage.SERVER_AUTH,
];
const CA_USAGES = [CertificateUsage.DIGITAL_SIGNATURE, CertificateUsage.CERT_SIGN, CertificateUsage.CRL_SIGN];

/** A cert-manager Certificate: a request that is answered, and answered anew before it runs out, in a Secret. */
export class Certificate extends ApiResource implements ICertificate {
  /** One that exists in the cluster. */
  public static fromName(name: string, options: ImportedCertificateOptions = {}): ICertificate {
    return { name, secretName: options.secretName ?? name };
  }

  /** The API object itself, for what this construct has no property for. */
  public readonly apiObject: ApiObject;
  /** The Secret with `tls.crt`, `tls.key` and, where the issuer gives one, `ca.crt`. */
  public readonly secretName: string;

  public constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const metadata = metadataOf(id, props.metadata);
    const spec = specOf(props, props.secretName ?? metadata.name ?? id);
    this.secretName = spec.secretName;
    this.apiObject = new ApiObject(this, 'Resource', CertificateManifest.manifest({ metadata, spec }));
    if (Construct.isConstruct(props.issuer)) {
      this.node.addDependency(props.issuer);
    }
    reportProblems(this, 'Certificate', (object) => certificateProblems(object, factsOf(props.issuer)));
    claimNames(this, [
      {
        kind: 'Secret',
        namespace: this.metadata.namespace ?? 'default',
        name: this.secretName,
        object: this.apiObject,
      },
    ]);
  }
}

function specOf(props: CertificateProps, secretName: string): CertificateSpec {
  const { commonName, subject, dnsNames, ipAddresses, uris, emailAddresses, isCa, secretTemplate } = props;
  const usages = props.usages ?? (isCa === true ? CA_USAGES : LEAF_USAGES);
  return {
    secretName,
    secretTemplate: secretTemplate && {
      labels: secretTemplate.labels && { ...secretTemplate.labels },
      annotations: secretTemplate.annotations && { ...secretTemplate.annotations },
    },
    commonName,
    subject,
    dnsNames,
    ipAddresses,
    uris,
    emailAddresses,
    isCa,
    // The two enums have the same values; the generated one is not for the public API.
    usages: usages as string[] as CertificateSpecUsages[],
    duration: props.duration && formatGoDuration(props.duration),
    renewBefore: props.renewBefore && formatGoDuration(props.renewBefore),
    renewBeforePercentage: props.renewBeforePercentage,
    privateKey: (props.privateKey ?? CertificateKey.ecdsa())._spec,
    revisionHistoryLimit: props.revisionHistoryLimit,
    issuerRef: issuerRef(props.issuer),
  };
}

function factsOf(issuer: IIssuer): IssuerFacts {
  return issuer instanceof Issuer
    ? { acme: issuer.isAcme, namespace: issuer.metadata.namespace ?? 'default' }
    : { acme: issuer.isAcme };
}
