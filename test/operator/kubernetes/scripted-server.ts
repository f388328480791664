import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { Client, type ClientOptions } from '../../../operator/kubernetes/client';
import { type Connection } from '../../../operator/kubernetes/connection';
import { Transport, type TransportOptions } from '../../../operator/kubernetes/transport';

/** A request as the script sees it. */
export interface ScriptedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What answers a request. */
export type Script = (request: ScriptedRequest, response: ServerResponse) => void;

/** An HTTP server that answers as a test says: for faults whose timing a real API server cannot be made to show. */
export class ScriptedServer {
  readonly requests: ScriptedRequest[] = [];
  connections = 0;
  script: Script = (_, response) => answer(response, 500, status(500, 'InternalError', 'no script'));
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private transports: Transport[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://server');
        const scripted = {
          method: request.method ?? '',
          url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        };
        this.requests.push(scripted);
        this.script(scripted, response);
      });
    });
    this.server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    await Promise.all(this.transports.map((transport) => transport.close()));
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Breaks all connections. */
  cut(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  connection(overrides: Partial<Connection> = {}): Connection {
    const { port } = this.server.address() as AddressInfo;
    const credentials = { headers: { authorization: 'Bearer one' }, tls: { rejectUnauthorized: true } };
    return {
      server: `http://127.0.0.1:${port}`,
      namespace: undefined,
      proxyUrl: undefined,
      credentials: () => Promise.resolve(credentials),
      invalidate: () => undefined,
      ...overrides,
    };
  }

  client(
    options: Partial<ClientOptions> = {},
    transport: TransportOptions = {},
    connection = this.connection(),
  ): Client {
    const created = new Transport(connection, transport);
    this.transports.push(created);
    return new Client({ transport: created, random: () => 0.5, ...options });
  }
}

/** Ends a request with JSON. */
export function answer(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The API server's own error object. */
export function status(code: number, reason: string, message: string, details: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
}

/** A ConfigMap to work with. */
export function configMap(name: string, resourceVersion: number | string, namespace = 'demo'): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, resourceVersion: String(resourceVersion), uid: `uid-${name}` },
  };
}

/** A page of a list, whose items bear no kind, as the API server sends them. */
export function list(resourceVersion: number, items: readonly KubernetesObject[], next?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMapList',
    metadata: { resourceVersion: String(resourceVersion), continue: next },
    items: items.map(({ metadata }) => ({ metadata })),
  };
}

/** Begins a watch's stream. */
export function openWatch(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

/** One line of a watch's stream. */
export function event(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}
