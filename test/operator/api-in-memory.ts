import { isDeepStrictEqual } from 'node:util';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type Client, type DeleteOptions, type ObjectKey, type Patch } from '../../operator/kubernetes/client';
import { type ApiError, apiError } from '../../operator/kubernetes/errors';
import { type Kind, RESOURCES, resourceName } from '../../operator/kubernetes/resources';
import { type WatchEvent } from '../../operator/kubernetes/watch-event';

/* eslint-disable @typescript-eslint/no-explicit-any -- a test looks at, and changes, whatever it likes */
/** An object of any kind. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly type?: string;
  metadata: any;
  spec?: any;
  status?: any;
  data?: any;
  [field: string]: any;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

interface Watcher {
  readonly kind: Kind;
  readonly labelSelector: string | undefined;
  readonly events: WatchEvent<KubernetesObject>[];
  wake(): void;
}

/** What a request is refused with: status code and message. */
export type Refusal = readonly [code: number, message: string];

interface WatchSelection {
  readonly labelSelector?: string;
  readonly metadataOnly?: boolean;
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
  readonly onOpen?: () => void;
}

/** An API server in memory, as far as caches and a term use one. */
export class ApiInMemory {
  /** Kinds that are not installed. */
  readonly missing = new Set<Kind>();
  /** Requests but for watches: verb, kind and name. */
  readonly requests: string[] = [];
  /** Watches that were begun: kind, label selector, and how much of each object. */
  readonly watches: string[] = [];
  /** Called when a request arrives, before it is carried out. */
  before: (verb: string, kind: Kind) => void = () => undefined;
  /** Called when an object was created or changed, before that is answered. */
  written: (verb: string, object: AnyObject) => Promise<void> = () => Promise.resolve();
  /** Changes what is written before it is kept, as the API server or a webhook does. */
  admit: (object: AnyObject) => void = () => undefined;
  /** Says which requests are refused. */
  refuse: (verb: string, kind: Kind) => Refusal | undefined = () => undefined;
  private readonly objects = new Map<string, AnyObject>();
  private readonly watchers = new Set<Watcher>();
  private readonly lagging = new Set<Kind>();
  private version = 100;
  private uids = 0;

  find(kind: Kind, name: string): AnyObject | undefined {
    return this.objects.get(`${kind} ${name}`);
  }

  get(kind: Kind, name: string): AnyObject {
    const found = this.find(kind, name);
    if (found === undefined) {
      throw new Error(`There is no ${kind} ${name}; there are ${[...this.objects.keys()].join(', ')}.`);
    }
    return found;
  }

  list(kind: Kind): AnyObject[] {
    return [...this.objects.values()].filter((object) => object.kind === kind);
  }

  /** Writes an object as it is given. */
  put(given: KubernetesObject): AnyObject {
    const key = keyOf(given);
    const before = this.objects.get(key);
    const object = structuredClone(given) as AnyObject;
    this.admit(object);
    object.metadata = {
      ...object.metadata,
      uid: before?.metadata.uid ?? `uid-${++this.uids}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: (before?.metadata.generation ?? 0) + (before !== undefined && isSameWish(before, object) ? 0 : 1),
      resourceVersion: before?.metadata.resourceVersion,
    };
    if (before !== undefined && isDeepStrictEqual(before, object)) {
      return before;
    }
    object.metadata.resourceVersion = String(++this.version);
    const gone = object.metadata.deletionTimestamp !== undefined && !object.metadata.finalizers?.length;
    if (gone) {
      this.objects.delete(key);
    } else {
      this.objects.set(key, object);
    }
    this.tell(gone ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED', object, before);
    return object;
  }

  /** Changes an object as a user does. */
  edit(kind: Kind, name: string, change: (object: AnyObject) => void): void {
    const object = structuredClone(this.get(kind, name));
    change(object);
    this.put(object);
  }

  /** Takes an object away at once. */
  remove(kind: Kind, name: string): void {
    this.edit(kind, name, ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      metadata.finalizers = undefined;
    });
  }

  /** Holds back what watches of a kind are told, as behind a slow connection. */
  holdBack(kind: Kind): void {
    this.lagging.add(kind);
  }

  catchUp(kind: Kind): void {
    this.lagging.delete(kind);
    this.watchers.forEach((watcher) => watcher.wake());
  }

  /** Ends the watches of a kind. */
  disconnect(kind: Kind): void {
    for (const watcher of this.watchers) {
      if (watcher.kind === kind) {
        this.watchers.delete(watcher);
        watcher.wake();
      }
    }
  }

  /** Tells each watch that it is still there. */
  bookmark(): void {
    for (const watcher of this.watchers) {
      watcher.events.push({ type: 'BOOKMARK', resourceVersion: String(this.version), initialEventsEnd: false });
      watcher.wake();
    }
  }

  get client(): Client {
    const client = {
      fenced: () => client,
      watch: (kind: Kind, selection: WatchSelection) => this.watch(kind, selection),
      create: async (object: KubernetesObject) => {
        const { kind, name } = await this.arrive('create', object.kind, object.metadata);
        if (this.find(kind, name) !== undefined) {
          throw this.error('create', kind, name, [409, 'exists'], 'AlreadyExists');
        }
        return this.answer('create', this.put(object));
      },
      apply: async (object: KubernetesObject) => {
        const { kind, name } = await this.arrive('apply', object.kind, object.metadata);
        this.mustBe(object.metadata.uid, 'apply', kind, name);
        return this.answer('apply', this.put(merged(this.find(kind, name), object)));
      },
      applyStatus: async (object: AnyObject) => {
        const { kind, name } = await this.arrive('applyStatus', object.kind, object.metadata);
        this.mustBe(object.metadata.uid as string | undefined, 'applyStatus', kind, name);
        return this.answer('applyStatus', this.put({ ...this.get(kind, name), status: object.status } as AnyObject));
      },
      patch: async (kind: Kind, key: ObjectKey, patch: Patch) => {
        await this.arrive('patch', kind, key);
        const live = this.find(kind, key.name);
        if (live === undefined) {
          throw this.error('patch', kind, key.name, [404, 'not found']);
        }
        const change = (patch.type === 'merge' ? patch.patch : {}) as unknown as AnyObject;
        const { uid = live.metadata.uid, resourceVersion = live.metadata.resourceVersion } = change.metadata ?? {};
        if (uid !== live.metadata.uid || resourceVersion !== live.metadata.resourceVersion) {
          throw this.error('patch', kind, key.name, [409, 'changed in between'], 'Conflict');
        }
        return this.answer('patch', this.put(merged(live, change)));
      },
      delete: async (kind: Kind, key: ObjectKey, options: DeleteOptions = {}) => {
        const { propagationPolicy = 'Background', preconditions } = options;
        await this.arrive(`delete ${propagationPolicy}`, kind, key);
        if (this.find(kind, key.name) === undefined) {
          throw this.error('delete', kind, key.name, [404, 'not found']);
        }
        this.mustBe(preconditions?.uid, 'delete', kind, key.name);
        this.remove(kind, key.name);
      },
    };
    return client as unknown as Client;
  }

  private async answer(verb: string, written: AnyObject): Promise<AnyObject> {
    const answered = structuredClone(written);
    await this.written(verb, answered);
    return answered;
  }

  /** As the API server does with a UID that is given. */
  private mustBe(uid: string | undefined, verb: string, kind: Kind, name: string): void {
    if (uid !== undefined && this.find(kind, name)?.metadata.uid !== uid) {
      throw this.error(verb, kind, name, [409, 'another one by now'], 'Conflict');
    }
  }

  private async arrive(verb: string, given: string, { name }: ObjectKey): Promise<{ kind: Kind; name: string }> {
    const kind = given as Kind;
    await turnOfTheLoop();
    this.requests.push(`${verb} ${kind} ${name}`);
    this.before(verb, kind);
    const refusal = this.refuse(verb, kind);
    if (refusal !== undefined) {
      throw this.error(verb, kind, name, refusal);
    }
    return { kind, name };
  }

  /** Everything that there is, then a bookmark that says so, then changes. */
  private async *watch(kind: Kind, selection: WatchSelection): AsyncGenerator<WatchEvent<KubernetesObject>> {
    await turnOfTheLoop();
    if (this.missing.has(kind)) {
      throw this.error('watch', kind, '', [404, 'not found']);
    }
    const refusal = this.refuse('watch', kind);
    if (refusal !== undefined) {
      throw this.error('watch', kind, '', refusal);
    }
    const { labelSelector, metadataOnly, resourceVersion, signal, onOpen } = selection;
    this.watches.push(`${kind} ${labelSelector ?? '*'} ${metadataOnly ? 'metadata' : 'whole'}`);
    const watcher: Watcher = { kind, labelSelector, events: [], wake: () => undefined };
    if (resourceVersion === undefined) {
      this.list(kind)
        .filter((object) => isSelected(object, labelSelector))
        .forEach((object) => watcher.events.push({ type: 'ADDED', object: structuredClone(object) }));
      watcher.events.push({ type: 'BOOKMARK', resourceVersion: String(this.version), initialEventsEnd: true });
    }
    this.watchers.add(watcher);
    signal?.addEventListener('abort', () => watcher.wake());
    try {
      onOpen?.();
      while (signal?.aborted !== true && this.watchers.has(watcher)) {
        const event = this.lagging.has(kind) ? undefined : watcher.events.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => (watcher.wake = resolve));
        } else {
          yield event;
        }
      }
    } finally {
      this.watchers.delete(watcher);
    }
  }

  private tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: AnyObject, before: AnyObject | undefined): void {
    for (const watcher of this.watchers) {
      const [is, was] = [object, before].map((one) => one !== undefined && isSelected(one, watcher.labelSelector));
      if (watcher.kind === object.kind && (is === true || was === true)) {
        watcher.events.push({ type: is === true ? type : 'DELETED', object: structuredClone(object) });
        watcher.wake();
      }
    }
  }

  private error(verb: string, kind: Kind, name: string, [code, message]: Refusal, reason = ''): ApiError {
    const body = JSON.stringify({ kind: 'Status', reason, message, code });
    return apiError({ verb, resource: resourceName(RESOURCES[kind]), name }, code, body, undefined, 0);
  }
}

/** The caches select by nothing but this one label. */
function isSelected({ metadata }: KubernetesObject, labelSelector: string | undefined): boolean {
  const isOurs = metadata.labels?.['app.kubernetes.io/managed-by'] === 'kubedb.com';
  return labelSelector === undefined || isOurs !== labelSelector.includes('!=');
}

function isSameWish(one: AnyObject, other: AnyObject): boolean {
  return isDeepStrictEqual([one.spec, one.metadata.deletionTimestamp], [other.spec, other.metadata.deletionTimestamp]);
}

function merged(live: AnyObject | undefined, change: KubernetesObject): AnyObject {
  const annotations = { ...live?.metadata.annotations, ...change.metadata.annotations };
  const metadata = {
    ...live?.metadata,
    ...change.metadata,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  return { ...live, ...change, metadata } as AnyObject;
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
