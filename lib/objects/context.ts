import {
  ALLOW_PLAINTEXT_ANNOTATION,
  type Labels,
  offshootLabels,
  selectorLabels,
  untracked,
  withoutReserved,
} from '../labels';
import { type Effective, effective } from '../defaults';
import { type ObjectMeta, type OwnerReference } from '../kubernetes';
import {
  type AppBindingResource,
  type IssuerReference,
  type MetadataOverlay,
  type ProxySQLResource,
} from '../proxysql-resource';
import { type Images } from './images';

/** What a ProxySQL's objects are made from. */
export interface RenderInput {
  readonly proxysql: ProxySQLResource;
  /** The backend; without it there is no configuration and no workload. */
  readonly appBinding?: AppBindingResource;
  /** Whether an issuer is known to speak ACME. @default - none does */
  readonly isAcme?: (issuer: IssuerReference) => boolean;
  /** @default - the official ProxySQL image and this package's own */
  readonly images?: Images;
}

/** The input with everything derived that more than one object needs. */
export interface RenderContext extends RenderInput {
  readonly name: string;
  readonly namespace: string;
  readonly effective: Effective;
  readonly allowPlaintext: boolean;
  readonly labels: Labels;
  /** With those that Argo CD gave the ProxySQL: it looks at no pods, and to lose one replaces them. */
  readonly podLabels: Labels;
  readonly selector: Labels;
}

/** Derives the context. */
export function renderContext(input: RenderInput): RenderContext {
  const { proxysql } = input;
  const { name, namespace = 'default', labels, annotations } = proxysql.metadata;
  const podLabels = offshootLabels(name, labels);
  return {
    ...input,
    name,
    namespace,
    effective: effective(proxysql, { isAcme: input.isAcme ?? (() => false) }),
    allowPlaintext: annotations?.[ALLOW_PLAINTEXT_ANNOTATION] === 'true',
    labels: untracked(podLabels),
    podLabels,
    selector: selectorLabels(name),
  };
}

/** Metadata of an object that goes with this ProxySQL; an overlay adds labels and annotations, but never replaces reserved ones. */
export function metadataOf(
  context: RenderContext,
  name: string,
  overlay: MetadataOverlay = {},
): ObjectMeta & { labels: Labels } {
  const owner = ownerOf(context.proxysql);
  return { ...lastingMetadataOf(context, name, overlay), ...(owner !== undefined && { ownerReferences: [owner] }) };
}

/** Metadata of an object that may stay when the ProxySQL goes: it has no owner, and labels alone say whose it is. */
export function lastingMetadataOf(
  context: RenderContext,
  name: string,
  overlay: MetadataOverlay = {},
): ObjectMeta & { labels: Labels } {
  const annotations = withoutReserved(overlay.annotations ?? {});
  return {
    name,
    namespace: context.namespace,
    labels: { ...withoutReserved(overlay.labels ?? {}), ...context.labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** In a cluster the ProxySQL owns what it becomes; at synth time it has no UID, and Git owns everything. */
function ownerOf({ apiVersion, kind, metadata }: ProxySQLResource): OwnerReference | undefined {
  return metadata.uid === undefined
    ? undefined
    : { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
