import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { type Connection, type TlsMaterial } from './connection';

/** How the transport treats its connections. */
export interface TransportOptions {
  /**
   * Name that the audit log shows for who asked.
   *
   * @default 'cdk8s-proxysql-operator'
   */
  readonly userAgent?: string;

  /**
   * Connections for short requests; more requests than that wait for a free one. Watches have connections of their own.
   *
   * @default 16
   */
  readonly connections?: number;

  /**
   * Longest wait for an answer, and between two parts of its body, in milliseconds.
   *
   * @default 30000
   */
  readonly timeoutMs?: number;
}

/** One request, as far as HTTP goes. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /**
   * Called when nothing stands between this moment and the sending of the request, not even the wait for a connection; what it throws keeps
   * it from being sent.
   */
  readonly beforeSend?: () => void;
}

/** An answer whose body has been read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** An answer whose body arrives over time. */
export interface HttpStream {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: AsyncIterable<Buffer> & { text(): Promise<string> };
}

/** Just below the 90 s after which the API server closes idle connections. */
const KEEP_ALIVE_MS = 80_000;

interface Pools {
  readonly tls: TlsMaterial;
  readonly requests: Dispatcher;
  readonly streams: Dispatcher;
}

/** Sends requests to the API server over connections that stay open. */
export class Transport {
  private readonly basePath: string;
  private readonly origin: string;
  private readonly userAgent: string;
  private readonly timeoutMs: number;
  private readonly connections: number;
  private pools: Pools | undefined;

  constructor(
    private readonly connection: Connection,
    options: TransportOptions = {},
  ) {
    const url = new URL(connection.server);
    this.origin = url.origin;
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.userAgent = options.userAgent ?? 'cdk8s-proxysql-operator';
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.connections = options.connections ?? 16;
  }

  /** Sends a request and reads the whole answer. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.dispatch(request, 'requests');
    return { status: answer.statusCode, retryAfter: retryAfter(answer), body: await answer.body.text() };
  }

  /** Sends a request and hands the body on as it comes, for however long that takes. */
  async stream(request: HttpRequest): Promise<HttpStream> {
    const answer = await this.dispatch(request, 'streams');
    return { status: answer.statusCode, retryAfter: retryAfter(answer), body: answer.body };
  }

  /** Has the credentials fetched anew before the next request. */
  invalidateCredentials(): void {
    this.connection.invalidate();
  }

  /** Closes all connections; requests under way are broken off. */
  async close(): Promise<void> {
    const pools = this.pools;
    this.pools = undefined;
    await Promise.all([pools?.requests.destroy(), pools?.streams.destroy()]);
  }

  private async dispatch(request: HttpRequest, pool: 'requests' | 'streams'): Promise<Dispatcher.ResponseData> {
    const credentials = await this.connection.credentials();
    const pools = this.poolsFor(credentials.tls);
    const headers: Record<string, string> = {
      ...credentials.headers,
      'user-agent': this.userAgent,
      accept: request.accept ?? 'application/json',
    };
    if (request.contentType !== undefined) {
      headers['content-type'] = request.contentType;
    }
    return pools[pool].compose(lookingFirst(request)).request({
      origin: this.origin,
      method: request.method,
      path: this.basePath + request.path,
      headers,
      body: request.body,
      signal: request.signal,
    });
  }

  /** New TLS material, from a credential plugin or a changed kubeconfig, needs new connections. */
  private poolsFor(tls: TlsMaterial): Pools {
    if (this.pools?.tls !== tls) {
      const old = this.pools;
      this.pools = { tls, requests: this.pool(tls, false), streams: this.pool(tls, true) };
      // Requests under way end in peace; watches end when the API server ends them.
      void old?.requests.close();
      void old?.streams.close();
    }
    return this.pools;
  }

  private pool(tls: TlsMaterial, streams: boolean): Dispatcher {
    const options: Pool.Options = {
      connections: streams ? null : this.connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: this.timeoutMs,
      bodyTimeout: streams ? 0 : this.timeoutMs,
    };
    const { serverName, ...material } = tls;
    const connect = { ...material, ...(serverName === undefined ? {} : { servername: serverName }), timeout: 10_000 };
    return this.connection.proxyUrl === undefined
      ? new Pool(this.origin, { ...options, connect })
      : new ProxyAgent({ ...options, uri: this.connection.proxyUrl, requestTls: connect });
  }
}

function lookingFirst({ beforeSend }: HttpRequest): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      beforeSend?.();
      start?.(controller, context);
    };
    return dispatch(options, handler);
  };
}

function retryAfter(answer: Dispatcher.ResponseData): string | undefined {
  const value = answer.headers['retry-after'];
  return Array.isArray(value) ? value[0] : value;
}
