import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isIssued } from '../lib/defaults';
import { type RenderedObject } from '../lib/graph/rendered-object';
import { CERT_MANAGER_GROUP } from '../lib/issuer-reference';
import { type KubernetesObject } from '../lib/kubernetes';
import { ANNOTATION_PREFIX } from '../lib/labels';
import { isForAcme } from '../lib/objects/certificate';
import { type Images } from '../lib/objects/images';
import { render } from '../lib/objects/render';
import { type Problem } from '../lib/problem';
import { type AppBindingResource, type IssuerReference, type ProxySQLResource } from '../lib/proxysql-resource';
import { RuntimeKind } from '../lib/runtime';
import { groupOf, isSameIssuer } from '../lib/same-issuer';
import { validateProxySQL } from '../lib/validation/validate';
import { type Caches } from './caches';
import { canonical } from './compare';
import { certificatesOf } from './references';
import { keyOf } from './runtime/store';

/** On objects: a digest of what was last applied. Another digest means that something else is wanted now. */
export const APPLIED_ANNOTATION = `${ANNOTATION_PREFIX}/applied`;

/** What a ProxySQL amounts to: the objects that it wants, or what is wrong with it. */
export interface Rendering {
  readonly problems: readonly Problem[];
  /** Empty when there are problems. */
  readonly desired: readonly RenderedObject[];
}

interface Remembered {
  readonly key: string;
  readonly rendering: Rendering;
}

/** Renderings that are remembered. They are large, and most ProxySQLs are looked at rarely. */
const MOST_RENDERINGS = 50;

/** Issuers that are remembered after they are gone. */
const MOST_ISSUERS = 5_000;

/** Validates and renders ProxySQLs, and remembers the last results for as long as nothing that they depend on changes. */
export class Renderer {
  private readonly remembered = new LRUCache<string, Remembered>({ max: MOST_RENDERINGS });
  /** Whether an issuer was one for ACME when it was last seen, by its key. */
  private readonly lastSeen = new LRUCache<string, boolean>({ max: MOST_ISSUERS });

  constructor(
    private readonly caches: Pick<Caches, 'get'>,
    private readonly images: Images,
  ) {}

  /** Never throws: what cannot be rendered is a problem of that ProxySQL. */
  of(proxysql: ProxySQLResource): Rendering {
    const { uid = '', labels, annotations } = proxysql.metadata;
    const appBinding = this.appBindingOf(proxysql);
    const isKnownAcme = (issuer: IssuerReference): boolean => this.isAcme(issuer, proxysql) === true;
    const isAcme = (issuer: IssuerReference): boolean =>
      this.isAcme(issuer, proxysql) ?? this.wasAskedAsAcme(issuer, proxysql);
    // Not by generation and version: after etcd was put back to a backup, the same ones come once more with other content.
    const key = canonical([
      proxysql.spec,
      labels,
      annotations,
      appBinding?.spec,
      issuersOf(proxysql).map((issuer) => [isKnownAcme(issuer), isAcme(issuer)]),
    ]);
    const remembered = this.remembered.get(uid);
    if (remembered?.key === key) {
      return remembered.rendering;
    }
    const rendering = this.render(proxysql, appBinding, isKnownAcme, isAcme);
    this.remembered.set(uid, { key, rendering });
    return rendering;
  }

  forget(uid: string): void {
    this.remembered.delete(uid);
  }

  private render(
    proxysql: ProxySQLResource,
    appBinding: AppBindingResource | undefined,
    isKnownAcme: (issuer: IssuerReference) => boolean,
    isAcme: (issuer: IssuerReference) => boolean,
  ): Rendering {
    try {
      const problems = validateProxySQL(proxysql, { isAcme: isKnownAcme, runtime: RuntimeKind.OPERATOR, appBinding });
      if (problems.length > 0) {
        return { problems, desired: [] };
      }
      const desired = render({ proxysql, appBinding, isAcme, images: this.images });
      return { problems, desired: desired.map(withDigest) };
    } catch (error) {
      return { problems: [notRenderable(error)], desired: [] };
    }
  }

  private appBindingOf({ metadata, spec }: ProxySQLResource): AppBindingResource | undefined {
    const name = spec?.backend?.name;
    return typeof name === 'string'
      ? (this.caches.get('AppBinding', metadata.namespace, name) as AppBindingResource | undefined)
      : undefined;
  }

  /** Undefined while nobody knows: the issuer is not there, and was not seen before it went. */
  private isAcme(reference: IssuerReference, proxysql: ProxySQLResource): boolean | undefined {
    if (groupOf(reference) !== CERT_MANAGER_GROUP) {
      return false;
    }
    const { name } = reference;
    const kind = reference.kind === 'ClusterIssuer' ? 'ClusterIssuer' : 'Issuer';
    const namespace = kind === 'ClusterIssuer' ? undefined : proxysql.metadata.namespace;
    const issuer = this.caches.get(kind, namespace, name);
    const key = `${kind} ${keyOf(namespace, name)}`;
    if (issuer === undefined) {
      return this.lastSeen.get(key);
    }
    const acme = (issuer.spec as { readonly acme?: unknown } | undefined)?.acme !== undefined;
    this.lastSeen.set(key, acme);
    return acme;
  }

  /** What was asked for goes on until the issuer is known: a certificate that was issued stays what is wanted. */
  private wasAskedAsAcme(reference: IssuerReference, proxysql: ProxySQLResource): boolean {
    const asked = certificatesOf(proxysql)
      .filter((certificate) => isIssued(certificate) && isSameIssuer(certificate.issuerRef, reference))
      .map(({ name }) => this.caches.get('Certificate', proxysql.metadata.namespace, name))
      .find((certificate) => certificate?.spec !== undefined);
    return asked !== undefined && isForAcme(asked);
  }
}

function withDigest(rendered: RenderedObject): RenderedObject {
  if (rendered.generate !== undefined) {
    return rendered;
  }
  const { object } = rendered;
  const { annotations, ...metadata } = object.metadata;
  const digest = createHash('sha256').update(JSON.stringify(object)).digest('hex').slice(0, 16);
  const stamped: KubernetesObject = {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [APPLIED_ANNOTATION]: digest } },
  };
  return { ...rendered, object: stamped };
}

/** Names of the issuers of a ProxySQL that may have any shape. */
function issuersOf({ spec }: ProxySQLResource): IssuerReference[] {
  const { issuerRef, certificates } = spec?.tls ?? {};
  const own = Array.isArray(certificates) ? certificates.map((certificate) => certificate?.issuerRef) : [];
  return [issuerRef, ...own].filter((issuer): issuer is IssuerReference => typeof issuer?.name === 'string');
}

/** What came past the schema, for example written before an upgrade. */
function notRenderable(error: unknown): Problem {
  return {
    path: 'spec',
    message: `it cannot be understood: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'Compare it with the documentation of the resource',
  };
}
