import { ApiObject } from 'cdk8s';
import { type IConstruct } from 'constructs';
import { manifestOf } from './manifest-of';

/** An object that a construct makes, or has made in the cluster. */
export interface NameClaim {
  /** As messages call it, such as `Secret`. */
  readonly kind: string;
  /** Absent for what applies to the whole cluster. */
  readonly namespace?: string;
  readonly name: string;
  /** What it follows from; absent for a ProxySQL's, of which there can be one only. */
  readonly object?: ApiObject;
}

/** Kinds without a namespace, to whose objects cdk8s gives the chart's all the same. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
]);

const LAST_WINS = 'the one that is applied last would win';
const TWICE = 'kustomize, and so Flux, and Helm refuse an object that is there twice';

const claimants = new WeakMap<IConstruct, readonly NameClaim[]>();
const watched = new WeakSet<IConstruct>();

/**
 * Has it reported when the app is synthesized that a construct makes an object which another one makes too: the one that is applied last
 * would win, and with either of them gone so would be the object.
 *
 * @param claims what is not among the objects below the construct, such as what the operator makes of it
 */
export function claimNames(construct: IConstruct, claims: readonly NameClaim[] = []): void {
  claimants.set(construct, claims);
  const { root } = construct.node;
  if (!watched.has(root)) {
    watched.add(root);
    root.node.addValidation({ validate: () => collisions(root) });
  }
}

interface Claim extends NameClaim {
  readonly construct: IConstruct;
}

function collisions(root: IConstruct): string[] {
  const known = new Map<string, Claim>();
  // One complaint about the same two constructs is enough.
  const told = new Set<string>();
  return claimsBelow(root).flatMap((claim) => {
    const { kind, namespace, name, construct } = claim;
    const described = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
    const before = known.get(described) ?? claim;
    known.set(described, before);
    const harm = before.construct === construct ? undefined : harmOf(before, claim);
    const pair = `${before.construct.node.addr} ${construct.node.addr}`;
    if (harm === undefined || told.has(pair)) {
      return [];
    }
    told.add(pair);
    return [
      `${construct.node.path}: ${described} comes from ${before.construct.node.path} too, and ${harm}. Give one of them another name, or make it once and use it in both places.`,
    ];
  });
}

/** Why two claims of one name are wrong; undefined where an object cannot be written, which is told by itself. */
function harmOf({ object: one }: Claim, { object: other }: Claim): string | undefined {
  try {
    const isSame = one && other && JSON.stringify(manifestOf(one)) === JSON.stringify(manifestOf(other));
    return isSame === true ? TWICE : LAST_WINS;
  } catch {
    return undefined;
  }
}

/** What is claimed, each with the construct that a user made. */
function claimsBelow(construct: IConstruct, owner?: IConstruct): Claim[] {
  const own = claimants.get(construct);
  const claimant = own === undefined ? owner : construct;
  const claims = (own ?? []).map((claim): Claim => ({ ...claim, construct }));
  if (claimant !== undefined && ApiObject.isApiObject(construct)) {
    claims.push({ ...claimOf(construct), construct: claimant, object: construct });
  }
  return [...claims, ...construct.node.children.flatMap((child) => claimsBelow(child, claimant))];
}

function claimOf({ kind, name, metadata }: ApiObject): NameClaim {
  return { kind, name, ...(!CLUSTER_KINDS.has(kind) && { namespace: metadata.namespace ?? 'default' }) };
}
