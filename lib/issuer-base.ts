import { ApiObject, type ApiObjectMetadata, JsonPatch } from 'cdk8s';
import { type Construct } from 'constructs';
import { ClusterIssuer, Issuer, type IssuerSpec } from '../imports/cert-manager.io';
import { ApiResource, metadataOf, reportProblems } from './api-resource';
import { issuerProblems } from './issuer-problems';
import { CERT_MANAGER_GROUP, type IIssuer } from './issuer-reference';

/**
 * What Issuer and ClusterIssuer have in common: everything but where they apply.
 *
 * @internal
 */
export abstract class IssuerBase extends ApiResource implements IIssuer {
  /** The API object itself, for what this construct has no property for. */
  public readonly apiObject: ApiObject;
  /** Whether it asks an ACME server. */
  public readonly isAcme: boolean;
  /** API group of the kind. */
  public readonly group: string = CERT_MANAGER_GROUP;

  protected constructor(
    scope: Construct,
    id: string,
    clusterWide: boolean,
    spec: IssuerSpec,
    metadata?: ApiObjectMetadata,
  ) {
    super(scope, id);
    // The two kinds have one and the same spec.
    const manifest = Issuer.manifest({ metadata: metadataOf(id, metadata), spec });
    this.apiObject = new ApiObject(this, 'Resource', clusterWide ? { ...manifest, ...ClusterIssuer.GVK } : manifest);
    if (clusterWide && this.apiObject.metadata.namespace !== undefined) {
      // cdk8s gives the chart's namespace to every object.
      this.apiObject.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
    this.isAcme = spec.acme !== undefined;
    reportProblems(this, clusterWide ? 'ClusterIssuer' : 'Issuer', issuerProblems);
  }
}

/** An issuer that is only named here. */
export class NamedIssuer implements IIssuer {
  public constructor(
    public readonly name: string,
    public readonly kind: string,
    public readonly group: string,
    public readonly isAcme: boolean,
  ) {}
}
