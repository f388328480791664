import { type KubernetesObject } from '../../lib/kubernetes';
import { type Kept, type Packer } from './packer';

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
  /** Keys of these objects. */
  keysByIndex(index: string, value: string): readonly string[];
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
   * Keeps the objects small while nobody uses them.
   *
   * @default - objects are kept as they are
   */
  readonly packer?: Packer;
  /**
   * Freeze objects in depth, so that who changes a shared object is found out. Costs time with each object: for tests.
   *
   * @default false
   */
  readonly freeze?: boolean;
}

/** Takes the place of all that a store keeps, object by object. */
export interface Replacement<T> {
  /** An object that is there. */
  put(object: T): void;
  /** An object that has gone meanwhile. */
  delete(object: T): void;
  /**
   * Forgets whatever was not told to be there, and tells of each as deleted.
   *
   * @param resourceVersion version of the list; what was written after it stays
   */
  complete(resourceVersion: string): void;
  /** Nothing more comes. What was told so far stays, and what was not told too. */
  abandon(): void;
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
  private readonly entries = new Map<string, Entry<T>>();
  private readonly indexes = new Map<string, Index<T>>();
  private readonly listeners = new Set<(change: Change<T>) => void>();
  /** For each replacement under way the keys of what was put otherwise since it began. */
  private readonly replacements = new Set<Set<string>>();

  constructor(private readonly options: StoreOptions<T> = {}) {
    for (const [name, valuesOf] of Object.entries(options.indexes ?? {})) {
      this.indexes.set(name, { valuesOf, keys: new Map() });
    }
  }

  get size(): number {
    return this.entries.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.getByKey(keyOf(namespace, name));
  }

  getByKey(key: string): T | undefined {
    const entry = this.entries.get(key);
    return entry && this.freeze(entry.kept.get());
  }

  *list(): IterableIterator<T> {
    for (const entry of this.entries.values()) {
      yield this.freeze(entry.kept.peek());
    }
  }

  byIndex(index: string, value: string): readonly T[] {
    return this.keysByIndex(index, value).flatMap((key) => this.getByKey(key) ?? []);
  }

  keysByIndex(index: string, value: string): readonly string[] {
    const found = this.indexes.get(index);
    if (found === undefined) {
      throw new Error(`The store has no index "${index}"; it has ${[...this.indexes.keys()].join(', ') || 'none'}.`);
    }
    return found.keys.get(value) ?? [];
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
    const before = this.entries.get(key);
    if (before === undefined || changes(object, before)) {
      this.keep(key, object, before);
      this.replacements.forEach((writtenSince) => writtenSince.add(key));
    }
  }

  /** Forgets an object, unless a version newer than the deleted one is kept. */
  delete(object: T): void {
    const key = objectKey(object);
    const entry = this.entries.get(key);
    if (entry !== undefined && !isOlder(object.metadata.resourceVersion, entry.resourceVersion)) {
      this.remove(key, entry);
    }
  }

  /**
   * Begins to replace all that is kept by a list, or the beginning of a watch, that is asked for after this. That has all that was known
   * before, so it is right even where its versions are lower: then the API server's memory was put back to an older day. Only what is put
   * here from now on, as the answer to an own write, may be newer than what it tells.
   *
   * @param namespace the only namespace that the list covers, or undefined for all
   */
  replace(namespace?: string): Replacement<T> {
    const seen = new Set<string>();
    const writtenSince = new Set<string>();
    this.replacements.add(writtenSince);
    const end = (): void => void this.replacements.delete(writtenSince);
    return {
      put: (object) => {
        const key = objectKey(object);
        seen.add(key);
        const before = this.entries.get(key);
        const isNews = writtenSince.has(key) ? changes : isAnother;
        if (before === undefined || isNews(object, before)) {
          this.keep(key, object, before);
        }
      },
      delete: (object) => {
        seen.delete(objectKey(object));
        this.delete(object);
      },
      complete: (resourceVersion) => {
        end();
        for (const [key, entry] of this.entries) {
          const covered = namespace === undefined || entry.namespace === namespace;
          const isNewer = writtenSince.has(key) && isOlder(resourceVersion, entry.resourceVersion);
          if (covered && !seen.has(key) && !isNewer) {
            this.remove(key, entry);
          }
        }
      },
      abandon: end,
    };
  }

  private keep(key: string, object: T, before: Entry<T> | undefined): void {
    const kept = this.prepare(object);
    const { packer } = this.options;
    const entry: Entry<T> = {
      resourceVersion: kept.metadata.resourceVersion,
      namespace: kept.metadata.namespace,
      values: [...this.indexes.values()].map(({ valuesOf }) => valuesOf(kept)),
      kept: packer === undefined ? { get: () => kept, peek: () => kept } : packer.pack(kept),
    };
    this.entries.set(key, entry);
    this.reindex(key, before?.values, entry.values);
    this.emit(
      before === undefined
        ? { type: 'added', object: kept }
        : { type: 'updated', object: kept, previous: this.freeze(before.kept.peek()) },
    );
  }

  private remove(key: string, entry: Entry<T>): void {
    this.entries.delete(key);
    this.reindex(key, entry.values, undefined);
    this.emit({ type: 'deleted', object: this.freeze(entry.kept.peek()) });
  }

  private prepare(object: T): T {
    return this.freeze(this.options.transform?.(object) ?? object);
  }

  private freeze(object: T): T {
    return this.options.freeze ? deepFreeze(object) : object;
  }

  private reindex(key: string, before: IndexValues | undefined, after: IndexValues | undefined): void {
    let position = 0;
    for (const { keys } of this.indexes.values()) {
      reindex(keys, key, before?.[position] ?? [], after?.[position] ?? []);
      position++;
    }
  }

  private emit(change: Change<T>): void {
    for (const listener of this.listeners) {
      listener(change);
    }
  }
}

/** What each index function gave for an object, in the order of the indexes. */
type IndexValues = readonly (readonly string[])[];

/** An object as it is kept, and what has to be known of it at each change. */
interface Entry<T> {
  readonly resourceVersion: string | undefined;
  readonly namespace: string | undefined;
  readonly values: IndexValues;
  readonly kept: Kept<T>;
}

interface Index<T> {
  readonly valuesOf: IndexFunction<T>;
  /** By value. Lists, since most have one key, and a set takes four times as much memory. */
  readonly keys: Map<string, string[]>;
}

/** Lists of up to so many keys take no more room than they need. */
const FEW = 8;

function reindex(
  keysByValue: Map<string, string[]>,
  key: string,
  before: readonly string[],
  after: readonly string[],
): void {
  for (const value of before) {
    if (!after.includes(value)) {
      const others = keysByValue.get(value)?.filter((other) => other !== key) ?? [];
      if (others.length === 0) {
        keysByValue.delete(value);
      } else {
        keysByValue.set(value, others);
      }
    }
  }
  for (const value of new Set(after)) {
    if (before.includes(value)) {
      continue;
    }
    const keys = keysByValue.get(value) ?? [];
    if (keys.length < FEW) {
      // Pushing would reserve room for sixteen more.
      keysByValue.set(value, [...keys, key]);
    } else {
      keys.push(key);
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

function isAnother({ metadata }: KubernetesObject, { resourceVersion }: Entry<unknown>): boolean {
  return metadata.resourceVersion === undefined || metadata.resourceVersion !== resourceVersion;
}

function changes(object: KubernetesObject, kept: Entry<unknown>): boolean {
  return isAnother(object, kept) && !isOlder(object.metadata.resourceVersion, kept.resourceVersion);
}

function deepFreeze<V>(value: V): V {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
