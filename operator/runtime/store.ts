import { type KubernetesObject } from '../../lib/kubernetes';

/** The values under which an object is found again. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** What happened to one object of a store. */
export type Change<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'deleted'; readonly object: T };

/** The side of a store that controllers see. Its objects are shared: nobody may change them. */
export interface ReadableStore<T extends KubernetesObject> {
  readonly size: number;
  get(namespace: string | undefined, name: string): T | undefined;
  getByKey(key: string): T | undefined;
  list(): IterableIterator<T>;
  /** The objects for which the index function gives the value. */
  byIndex(index: string, value: string): readonly T[];
  /** Calls the listener at each change until the returned function is called. */
  subscribe(listener: (change: Change<T>) => void): () => void;
}

/** What a store can be told. */
export interface StoreOptions<T extends KubernetesObject> {
  /** Index functions by name. */
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /**
   * Makes an object smaller before it is kept.
   *
   * @default - objects are kept whole
   */
  readonly transform?: (object: T) => T;
  /**
   * Freeze objects in depth, so that who changes a shared object is found out. Costs time with each object: for tests.
   *
   * @default false
   */
  readonly freeze?: boolean;
}

/** `namespace/name`, or the bare name of a cluster-scoped object. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The key of an object. */
export function objectKey(object: KubernetesObject): string {
  return keyOf(object.metadata.namespace, object.metadata.name);
}

/** The objects of one kind, as far as they are known, found by name or by index. */
export class Store<T extends KubernetesObject> implements ReadableStore<T> {
  private readonly objects = new Map<string, T>();
  private readonly indexes = new Map<string, Index<T>>();
  private readonly listeners = new Set<(change: Change<T>) => void>();

  constructor(private readonly options: StoreOptions<T> = {}) {
    for (const [name, valuesOf] of Object.entries(options.indexes ?? {})) {
      this.indexes.set(name, { valuesOf, keys: new Map() });
    }
  }

  get size(): number {
    return this.objects.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(keyOf(namespace, name));
  }

  getByKey(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): IterableIterator<T> {
    return this.objects.values();
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.indexes.get(index);
    if (found === undefined) {
      throw new Error(`The store has no index "${index}"; it has ${[...this.indexes.keys()].join(', ') || 'none'}.`);
    }
    const objects: T[] = [];
    for (const key of found.keys.get(value) ?? []) {
      const object = this.objects.get(key);
      if (object !== undefined) {
        objects.push(object);
      }
    }
    return objects;
  }

  subscribe(listener: (change: Change<T>) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Keeps an object, unless a newer version of it is kept already. So the answer to an own write may be put here at
   * once: the watch, which tells older news until it has caught up, cannot undo it.
   */
  put(object: T): void {
    const key = objectKey(object);
    const previous = this.objects.get(key);
    if (previous !== undefined && !changes(object, previous)) {
      return;
    }
    const kept = this.prepare(object);
    this.objects.set(key, kept);
    for (const index of this.indexes.values()) {
      reindex(index, key, previous, kept);
    }
    this.emit(previous === undefined ? { type: 'added', object: kept } : { type: 'updated', object: kept, previous });
  }

  /** Forgets an object, unless a version newer than the deleted one is kept. */
  delete(object: T): void {
    const key = objectKey(object);
    const previous = this.objects.get(key);
    if (previous !== undefined && !isOlder(object.metadata.resourceVersion, previous.metadata.resourceVersion)) {
      this.remove(key, previous);
    }
  }

  /**
   * Forgets whatever a complete list did not have, and tells of each as deleted.
   *
   * @param seen keys of all objects in the list
   * @param resourceVersion version of the list; what was put since then stays
   * @param namespace the only namespace that the list covers, or undefined for all
   */
  retain(seen: ReadonlySet<string>, resourceVersion: string, namespace?: string): void {
    for (const [key, object] of this.objects) {
      const covered = namespace === undefined || object.metadata.namespace === namespace;
      if (covered && !seen.has(key) && !isOlder(resourceVersion, object.metadata.resourceVersion)) {
        this.remove(key, object);
      }
    }
  }

  private remove(key: string, object: T): void {
    this.objects.delete(key);
    for (const index of this.indexes.values()) {
      reindex(index, key, object, undefined);
    }
    this.emit({ type: 'deleted', object });
  }

  private prepare(object: T): T {
    const kept = this.options.transform?.(object) ?? object;
    return this.options.freeze ? deepFreeze(kept) : kept;
  }

  private emit(change: Change<T>): void {
    for (const listener of this.listeners) {
      listener(change);
    }
  }
}

interface Index<T> {
  readonly valuesOf: IndexFunction<T>;
  readonly keys: Map<string, Set<string>>;
}

function reindex<T>(index: Index<T>, key: string, previous: T | undefined, next: T | undefined): void {
  const before = previous === undefined ? [] : index.valuesOf(previous);
  const after = next === undefined ? [] : index.valuesOf(next);
  for (const value of before) {
    if (!after.includes(value)) {
      const keys = index.keys.get(value);
      keys?.delete(key);
      if (keys?.size === 0) {
        index.keys.delete(value);
      }
    }
  }
  for (const value of after) {
    const keys = index.keys.get(value);
    if (keys === undefined) {
      index.keys.set(value, new Set([key]));
    } else {
      keys.add(key);
    }
  }
}

/** Versions are numbers that may be too long for JavaScript's. What is no number is never older. */
function isOlder(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined || !/^\d+$/.test(version) || !/^\d+$/.test(than)) {
    return false;
  }
  return version.length === than.length ? version < than : version.length < than.length;
}

function changes(object: KubernetesObject, kept: KubernetesObject): boolean {
  const version = object.metadata.resourceVersion;
  const keptVersion = kept.metadata.resourceVersion;
  return version === undefined || (version !== keptVersion && !isOlder(version, keptVersion));
}

function deepFreeze<V>(value: V): V {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
