import { type KubernetesObject } from '../../lib/kubernetes';
import { type Clock, systemClock } from '../../runtime/clock';
import { type Fence } from './fence';
import { FIELD_MANAGER } from './field-manager';
import { lines } from './ndjson';
import { Requester, type RequestObserver } from './requester';
import {
  apiVersionOf,
  RESOURCES,
  type Kind,
  resourceName,
  resourceOf,
  resourcePath,
  type ResourceType,
} from './resources';
import { type RetryPolicy } from './retry';
import { type Transport } from './transport';
import { type WatchEvent, watchEvent } from './watch-event';

/** What a client works with. */
export interface ClientOptions {
  readonly transport: Transport;

  /**
   * Who owns the fields that are applied.
   *
   * @default 'cdk8s-proxysql'
   */
  readonly fieldManager?: string;

  /**
   * Looked at right before each write; when it is shut the write is not sent.
   *
   * @default - writes are always sent
   */
  readonly fence?: Fence;

  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
  readonly random?: () => number;

  /** Told of each request once it has ended, for metrics. */
  readonly observer?: RequestObserver;
}

/** Which objects are meant, and what of them. */
export interface SelectOptions {
  /** @default - all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /**
   * Ask for nothing but metadata.
   *
   * @default false
   */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** How to list. */
export interface ListOptions extends SelectOptions {
  /**
   * Objects per page.
   *
   * @default 500
   */
  readonly limit?: number;
  /**
   * `'0'` accepts what the API server has in its cache.
   *
   * @default - the newest state
   */
  readonly resourceVersion?: string;
}

/** A part of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** How to watch. */
export interface WatchOptions extends SelectOptions {
  /**
   * Changes after this version.
   *
   * @default - everything that there is, each object as an event, then a bookmark that says so, then changes; an API server that never can
   * refuses with an {@link InvalidError}, one that cannot yet with a {@link TooManyRequestsError}, and it is not asked again
   */
  readonly resourceVersion?: string;
  /** After how many seconds the API server ends the watch by itself. */
  readonly timeoutSeconds: number;
  /** Called when the API server has accepted the watch. */
  readonly onOpen?: () => void;
}

/** How to apply. */
export interface ApplyOptions {
  /**
   * Take over fields that another manager owns.
   *
   * @default false
   */
  readonly force?: boolean;
  /**
   * Let the answer have nothing but metadata, which saves reading the rest.
   *
   * @default false
   */
  readonly metadataOnly?: boolean;
  /** @default - the client's own */
  readonly fieldManager?: string;
  readonly signal?: AbortSignal;
}

/** How to delete. */
export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** @default 'Background' */
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  readonly signal?: AbortSignal;
}

/** The two kinds of patch that a client sends besides apply. */
export type Patch =
  | { readonly type: 'merge'; readonly patch: Readonly<Record<string, unknown>> }
  | { readonly type: 'json'; readonly patch: readonly Readonly<Record<string, unknown>>[] };

/** Names one object. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** What the operator can ask of the API server. Every method rejects with a {@link KubernetesError}. */
export class Client {
  private readonly requester: Requester;
  private readonly fieldManager: string;

  constructor(private readonly options: ClientOptions) {
    this.fieldManager = options.fieldManager ?? FIELD_MANAGER;
    this.requester = new Requester({
      transport: options.transport,
      fence: options.fence,
      retry: options.retry,
      observer: options.observer,
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
    });
  }

  /** The same client, whose writes the fence can stop. Connections are shared. */
  fenced(fence: Fence): Client {
    return new Client({ ...this.options, fence });
  }

  async get<T extends KubernetesObject>(kind: Kind, key: ObjectKey, signal?: AbortSignal): Promise<T> {
    const type = RESOURCES[kind];
    return this.requester.json<T>({
      subject: { verb: 'get', resource: resourceName(type), ...key },
      method: 'GET',
      path: resourcePath(type, key.namespace, key.name),
      idempotent: true,
      signal,
    });
  }

  /** Lists page by page; all pages show the same moment, whose version each of them bears. */
  async *pages<T extends KubernetesObject>(kind: Kind, options: ListOptions = {}): AsyncGenerator<ListPage<T>> {
    const type = RESOURCES[kind];
    let token: string | undefined;
    do {
      const query = selection(options);
      query.set('limit', String(options.limit ?? 500));
      if (token !== undefined) {
        query.set('continue', token);
      } else if (options.resourceVersion !== undefined) {
        query.set('resourceVersion', options.resourceVersion);
      }
      const list = await this.requester.json<ListBody<T>>({
        subject: { verb: 'list', resource: resourceName(type), namespace: options.namespace },
        method: 'GET',
        path: `${resourcePath(type, options.namespace)}?${query}`,
        accept: options.metadataOnly ? METADATA_LIST : undefined,
        idempotent: true,
        signal: options.signal,
      });
      yield {
        items: (list.items ?? []).map((item) => typed(type, item)),
        resourceVersion: list.metadata.resourceVersion,
      };
      token = list.metadata.continue || undefined;
    } while (token !== undefined);
  }

  /** Lists everything at once. */
  async list<T extends KubernetesObject>(kind: Kind, options: ListOptions = {}): Promise<ListPage<T>> {
    const items: T[] = [];
    let resourceVersion = '';
    for await (const page of this.pages<T>(kind, options)) {
      items.push(...page.items);
      resourceVersion = page.resourceVersion;
    }
    return { items, resourceVersion };
  }

  /**
   * Watches, until the API server ends the stream. Bookmarks are among the events.
   * An error in the stream, such as a version that is too old, is thrown as the same error as for a request.
   */
  async *watch<T extends KubernetesObject>(kind: Kind, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const type = RESOURCES[kind];
    const query = selection(options);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    if (options.resourceVersion === undefined) {
      query.set('sendInitialEvents', 'true');
      query.set('resourceVersionMatch', 'NotOlderThan');
    } else {
      query.set('resourceVersion', options.resourceVersion);
    }
    query.set('timeoutSeconds', String(options.timeoutSeconds));
    const subject = { verb: 'watch', resource: resourceName(type), namespace: options.namespace };
    const body = await this.requester.stream({
      subject,
      method: 'GET',
      path: `${resourcePath(type, options.namespace)}?${query}`,
      accept: options.metadataOnly ? METADATA : undefined,
      idempotent: true,
      ...(options.resourceVersion === undefined && { retry: { attempts: 1 } }),
      signal: options.signal,
    });
    options.onOpen?.();
    for await (const line of lines(body)) {
      const event = watchEvent<T>(subject, line, this.requester.now());
      yield event.type === 'BOOKMARK' ? event : { type: event.type, object: typed(type, event.object) };
    }
  }

  async create<T extends KubernetesObject>(object: T, signal?: AbortSignal): Promise<T> {
    const type = resourceOf(object);
    const { namespace, name } = object.metadata;
    return this.requester.json<T>({
      subject: { verb: 'create', resource: resourceName(type), namespace, name },
      method: 'POST',
      path: `${resourcePath(type, namespace)}?${this.writing()}`,
      contentType: 'application/json',
      body: JSON.stringify(object),
      idempotent: false,
      signal,
    });
  }

  /** Replaces an object; the resourceVersion in it makes the API server refuse when it was changed meanwhile. */
  async update<T extends KubernetesObject>(object: T, signal?: AbortSignal): Promise<T> {
    const type = resourceOf(object);
    const { namespace, name } = object.metadata;
    return this.requester.json<T>({
      subject: { verb: 'update', resource: resourceName(type), namespace, name },
      method: 'PUT',
      path: `${resourcePath(type, namespace, name)}?${this.writing()}`,
      contentType: 'application/json',
      body: JSON.stringify(object),
      idempotent: false,
      signal,
    });
  }

  /** Server-side apply: the object is created, or its fields become what is said here. */
  async apply<T extends KubernetesObject>(object: T, options: ApplyOptions = {}): Promise<T> {
    return this.applyTo(object, undefined, options);
  }

  /** Server-side apply of the status. */
  async applyStatus<T extends KubernetesObject>(object: T, options: ApplyOptions = {}): Promise<T> {
    return this.applyTo(object, 'status', options);
  }

  /** Sends a JSON merge patch or a JSON patch. */
  async patch<T extends KubernetesObject>(
    kind: Kind,
    key: ObjectKey,
    patch: Patch,
    options: { readonly subresource?: 'status'; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    const type = RESOURCES[kind];
    const path = resourcePath(type, key.namespace, key.name, options.subresource);
    return this.requester.json<T>({
      subject: { verb: 'patch', resource: qualified(type, options.subresource), ...key },
      method: 'PATCH',
      path: `${path}?${this.writing()}`,
      contentType: `application/${patch.type === 'merge' ? 'merge-patch' : 'json-patch'}+json`,
      body: JSON.stringify(patch.patch),
      // A merge patch done twice is done once; a JSON patch may append.
      idempotent: patch.type === 'merge',
      signal: options.signal,
    });
  }

  async delete(kind: Kind, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const type = RESOURCES[kind];
    const { signal, propagationPolicy = 'Background', ...rest } = options;
    await this.requester.text({
      subject: { verb: 'delete', resource: resourceName(type), ...key },
      method: 'DELETE',
      path: resourcePath(type, key.namespace, key.name),
      contentType: 'application/json',
      body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy, ...rest }),
      idempotent: true,
      signal,
    });
  }

  /**
   * Warnings about unknown fields would be heard by nobody, and looking for them costs the API server a twelfth of a write: that there are
   * none is tested with strict validation.
   */
  private writing(fieldManager = this.fieldManager): URLSearchParams {
    return new URLSearchParams({ fieldManager, fieldValidation: 'Ignore' });
  }

  private async applyTo<T extends KubernetesObject>(
    object: T,
    subresource: 'status' | undefined,
    options: ApplyOptions,
  ): Promise<T> {
    const type = resourceOf(object);
    const { namespace, name } = object.metadata;
    const query = this.writing(options.fieldManager);
    if (options.force) {
      query.set('force', 'true');
    }
    const applied = await this.requester.json<T>({
      subject: { verb: 'patch', resource: qualified(type, subresource), namespace, name },
      method: 'PATCH',
      path: `${resourcePath(type, namespace, name, subresource)}?${query}`,
      // JSON is YAML; a content type for JSON alone is newer than the API servers that have to be served.
      contentType: 'application/apply-patch+yaml',
      accept: options.metadataOnly ? METADATA : undefined,
      body: JSON.stringify(object),
      idempotent: true,
      signal: options.signal,
    });
    return typed(type, applied);
  }
}

interface ListBody<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[] | null;
}

/** Items of a list of a built-in kind, and bare metadata, do not say which kind they are of. */
function typed<T extends KubernetesObject>(type: ResourceType, object: T): T {
  return object.kind === type.kind ? object : { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
}

function qualified(type: ResourceType, subresource: string | undefined): string {
  return subresource === undefined ? resourceName(type) : `${resourceName(type)}/${subresource}`;
}

function selection(options: SelectOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (options.labelSelector !== undefined) {
    query.set('labelSelector', options.labelSelector);
  }
  if (options.fieldSelector !== undefined) {
    query.set('fieldSelector', options.fieldSelector);
  }
  return query;
}
