import { patience } from '../driver/wait';
import { ApiError, type ApiRequest, ApiTransport } from './api-transport';
import { type KindRef, type KubeObject, type ObjectRef } from './kube-object';
import { type ApiTarget } from './kubeconfig';
import { ResourcePaths } from './resource-paths';

/** Which objects of a kind. */
export interface Selection {
  /** @default the client's namespace; 'all' for every namespace */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** How a write is to be done. */
export interface WriteOptions {
  /** Judge the object without keeping it. @default false */
  readonly dryRun?: boolean;
  /** Unknown and duplicate fields are errors. @default true */
  readonly strict?: boolean;
}

/** What a watch tells. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** How long to wait. */
export interface UntilOptions {
  /** Milliseconds. @default a minute */
  readonly timeout?: number;
  /** Completes "Timed out waiting until ...". @default the condition's source */
  readonly what?: string;
}

interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: T[];
}

/** A small Kubernetes client for tests: every kind, no cache, connections kept. */
export class ApiClient {
  /** The namespace of objects that name none. */
  public readonly namespace: string;
  /** For what the methods below do not offer. */
  public readonly transport: ApiTransport;
  private readonly paths: ResourcePaths;

  public constructor(
    public readonly target: ApiTarget,
    options: { readonly namespace?: string; readonly userAgent?: string } = {},
  ) {
    this.namespace = options.namespace ?? 'default';
    this.transport = new ApiTransport(target, options.userAgent ?? 'cluster-test');
    this.paths = new ResourcePaths(this.transport);
  }

  /** Sends a request and parses the answer. */
  public async request<T>(request: ApiRequest): Promise<T> {
    return JSON.parse(await this.transport.text(request)) as T;
  }

  /** The object; an ApiError with code 404 when there is none. */
  public async get<T extends KubeObject = KubeObject>(ref: ObjectRef): Promise<T> {
    return this.request({ method: 'GET', path: await this.pathOf(ref) });
  }

  /** The object; undefined when there is none. */
  public async find<T extends KubeObject = KubeObject>(ref: ObjectRef): Promise<T | undefined> {
    return this.get<T>(ref).catch(ignoring<T>(404));
  }

  /** All objects of a kind that are selected. */
  public async list<T extends KubeObject = KubeObject>(kind: KindRef, selection: Selection = {}): Promise<T[]> {
    const { items } = await this.rawList<T>(kind, selection);
    // Items of a list do not say what they are.
    return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  public async create<T extends KubeObject>(object: T, options: WriteOptions = {}): Promise<T> {
    const collection = await this.paths.collection(object, object.metadata.namespace ?? this.namespace);
    return this.request({ method: 'POST', path: collection + writeQuery(options), body: object });
  }

  /**
   * Server-side apply.
   * @param options `force` takes fields over from other managers, by default it does
   */
  public async apply<T extends KubeObject>(
    object: T,
    options: WriteOptions & {
      readonly fieldManager?: string;
      readonly force?: boolean;
      readonly subresource?: string;
    } = {},
  ): Promise<T> {
    const { fieldManager = 'cluster-test', force = true, subresource } = options;
    const path = (await this.pathOf(object)) + (subresource === undefined ? '' : `/${subresource}`);
    const query = writeQuery(options, { fieldManager, force: String(force) });
    return this.request({
      method: 'PATCH',
      path: path + query,
      body: object,
      contentType: 'application/apply-patch+yaml',
    });
  }

  /** Merge patch (RFC 7386), of the object or of a subresource such as `status`. */
  public async patch<T extends KubeObject = KubeObject>(
    ref: ObjectRef,
    patch: Record<string, unknown>,
    options: WriteOptions & { readonly subresource?: string } = {},
  ): Promise<T> {
    const path = (await this.pathOf(ref)) + (options.subresource === undefined ? '' : `/${options.subresource}`);
    const contentType = 'application/merge-patch+json';
    return this.request({ method: 'PATCH', path: path + writeQuery(options), body: patch, contentType });
  }

  /** Replaces the object; its resourceVersion, when it has one, must be the current one. */
  public async replace<T extends KubeObject>(object: T, options: WriteOptions = {}): Promise<T> {
    return this.request({ method: 'PUT', path: (await this.pathOf(object)) + writeQuery(options), body: object });
  }

  /** Deletes the object if it is there. */
  public async delete(
    ref: ObjectRef,
    options: {
      readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
      readonly gracePeriodSeconds?: number;
    } = {},
  ): Promise<void> {
    const path = await this.pathOf(ref);
    await this.request({ method: 'DELETE', path, body: options }).catch(ignoring(404));
  }

  /** What happens to the selected objects from `resourceVersion` on, until the server or the signal ends it. */
  public async *watch<T extends KubeObject = KubeObject>(
    kind: KindRef,
    selection: Selection & { readonly resourceVersion?: string; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const { resourceVersion = '', signal } = selection;
    const path = await this.selected(kind, selection, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion });
    const response = await this.transport.open({ method: 'GET', path, signal });
    try {
      let rest = '';
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          yield JSON.parse(line) as WatchEvent<T>;
        }
      }
    } finally {
      response.destroy();
    }
  }

  /**
   * Watches an object until the condition holds, and gives it.
   * @param condition gets undefined while there is no such object
   * @throws when the time is over, telling the object as it was last seen
   */
  public async until<T extends KubeObject = KubeObject>(
    ref: ObjectRef,
    condition: (object: T | undefined) => boolean,
    options: UntilOptions = {},
  ): Promise<T | undefined> {
    const { namespace = this.namespace, name } = ref.metadata;
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const holds = (items: readonly T[]): boolean => condition(items[0]);
    const what = options.what ?? `${ref.kind} ${namespace}/${name}: ${condition.toString()}`;
    return (await this.untilList<T>(ref, selection, holds, { ...options, what }))[0];
  }

  /** Watches the selected objects until the condition holds for all of them together, and gives them. */
  public async untilList<T extends KubeObject = KubeObject>(
    kind: KindRef,
    selection: Selection,
    condition: (objects: readonly T[]) => boolean,
    options: UntilOptions = {},
  ): Promise<T[]> {
    const { timeout = patience, what = `${kind.kind}: ${condition.toString()}` } = options;
    const signal = AbortSignal.timeout(timeout);
    let seen: T[] = [];
    try {
      for (;;) {
        const list = await this.rawList<T>(kind, selection, signal);
        seen = list.items;
        if (condition(seen)) {
          return seen;
        }
        const { resourceVersion } = list.metadata;
        for await (const { type, object } of this.watch<T>(kind, { ...selection, resourceVersion, signal })) {
          if (type === 'ERROR') {
            break;
          }
          if (type !== 'BOOKMARK') {
            seen = seen.filter(({ metadata }) => metadata.uid !== object.metadata.uid);
            seen = type === 'DELETED' ? seen : [...seen, object];
          }
          if (condition(seen)) {
            return seen;
          }
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      throw new Error(`Timed out after ${timeout / 1000} s waiting until ${what}\nLast seen: ${brief(seen)}`, {
        cause: error,
      });
    }
  }

  /** Whether objects of the kind live in namespaces. */
  public isNamespaced(kind: KindRef): Promise<boolean> {
    return this.paths.isNamespaced(kind);
  }

  /** Closes the connections that are kept. */
  public close(): void {
    this.transport.close();
  }

  private async rawList<T>(kind: KindRef, selection: Selection, signal?: AbortSignal): Promise<ObjectList<T>> {
    return this.request({ method: 'GET', path: await this.selected(kind, selection), signal });
  }

  private async pathOf({ apiVersion, kind, metadata }: ObjectRef): Promise<string> {
    if (metadata.name === undefined) {
      throw new Error(`A ${kind} without a name cannot be asked for.`);
    }
    const collection = await this.paths.collection({ apiVersion, kind }, metadata.namespace ?? this.namespace);
    return `${collection}/${metadata.name}`;
  }

  private async selected(kind: KindRef, selection: Selection, more: Record<string, string> = {}): Promise<string> {
    const { namespace = this.namespace, labelSelector = '', fieldSelector = '' } = selection;
    const collection = await this.paths.collection(kind, namespace === 'all' ? undefined : namespace);
    return collection + query({ labelSelector, fieldSelector, ...more });
  }
}

function query(parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function writeQuery({ dryRun = false, strict = true }: WriteOptions, more: Record<string, string> = {}): string {
  return query({ dryRun: dryRun ? 'All' : '', fieldValidation: strict ? 'Strict' : '', ...more });
}

function ignoring<T>(code: number): (error: unknown) => T | undefined {
  return (error) => {
    if (error instanceof ApiError && error.code === code) {
      return undefined;
    }
    throw error;
  };
}

function brief(objects: readonly KubeObject[]): string {
  const short = objects.map(({ metadata, status, spec }) => {
    const { name, generation, deletionTimestamp } = metadata;
    return { name, generation, deletionTimestamp, status: status ?? spec };
  });
  return JSON.stringify(short, undefined, 1).slice(0, 4_000);
}
