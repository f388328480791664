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
import {
  CERT_MANAGER_GROUP,
  type ExternalIssuerOptions,
  type IIssuer,
  type ImportedIssuerOptions,
} from './issuer-reference';
import { acmeSpec, caSpec, selfSignedSpec, vaultSpec, venafiSpec } from './issuer-spec';
import { NamedIssuer } from './named-issuer';

export { type ExternalIssuerOptions, type IIssuer, type ImportedIssuerOptions } from './issuer-reference';

/** A cert-manager Issuer: it signs certificates of its own namespace. */
export class Issuer extends ApiResource implements IIssuer {
  /** One that exists in the cluster. */
  public static fromName(name: string, options: ImportedIssuerOptions = {}): IIssuer {
    return new NamedIssuer(name, 'Issuer', CERT_MANAGER_GROUP, options.acme ?? false);
  }

  /** One of another API group than cert-manager's. */
  public static external(options: ExternalIssuerOptions): IIssuer {
    return new NamedIssuer(options.name, options.kind, options.group, false);
  }

  /** One that has each certificate sign itself: for the root of a CA of one's own. */
  public static selfSigned(scope: Construct, id: string, props: SelfSignedIssuerProps = {}): Issuer {
    return new Issuer(scope, id, selfSignedSpec(props), props.metadata);
  }

  /** One that signs with a CA whose key lies in a Secret. */
  public static ca(scope: Construct, id: string, props: CaIssuerProps): Issuer {
    return new Issuer(scope, id, caSpec(props), props.metadata);
  }

  /** One that asks an ACME server, such as Let's Encrypt. */
  public static acme(scope: Construct, id: string, props: AcmeIssuerProps): Issuer {
    return new Issuer(scope, id, acmeSpec(props.metadata?.name ?? id, props), props.metadata);
  }

  /** One that asks HashiCorp Vault or OpenBao. */
  public static vault(scope: Construct, id: string, props: VaultIssuerProps): Issuer {
    return new Issuer(scope, id, vaultSpec(props), props.metadata);
  }

  /** One that asks CyberArk Certificate Manager, formerly Venafi. */
  public static venafi(scope: Construct, id: string, props: VenafiIssuerProps): Issuer {
    return new Issuer(scope, id, venafiSpec(props), props.metadata);
  }

  /** The API object itself, for what this construct has no property for. */
  public readonly apiObject: ApiObject;
  /** Whether it asks an ACME server. */
  public readonly isAcme: boolean;
  /** API group of the kind. */
  public readonly group: string = CERT_MANAGER_GROUP;

  private constructor(scope: Construct, id: string, spec: IssuerSpec, metadata?: ApiObjectMetadata) {
    super(scope, id);
    this.apiObject = issuerObject(this, 'Issuer', spec, metadata);
    this.isAcme = spec.acme !== undefined;
    reportProblems(this, 'Issuer', issuerProblems);
  }
}
