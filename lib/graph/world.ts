import { type KubernetesObject, type ObjectReference } from '../kubernetes';
import { type CertificateAliasName } from '../names';
import { type Problem } from '../problem';
import { type ExpectedNames, type Proof } from '../proof/proof';
import { type ProxySQLResource } from '../proxysql-resource';
import { type PodReport } from './pod-report';
import { type RenderedObject } from './rendered-object';

/** What is known about one object of the cluster. */
export type Observation =
  | {
      readonly state: 'present';
      readonly object: KubernetesObject;
      /** True when nothing but its metadata was read, as of Secrets whose content is nobody's business. */
      readonly metadataOnly?: boolean;
    }
  | { readonly state: 'absent' }
  /** It could not be looked at, for example for want of a permission. */
  | { readonly state: 'unreadable'; readonly why: string };

/** Proves a Secret as the API server sends it. */
export type ProveSecret = (
  secret: KubernetesObject,
  alias: CertificateAliasName,
  expected: ExpectedNames,
  now: number,
) => Proof;

/** A pod is asked in vain what it serves. */
export interface Unanswered {
  readonly address: string;
  /** What the attempts come to, as words in the middle of a sentence. */
  readonly why: string;
  /** When it was first asked in vain, milliseconds since the epoch. */
  readonly since: number;
}

/** All that deciding about one ProxySQL may look at: a snapshot, so that the same world always gives the same decision. */
export interface World {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly proxysql: ProxySQLResource;
  /** What is wrong with the resource itself. */
  readonly problems: readonly Problem[];
  /** Everything that the resource asks for, from the renderer. */
  readonly desired: readonly RenderedObject[];
  /** What the cluster has of this ProxySQL: objects whose controller it is. */
  readonly owned: readonly KubernetesObject[];
  /**
   * What the cluster has under this reference. For issuers of other groups than cert-manager's the version is not known: the reference's
   * `apiVersion` is then the group alone.
   */
  find(reference: ObjectReference): Observation;
  /** Fingerprints that pods were last seen to serve, by pod name; absent where nothing is known yet. */
  readonly served: ReadonlyMap<string, string>;
  /**
   * Pods that are asked what they serve, and have not answered for some time, by name.
   *
   * @default - none: whoever was asked has answered
   */
  readonly unanswered?: ReadonlyMap<string, Unanswered>;
  /**
   * What the sidecars of pods reported, by pod name. It is told, and decides about nothing.
   *
   * @default - none did
   */
  readonly reports?: ReadonlyMap<string, PodReport>;
  /**
   * Whether the workload is to stay as it is for now, since a new version of the operator replaces the pods of other ProxySQLs first.
   *
   * @default false
   */
  readonly waitsForTurn?: boolean;
  /**
   * Proves a TLS Secret. Whoever decides often may hand in one that remembers, by the Secret's resourceVersion: see `stillHolds`.
   *
   * @default - proveSecret, which remembers nothing
   */
  readonly prove?: ProveSecret;
}
