import { type ApiObject, type ApiObjectMetadata } from 'cdk8s';
import { type Construct } from 'constructs';
import { type IssuerSpec } from '../imports/cert-manager.io';
import { ApiResource, reportProblems } from './api-resource';
import { issuerObject } from './issuer-object';
import { issuerProblems } from './issuer-problems';
import {
  type AcmeIssuerProps,
  type CaIssuerProps,
  type SelfSignedIssuerProps,
  type VaultIssuerProps,
  type VenafiIssuerProps,
} from './issuer-props';
import { CERT_MANAGER_GROUP, type IIssuer, type ImportedIssuerOptions } from './issuer-reference';
import { acmeSpec, caSpec, selfSignedSpec, vaultSpec, venafiSpec } from './issuer-spec';
import { NamedIssuer } from './named-issuer';

/** A cert-manager ClusterIssuer: it signs certificates of every namespace. The Secrets that it needs lie in cert-manager's namespace. */
export class ClusterIssuer extends ApiResource implements IIssuer {
  /** One that exists in the cluster. */
  public static fromName(name: string, options: ImportedIssuerOptions = {}): IIssuer {
    return new NamedIssuer(name, 'ClusterIssuer', CERT_MANAGER_GROUP, options.acme ?? false);
  }

  /** One that has each certificate sign itself: for the root of a CA of one's own. */
  public static selfSigned(scope: Construct, id: string, props: SelfSignedIssuerProps = {}): ClusterIssuer {
    return new ClusterIssuer(scope, id, selfSignedSpec(props), props.metadata);
  }

  /** One that signs with a CA whose key lies in a Secret. */
  public static ca(scope: Construct, id: string, props: CaIssuerProps): ClusterIssuer {
    return new ClusterIssuer(scope, id, caSpec(props), props.metadata);
  }

  /** One that asks an ACME server, such as Let's Encrypt. */
  public static acme(scope: Construct, id: string, props: AcmeIssuerProps): ClusterIssuer {
    return new ClusterIssuer(scope, id, acmeSpec(props.metadata?.name ?? id, props), props.metadata);
  }

  /** One that asks HashiCorp Vault or OpenBao. */
  public static vault(scope: Construct, id: string, props: VaultIssuerProps): ClusterIssuer {
    return new ClusterIssuer(scope, id, vaultSpec(props), props.metadata);
  }

  /** One that asks CyberArk Certificate Manager, formerly Venafi. */
  public static venafi(scope: Construct, id: string, props: VenafiIssuerProps): ClusterIssuer {
    return new ClusterIssuer(scope, id, venafiSpec(props), props.metadata);
  }

  /** The API object itself, for what this construct has no property for. */
  public readonly apiObject: ApiObject;
  /** Whether it asks an ACME server. */
  public readonly isAcme: boolean;
  /** API group of the kind. */
  public readonly group: string = CERT_MANAGER_GROUP;

  private constructor(scope: Construct, id: string, spec: IssuerSpec, metadata?: ApiObjectMetadata) {
    super(scope, id);
    this.apiObject = issuerObject(this, 'ClusterIssuer', spec, metadata);
    this.isAcme = spec.acme !== undefined;
    reportProblems(this, 'ClusterIssuer', issuerProblems);
  }
}
