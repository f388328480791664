import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { desiredCertificates } from '../lib/graph/desired';
import { type PodReport } from '../lib/graph/pod-report';
import { proveSecret } from '../lib/graph/prove-secret';
import { type Observation, type ProveSecret, type Unanswered, type World } from '../lib/graph/world';
import { type ObjectReference } from '../lib/kubernetes';
import { KUBEDB_GROUP } from '../lib/labels';
import { type ExpectedNames, type Proof } from '../lib/proof/proof';
import { stillHolds } from '../lib/proof/prove';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Caches } from './caches';
import { type Rendering } from './rendering';

/** What a look at the world needs. */
export interface ObserveInput {
  readonly proxysql: ProxySQLResource;
  readonly rendering: Rendering;
  readonly caches: Caches;
  readonly served: ReadonlyMap<string, string>;
  /** @default - none */
  readonly unanswered?: ReadonlyMap<string, Unanswered>;
  /** @default - none */
  readonly reports?: ReadonlyMap<string, PodReport>;
  readonly prove: ProveSecret;
  readonly now: number;
}

/** A snapshot of all that deciding about one ProxySQL may look at, from the caches alone. */
export function observe(input: ObserveInput): World {
  const { proxysql, rendering, caches, served, unanswered, reports, prove, now } = input;
  const world: World = {
    now,
    proxysql,
    problems: rendering.problems,
    desired: rendering.desired,
    owned: caches.ownedBy(proxysql.metadata),
    find: (reference) => caches.find(reference),
    served,
    ...(unanswered !== undefined && { unanswered }),
    ...(reports !== undefined && { reports }),
    prove: once(prove),
  };
  const tlsSecrets = new Set(desiredCertificates(world).map(({ secret }) => secret.name));
  return { ...world, find: (reference) => withoutLabel(caches.find(reference), reference, tlsSecrets) };
}

/** A TLS Secret without our label is known by name only: it cannot be proven, and that is what to say. */
function withoutLabel(
  observed: Observation,
  { kind, name }: ObjectReference,
  tlsSecrets: ReadonlySet<string>,
): Observation {
  return kind === 'Secret' && tlsSecrets.has(name) && observed.state === 'present' && observed.metadataOnly === true
    ? {
        state: 'unreadable',
        why: `it has no label app.kubernetes.io/managed-by=${KUBEDB_GROUP}, and only Secrets with it are read`,
      }
    : observed;
}

/** Within one look the same Secret is asked about by several gates, each time for the same alias. */
function once(prove: ProveSecret): ProveSecret {
  const known = new Map<string, Proof>();
  return (secret, alias, expected, now) => {
    const key = `${alias} ${secret.metadata.uid}`;
    const proof = known.get(key) ?? prove(secret, alias, expected, now);
    known.set(key, proof);
    return proof;
  };
}

/** Secrets whose proof is remembered: more than one operator looks after. */
const MOST_PROOFS = 20_000;

/** Proves Secrets, and remembers the proof of each version of a Secret for as long as it holds. */
export function rememberingProver(prove: ProveSecret = proveSecret): ProveSecret {
  const remembered = new LRUCache<string, Proof>({ max: MOST_PROOFS });
  return (secret, alias, expected, now) => {
    const { uid, resourceVersion } = secret.metadata;
    if (uid === undefined || resourceVersion === undefined) {
      return prove(secret, alias, expected, now);
    }
    const key = [uid, resourceVersion, alias, digest(expected)].join(' ');
    const known = remembered.get(key);
    if (known !== undefined && stillHolds(known, now)) {
      return known;
    }
    const proof = prove(secret, alias, expected, now);
    remembered.set(key, proof);
    return proof;
  };
}

function digest(expected: ExpectedNames): string {
  return createHash('sha256').update(JSON.stringify(expected)).digest('base64');
}
