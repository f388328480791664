import { CERT_MANAGER_GROUP } from '../lib/issuer-reference';
import { type AppBindingResource, type IssuerReference, type ProxySQLResource } from '../lib/proxysql-resource';
import { groupOf } from '../lib/same-issuer';
import { validateAgainstSchema } from '../lib/schema/validate';
import { isObject } from './manifests';

type Fields = { readonly [field: string]: unknown };

/** What the checked files say about the objects that a ProxySQL refers to. */
export class Neighbours {
  public constructor(private readonly objects: readonly Fields[]) {}

  /** Whether a ProxySQL's issuer is in the files and asks an ACME server. */
  public isAcme(proxysql: ProxySQLResource, issuer: IssuerReference): boolean {
    return (
      groupOf(issuer) === CERT_MANAGER_GROUP &&
      this.objects.some(
        (object) =>
          object.apiVersion === `${CERT_MANAGER_GROUP}/v1` &&
          object.kind === issuer.kind &&
          nameOf(object) === issuer.name &&
          (issuer.kind === 'ClusterIssuer' || namespaceOf(object) === namespaceOf(proxysql)) &&
          isObject(object.spec) &&
          isObject(object.spec.acme),
      )
    );
  }

  /** The AppBinding of a ProxySQL's backend, if it is in the files and sound. */
  public appBindingOf(proxysql: ProxySQLResource): AppBindingResource | undefined {
    const name: unknown = isObject(proxysql.spec) && isObject(proxysql.spec.backend) && proxysql.spec.backend.name;
    return this.objects.find(
      (object) =>
        object.kind === 'AppBinding' &&
        nameOf(object) === name &&
        namespaceOf(object) === namespaceOf(proxysql) &&
        validateAgainstSchema('AppBinding', object).length === 0,
    ) as AppBindingResource | undefined;
  }
}

/** Metadata of what is checked may be missing, or something else. */
function metadataOf({ metadata }: { readonly metadata?: unknown }): Fields {
  return isObject(metadata) ? metadata : {};
}

function nameOf(object: { readonly metadata?: unknown }): unknown {
  return metadataOf(object).name;
}

function namespaceOf(object: { readonly metadata?: unknown }): unknown {
  return metadataOf(object).namespace ?? 'default';
}
