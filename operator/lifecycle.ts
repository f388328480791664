import { FINALIZER, planDeletion } from '../lib/graph/lifecycle';
import { type KubernetesObject, type ObjectReference, type OwnerReference } from '../lib/kubernetes';
import { authSecretName } from '../lib/names';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Caches } from './caches';
import { type Client } from './kubernetes/client';
import { NotFoundError } from './kubernetes/errors';
import { type EventNote } from './runtime/event-recorder';
import { keyOf } from './runtime/store';

/** What the ends of a ProxySQL's life need. */
export interface LifecycleOptions {
  readonly client: Client;
  readonly caches: Caches;
  readonly record: (proxysql: ProxySQLResource, note: EventNote) => void;
}

/** Sets the finalizer, and follows the deletion policy before it is taken away. */
export class Lifecycle {
  constructor(private readonly options: LifecycleOptions) {}

  /** Sees to it that nothing of the ProxySQL goes before its policy has been followed. */
  async protect(proxysql: ProxySQLResource, signal: AbortSignal): Promise<void> {
    const finalizers = proxysql.metadata.finalizers ?? [];
    if (!finalizers.includes(FINALIZER)) {
      await this.patchFinalizers(proxysql, [...finalizers, FINALIZER], signal);
    }
  }

  /** Follows the policy and lets go. A ProxySQL that must not be terminated is kept until its policy is another one. */
  async finalize(proxysql: ProxySQLResource, signal: AbortSignal): Promise<void> {
    const finalizers = proxysql.metadata.finalizers ?? [];
    if (!finalizers.includes(FINALIZER)) {
      return;
    }
    if (proxysql.spec?.deletionPolicy === 'DoNotTerminate') {
      this.options.record(proxysql, {
        type: 'Warning',
        reason: 'DeletionRefused',
        message: 'spec.deletionPolicy is DoNotTerminate: it is kept until the policy is another one.',
        action: 'Delete',
      });
      return;
    }
    const authSecret = this.authSecretOf(proxysql);
    const plan = planDeletion({
      proxysql,
      claims: [],
      ...(authSecret !== undefined && { authSecret }),
      authSecretShared: this.isShared(proxysql),
    });
    await Promise.all([
      ...plan.release.map((reference) => this.setOwner(reference, proxysql, false, signal)),
      ...plan.claim.map((reference) => this.setOwner(reference, proxysql, true, signal)),
    ]);
    await this.patchFinalizers(
      proxysql,
      finalizers.filter((finalizer) => finalizer !== FINALIZER),
      signal,
    );
  }

  private authSecretOf({ metadata, spec }: ProxySQLResource): KubernetesObject | undefined {
    if (spec?.authSecret?.externallyManaged === true) {
      return undefined;
    }
    const observed = this.options.caches.find(secret(metadata.namespace, authNameOf({ metadata, spec })));
    return observed.state === 'present' ? observed.object : undefined;
  }

  private isShared(proxysql: ProxySQLResource): boolean {
    const { namespace, uid } = proxysql.metadata;
    const name = authNameOf(proxysql);
    return this.options.caches.proxysqls
      .byIndex('names', keyOf(namespace, name))
      .some((other) => other.metadata.uid !== uid && authNameOf(other) === name);
  }

  private async setOwner(
    reference: ObjectReference,
    { apiVersion, kind, metadata }: ProxySQLResource,
    owned: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const observed = this.options.caches.find(reference);
    if (observed.state !== 'present') {
      return;
    }
    const { resourceVersion, ownerReferences = [] } = observed.object.metadata;
    const { name, uid = '' } = metadata;
    const others = ownerReferences.filter((owner) => owner.uid !== uid);
    const own: OwnerReference = { apiVersion, kind, name, uid, blockOwnerDeletion: true };
    if (owned === others.length < ownerReferences.length) {
      return;
    }
    const patch = { metadata: { resourceVersion, ownerReferences: owned ? [...others, own] : others } };
    const key = { ...(reference.namespace !== undefined && { namespace: reference.namespace }), name: reference.name };
    await ignoringMissing(this.options.client.patch('Secret', key, { type: 'merge', patch }, { signal }));
  }

  private async patchFinalizers(
    { metadata }: ProxySQLResource,
    finalizers: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace, name, resourceVersion } = metadata;
    const key = { ...(namespace !== undefined && { namespace }), name };
    // The version keeps finalizers that others set in between.
    const patch = { metadata: { resourceVersion, finalizers } };
    const written = await ignoringMissing(
      this.options.client.patch<ProxySQLResource>('ProxySQL', key, { type: 'merge', patch }, { signal }),
    );
    if (written !== undefined && finalizers.includes(FINALIZER)) {
      this.options.caches.wroteItself(written);
    }
  }
}

function authNameOf({ metadata, spec }: Pick<ProxySQLResource, 'metadata' | 'spec'>): string {
  return spec?.authSecret?.name || authSecretName(metadata.name);
}

function secret(namespace: string | undefined, name: string): ObjectReference {
  return { apiVersion: 'v1', kind: 'Secret', ...(namespace !== undefined && { namespace }), name };
}

async function ignoringMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof NotFoundError) {
      return undefined;
    }
    throw error;
  }
}
