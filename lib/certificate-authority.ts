import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { Certificate } from './certificate';
import { CertificateKey, KeyRotation } from './certificate-key';
import { ClusterIssuer } from './cluster-issuer';
import { Issuer } from './issuer';
import { type IIssuer } from './issuer-reference';
import { nameWithSuffix } from './names';
import { type CertificateSubject } from './proxysql-tls';

/** A certificate authority of one's own. */
export interface CertificateAuthorityProps {
  /**
   * Name of the issuer; the names of the other objects begin with it.
   *
   * @default - the construct's id
   */
  readonly name?: string;
  /**
   * Namespace of the authority. With `clusterWide` it is the one that cert-manager runs in, where it looks for Secrets of ClusterIssuers.
   *
   * @default - the chart's namespace; with `clusterWide` `cert-manager`
   */
  readonly namespace?: string;
  /**
   * Whether it signs certificates of every namespace.
   *
   * @default false
   */
  readonly clusterWide?: boolean;
  /**
   * Common name of the CA, up to 64 bytes.
   *
   * @default - the name
   */
  readonly commonName?: string;
  /**
   * Further fields of the CA's subject.
   *
   * @default - none
   */
  readonly subject?: CertificateSubject;
  /**
   * Life of the CA.
   *
   * @default Duration.days(3650)
   */
  readonly duration?: Duration;
  /**
   * How long before its end the CA is renewed. It should be longer than the life of any certificate that it signs.
   *
   * @default Duration.days(365)
   */
  readonly renewBefore?: Duration;
  /**
   * The CA's private key. A renewed CA keeps it, so that certificates which were signed before stay valid under the new one.
   *
   * @default - ECDSA P-256, the same at each renewal
   */
  readonly privateKey?: CertificateKey;
}

/**
 * A certificate authority of one's own: a self-signed CA certificate, and an issuer that signs with it. The CA's key is made in the cluster
 * and stays there.
 */
export class CertificateAuthority extends Construct {
  /** Signs with the CA. */
  public readonly issuer: IIssuer;
  /** The CA's own certificate. */
  public readonly certificate: Certificate;
  /** The Secret with the CA's certificate and key. Clients need its `ca.crt` and must never be given the Secret itself. */
  public readonly secretName: string;

  public constructor(scope: Construct, id: string, props: CertificateAuthorityProps = {}) {
    super(scope, id);
    const { name = id, clusterWide = false, commonName = name, subject } = props;
    const namespace = props.namespace ?? (clusterWide ? 'cert-manager' : Chart.of(this).namespace);
    const bootstrap = Issuer.selfSigned(this, 'Bootstrap', {
      metadata: { name: nameWithSuffix(name, 'bootstrap'), namespace },
    });
    this.certificate = new Certificate(this, 'Certificate', {
      metadata: { name: nameWithSuffix(name, 'root'), namespace },
      issuer: bootstrap,
      isCa: true,
      commonName,
      subject,
      duration: props.duration ?? Duration.days(3650),
      renewBefore: props.renewBefore ?? Duration.days(365),
      privateKey: props.privateKey ?? CertificateKey.ecdsa({ rotation: KeyRotation.NEVER }),
    });
    this.secretName = this.certificate.secretName;
    const signing = clusterWide
      ? ClusterIssuer.ca(this, 'Issuer', { metadata: { name }, secretName: this.secretName })
      : Issuer.ca(this, 'Issuer', { metadata: { name, namespace }, secretName: this.secretName });
    signing.node.addDependency(this.certificate);
    this.issuer = signing;
  }
}
