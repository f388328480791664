/** The API group of cert-manager's own issuers. */
export const CERT_MANAGER_GROUP = 'cert-manager.io';

/** Whoever signs certificates: an issuer made here, one that exists in the cluster, or one of another API group. */
export interface IIssuer {
  /** Name of the issuer. */
  readonly name: string;
  /** `Issuer`, `ClusterIssuer`, or the kind of an issuer of another API group. */
  readonly kind: string;
  /** API group of the kind. */
  readonly group: string;
  /** Whether the issuer is known to speak ACME. Such issuers sign public names that they can verify, and nothing else. */
  readonly isAcme: boolean;
}

/** What is known about an issuer that exists in the cluster. */
export interface ImportedIssuerOptions {
  /**
   * Whether it speaks ACME, as Let's Encrypt does.
   *
   * @default false
   */
  readonly acme?: boolean;
}

/** An issuer of another API group than cert-manager's, such as AWS PCA or step. */
export interface ExternalIssuerOptions {
  /** Name of the issuer. */
  readonly name: string;
  /** Its kind, such as `AWSPCAClusterIssuer`. */
  readonly kind: string;
  /** Its API group, such as `awspca.cert-manager.io`. */
  readonly group: string;
}

/** The reference as cert-manager reads it. Kind and group are always there: the defaults for them have changed between its releases. */
export function issuerRef(issuer: IIssuer): { name: string; kind: string; group: string } {
  return { name: issuer.name, kind: issuer.kind, group: issuer.group };
}
