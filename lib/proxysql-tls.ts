import { type Duration } from 'cdk8s';
import { type IIssuer } from './issuer-reference';

/** What a certificate is for. */
export enum CertificateAlias {
  /** What ProxySQL serves to applications. */
  SERVER = 'server',
  /** For applications that log in with a client certificate, and ready for use by workloads. */
  CLIENT = 'client',
  /** What the metrics port serves. It is issued only where monitoring is on. */
  METRICS_EXPORTER = 'metrics-exporter',
}

/** How a private key is written in its Secret. */
export enum PrivateKeyEncoding {
  /** The traditional form of the algorithm. */
  PKCS1 = 'PKCS1',
  /** The form that is the same for all algorithms. */
  PKCS8 = 'PKCS8',
}

/** Fields of a certificate's subject; the common name is decided by the operator. */
export interface CertificateSubject {
  /** @default - none */
  readonly organizations?: string[];
  /** @default - none */
  readonly countries?: string[];
  /** @default - none */
  readonly organizationalUnits?: string[];
  /** @default - none */
  readonly localities?: string[];
  /** @default - none */
  readonly provinces?: string[];
  /** @default - none */
  readonly streetAddresses?: string[];
  /** @default - none */
  readonly postalCodes?: string[];
  /** @default - none */
  readonly serialNumber?: string;
}

/** What one of ProxySQL's certificates has beyond its defaults. */
export interface ProxySQLCertificate {
  /** Which of the certificates this is about. */
  readonly alias: CertificateAlias;
  /**
   * Another issuer for this certificate.
   *
   * @default - the issuer of all certificates
   */
  readonly issuer?: IIssuer;
  /**
   * The Secret that it is issued into. Where no issuer is named, here or for all certificates, it is a Secret that you supply: with
   * `tls.crt`, `tls.key` and the `ca.crt` that clients trust, and the label `app.kubernetes.io/managed-by: kubedb.com` by which the operator
   * may read it. It is proven as an issued one is, and the certificate in it must be valid for the names given here, and
   * for `<name>.<namespace>.svc` unless a public name that is no wildcard is among them.
   *
   * @default '<name>-<alias>-cert'
   */
  readonly secretName?: string;
  /** @default - no subject but the common name */
  readonly subject?: CertificateSubject;
  /**
   * Life of the certificate; at least one hour.
   *
   * @default - cert-manager's: 90 days
   */
  readonly duration?: Duration;
  /**
   * How long before its end the certificate is renewed; at least five minutes and less than `duration`.
   *
   * @default - cert-manager's: a third of its life
   */
  readonly renewBefore?: Duration;
  /**
   * DNS names in addition to those of the Services and pods.
   *
   * @default - none
   */
  readonly dnsNames?: string[];
  /**
   * IP addresses in addition to 127.0.0.1.
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
  /** @default - none */
  readonly emailAddresses?: string[];
  /** @default - cert-manager's: PKCS1 */
  readonly privateKeyEncoding?: PrivateKeyEncoding;
}

/** TLS between applications and ProxySQL. */
export interface ProxySQLTls {
  /**
   * Who issues the certificates. Without one, each entry of `certificates` names its own issuer, or the Secret that you supply.
   *
   * @default - nobody: every certificate that is wanted has an entry of its own
   */
  readonly issuer?: IIssuer;
  /**
   * What is to be different from the defaults, one entry per alias.
   *
   * @default - every certificate as its defaults have it
   */
  readonly certificates?: ProxySQLCertificate[];
}
