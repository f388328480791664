import { createHash } from 'node:crypto';
import { desiredCertificates, wantsTls } from '../lib/graph/desired';
import { isProven, proofOf } from '../lib/graph/gates/tls-secrets-proven';
import { type World } from '../lib/graph/world';
import { type KubernetesObject, referenceTo } from '../lib/kubernetes';
import { TLS_FINGERPRINT_ANNOTATION } from '../lib/labels';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Failure } from './act';
import { type Caches } from './caches';
import { type Client } from './kubernetes/client';
import { ConflictError, NotFoundError } from './kubernetes/errors';

/** The proven TLS material of a ProxySQL. */
export interface ProvenSet {
  /** Identifies all of it. */
  readonly fingerprint: string;
  /** Of the server certificate. */
  readonly server: string;
  /** Leaf certificates by alias. */
  readonly leaves: ReadonlyMap<string, string>;
}

/** All that was proven, or undefined where anything is not. */
export function provenSet(world: World): ProvenSet | undefined {
  if (!wantsTls(world)) {
    return undefined;
  }
  const hash = createHash('sha256');
  const leaves = new Map<string, string>();
  for (const certificate of desiredCertificates(world)) {
    const proof = proofOf(world, certificate);
    if (!isProven(proof)) {
      return undefined;
    }
    hash.update(`${certificate.alias}:${proof.fingerprintOfSet}\n`);
    leaves.set(certificate.alias, proof.certificate.fingerprint);
  }
  const server = leaves.get('server');
  return server === undefined ? undefined : { fingerprint: hash.digest('hex').slice(0, 32), server, leaves };
}

/**
 * Stamps the fingerprint of a renewed set on the pods that were there before it, which makes kubelet refresh their files at once. Pods that
 * never knew another set are left alone: they have it from the start.
 */
export class Stamper {
  /** The set that all pods are known to have been told of, by UID of the ProxySQL. */
  private readonly known = new Map<string, string>();

  constructor(private readonly options: { readonly client: Client; readonly caches: Caches }) {}

  /** Returns the pods that could not be stamped: kubelet refreshes their files later by itself. */
  async stamp(
    world: World,
    set: ProvenSet,
    pods: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<readonly Failure[]> {
    const { uid = '' } = world.proxysql.metadata;
    const renewed = this.isRenewed(world, set);
    const due = pods.filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined &&
        pod.metadata.annotations?.[TLS_FINGERPRINT_ANNOTATION] !== set.fingerprint &&
        (renewed || servesAnother(world, pod, set)),
    );
    const outcomes = await Promise.all(due.map((pod) => this.write(world.proxysql, pod, set.fingerprint, signal)));
    const failures = outcomes.filter((failure) => failure !== undefined);
    if (failures.length === 0) {
      this.known.set(uid, set.fingerprint);
    }
    return failures;
  }

  forget(uid: string): void {
    this.known.delete(uid);
  }

  /** After a restart the status tells which certificates were known before. */
  private isRenewed({ proxysql }: World, set: ProvenSet): boolean {
    const known = this.known.get(proxysql.metadata.uid ?? '');
    if (known !== undefined) {
      return known !== set.fingerprint;
    }
    return (proxysql.status?.certificates ?? []).some(
      ({ alias, fingerprint }) => fingerprint !== undefined && fingerprint !== set.leaves.get(alias),
    );
  }

  private async write(
    proxysql: ProxySQLResource,
    pod: KubernetesObject,
    fingerprint: string,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const { namespace, name, uid } = pod.metadata;
    const patch = { metadata: { uid, annotations: { [TLS_FINGERPRINT_ANNOTATION]: fingerprint } } };
    try {
      const key = { ...(namespace !== undefined && { namespace }), name };
      this.options.caches.changed(
        'Pod',
        await this.options.client.patch('Pod', key, { type: 'merge', patch }, { signal }),
        proxysql,
      );
      return undefined;
    } catch (error) {
      // Gone already, or another one by now: the watch will tell.
      const isGone = error instanceof NotFoundError || error instanceof ConflictError;
      return isGone ? undefined : { object: referenceTo(pod), error };
    }
  }
}

function servesAnother({ served }: World, { metadata }: KubernetesObject, { server }: ProvenSet): boolean {
  const fingerprint = served.get(metadata.name);
  return fingerprint !== undefined && fingerprint !== server;
}
