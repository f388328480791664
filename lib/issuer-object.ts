import { ApiObject, type ApiObjectMetadata, JsonPatch } from 'cdk8s';
import { type Construct } from 'constructs';
import { ClusterIssuer, Issuer, type IssuerSpec } from '../imports/cert-manager.io';
import { metadataOf } from './api-resource';

/** The two kinds of issuers, which have one and the same spec and differ in where they apply. */
export type IssuerKind = 'Issuer' | 'ClusterIssuer';

/** The API object of an issuer's construct. */
export function issuerObject(
  construct: Construct,
  kind: IssuerKind,
  spec: IssuerSpec,
  metadata: ApiObjectMetadata | undefined,
): ApiObject {
  const manifest = Issuer.manifest({ metadata: metadataOf(construct.node.id, metadata), spec });
  if (kind === 'Issuer') {
    return new ApiObject(construct, 'Resource', manifest);
  }
  const object = new ApiObject(construct, 'Resource', { ...manifest, ...ClusterIssuer.GVK });
  if (object.metadata.namespace !== undefined) {
    // cdk8s gives the chart's namespace to every object.
    object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
  return object;
}
