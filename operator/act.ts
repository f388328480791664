import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Decision } from '../lib/graph/decide';
import { isCovered } from '../lib/graph/covered';
import { ownershipOf } from '../lib/graph/ownership';
import { isRecreationNeeded } from '../lib/graph/recreation';
import { type RenderedObject } from '../lib/graph/rendered-object';
import { describeReference, type KubernetesObject, type ObjectReference, referenceTo } from '../lib/kubernetes';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Logger } from '../runtime/logger';
import { type Caches } from './caches';
import { canonical, projection } from './compare';
import { type Client } from './kubernetes/client';
import { AlreadyExistsError, ConflictError, NotFoundError } from './kubernetes/errors';
import { type Kind } from './kubernetes/resources';
import { generatePassword } from './password';
import { APPLIED_ANNOTATION } from './rendering';
import { createdToApplied } from './runtime/managed-fields';

/** Something that was done, for events and logs. */
export interface Deed {
  readonly action: 'Created' | 'Updated' | 'Repaired' | 'Recreated' | 'Deleted';
  readonly object: ObjectReference;
}

/** Something that the API server did not let happen. */
export interface Failure {
  readonly object: ObjectReference;
  readonly error: unknown;
}

/** What came of acting. */
export interface Acted {
  readonly deeds: readonly Deed[];
  readonly failures: readonly Failure[];
}

/** What acting needs. */
export interface ActorOptions {
  /** Its writes are fenced. */
  readonly client: Client;
  readonly caches: Caches;
  readonly logger: Logger;
}

/** Objects of which it is remembered what became of them: more than there are, but for those of ProxySQLs that are gone. */
const MOST_NORMALISED = 50_000;

/** Does what was decided, and nothing where nothing differs. */
export class Actor {
  /** By UID: a digest of what the API server made of an object that never reads back as it was applied. */
  private readonly normalised = new LRUCache<string, string>({ max: MOST_NORMALISED });

  constructor(private readonly options: ActorOptions) {}

  /** All of it at the same time: what must come after something else is not decided before that is there. */
  async act(proxysql: ProxySQLResource, decision: Decision, signal: AbortSignal): Promise<Acted> {
    const work = [
      ...decision.apply.map((rendered) => ({
        object: referenceTo(rendered.object),
        run: () => this.apply(proxysql, rendered, signal),
      })),
      ...decision.prune.map((object) => ({ object, run: () => this.remove(object, signal) })),
    ];
    const deeds: Deed[] = [];
    const failures: Failure[] = [];
    await Promise.all(
      work.map(async ({ object, run }) => {
        try {
          const action = await run();
          if (action !== undefined) {
            deeds.push({ action, object });
            this.options.logger.info({ action, object: describeReference(object) }, `${action}.`);
          }
        } catch (error) {
          failures.push({ object, error });
        }
      }),
    );
    return { deeds, failures };
  }

  private async apply(
    proxysql: ProxySQLResource,
    rendered: RenderedObject,
    signal: AbortSignal,
  ): Promise<Deed['action'] | undefined> {
    const { client, caches } = this.options;
    const { object, generate } = rendered;
    const reference = referenceTo(object);
    const kind = object.kind as Kind;
    const observed = caches.find(reference);
    if (observed.state === 'unreadable') {
      return undefined;
    }
    if (observed.state === 'absent') {
      const data = generate === undefined ? {} : { data: credentials(generate.username) };
      return this.create(proxysql, { ...object, ...data }, signal);
    }
    const live = observed.object;
    if (generate !== undefined || !this.differs(object, live) || ownershipOf(live, proxysql) === 'foreign') {
      return undefined;
    }
    if (live.metadata.deletionTimestamp !== undefined) {
      // It is made anew once it is gone, which the watch will tell.
      return undefined;
    }
    if (isRecreationNeeded(object, live)) {
      // That it may be made anew was decided: it is held by the gates before its creation.
      return (await this.delete(kind, live, 'Orphan', signal)) ? 'Recreated' : undefined;
    }
    const { namespace, name, uid } = live.metadata;
    const upgrade = createdToApplied(live);
    if (upgrade !== undefined) {
      const key = { ...(namespace !== undefined && { namespace }), name };
      caches.changed(kind, await client.patch(kind, key, { type: 'json', patch: upgrade }, { signal }), proxysql);
    }
    // The UID keeps this from creating, or changing, another object of the same name.
    const wanted = { ...object, metadata: { ...object.metadata, ...(uid !== undefined && { uid }) } };
    const applied = await client.apply(wanted, { force: true, signal });
    this.remember(object, applied);
    caches.changed(kind, applied, proxysql);
    return digestOf(live) === digestOf(object) ? 'Repaired' : 'Updated';
  }

  /**
   * Creates, unless there is one by now: whose it is will be seen then. Applying would write to it, and costs the API server half as much
   * again.
   */
  private async create(
    proxysql: ProxySQLResource,
    object: KubernetesObject,
    signal: AbortSignal,
  ): Promise<Deed['action'] | undefined> {
    const { client, caches } = this.options;
    const created = await caches.whileCreating(object.kind as Kind, object, proxysql, async () => {
      try {
        return await client.create(object, signal);
      } catch (error) {
        if (error instanceof AlreadyExistsError) {
          return undefined;
        }
        throw error;
      }
    });
    if (created === undefined) {
      return undefined;
    }
    this.remember(object, created);
    return 'Created';
  }

  private differs(wanted: KubernetesObject, live: KubernetesObject): boolean {
    if (digestOf(wanted) !== digestOf(live)) {
      return true;
    }
    return !isCovered(wanted, live) && this.normalised.get(live.metadata.uid ?? '') !== formOf(wanted, live);
  }

  private remember(wanted: KubernetesObject, applied: KubernetesObject): void {
    const { uid = '' } = applied.metadata;
    if (isCovered(wanted, applied)) {
      this.normalised.delete(uid);
    } else {
      this.normalised.set(uid, formOf(wanted, applied));
    }
  }

  private async remove(reference: ObjectReference, signal: AbortSignal): Promise<Deed['action'] | undefined> {
    const observed = this.options.caches.find(reference);
    if (observed.state !== 'present' || observed.object.metadata.deletionTimestamp !== undefined) {
      return undefined;
    }
    return (await this.delete(reference.kind as Kind, observed.object, 'Background', signal)) ? 'Deleted' : undefined;
  }

  /** Whether it was this that deleted it: the watch may not have told yet that it is gone, or another one. */
  private async delete(
    kind: Kind,
    { metadata }: KubernetesObject,
    propagationPolicy: 'Background' | 'Orphan',
    signal: AbortSignal,
  ): Promise<boolean> {
    const { namespace, name, uid } = metadata;
    this.normalised.delete(uid ?? '');
    try {
      await this.options.client.delete(
        kind,
        { ...(namespace !== undefined && { namespace }), name },
        { preconditions: { ...(uid !== undefined && { uid }) }, propagationPolicy, signal },
      );
      return true;
    } catch (error) {
      // Gone already, or another one by now: the watch will tell.
      if (error instanceof NotFoundError || error instanceof ConflictError) {
        return false;
      }
      throw error;
    }
  }
}

/** A user name and a new password, as a Secret holds them. */
function credentials(username: string): Readonly<Record<string, string>> {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return { username: encode(username), password: encode(generatePassword()) };
}

function digestOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.[APPLIED_ANNOTATION];
}

function formOf(wanted: KubernetesObject, live: KubernetesObject): string {
  return createHash('sha256')
    .update(canonical(projection(wanted, live)))
    .digest('base64');
}
