import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer, request as send, type Server } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';

import { CertificateAuthority } from './certificate-maker';
import { type Fault, type FaultRule, FaultRules, isWatch } from './fault-rules';

/** Where the proxy stands. */
export interface FaultProxyOptions {
  /** URL of the API server. */
  readonly server: string;
  /** PEM of the authority that vouches for it. */
  readonly ca: string;
  /** @default 1 */
  readonly seed?: number;
  /** Address to listen on; for pods, the host's end of the node's wire. @default 127.0.0.1 */
  readonly host?: string;
}

/** A fault that happened. */
export interface InjectedFault {
  readonly method: string;
  readonly url: string;
  readonly fault: Fault;
}

const goneStatus = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version',
  reason: 'Expired',
  code: 410,
};

const reasons: Readonly<Record<number, string>> = {
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/**
 * Stands between a client and the API server, passes requests on with whatever identity they carry, and lets happen to them
 * what its rules say. HTTP/1.1 over TLS, with a certificate of its own authority (`ca`).
 */
export class FaultProxy {
  /** What was done to requests, in order. */
  public readonly injected: InjectedFault[] = [];
  private readonly rules: FaultRules;
  private readonly agent: Agent;
  private readonly sockets = new Set<Socket>();
  private readonly watches = new Set<ServerResponse>();

  private constructor(
    private readonly options: FaultProxyOptions,
    private readonly listener: Server,
    /** PEM of the authority that vouches for the proxy. */
    public readonly ca: string,
  ) {
    this.rules = new FaultRules(options.seed);
    this.agent = new Agent({ keepAlive: true, ca: options.ca });
    listener.on('request', (request: IncomingMessage, response: ServerResponse) => this.handle(request, response));
    listener.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  /** Starts a proxy on a free port. */
  public static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const { host = '127.0.0.1' } = options;
    const authority = await CertificateAuthority.root({ commonName: 'fault proxy' });
    const own = await authority.issue({ ipAddresses: [host], dnsNames: ['localhost'] });
    const listener = createServer({ key: own.key, cert: own.chain });
    const proxy = new FaultProxy(options, listener, authority.certificate);
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, host, resolve);
    });
    return proxy;
  }

  /** URL to use instead of the API server's. */
  public get server(): string {
    const { address, port } = this.listener.address() as AddressInfo;
    return `https://${address}:${port}`;
  }

  /** Number of watches that are open at this moment. */
  public get openWatches(): number {
    return this.watches.size;
  }

  /** Adds rules behind those that are there. */
  public add(...rules: readonly FaultRule[]): void {
    this.rules.add(...rules);
  }

  /** Drops all rules: from now on everything passes. */
  public clear(): void {
    this.rules.clear();
  }

  /** Resets the connections of all watches that are open. */
  public cutWatches(): void {
    this.watches.forEach((response) => reset(response));
  }

  /** Lets all watches that are open fall silent: they stay open, and nothing comes any more. */
  public stallWatches(): void {
    this.watches.forEach((response) => response.emit('stall'));
  }

  /** Tells all watches that are open that their resourceVersion is too old, and ends them. */
  public expireWatches(): void {
    this.stallWatches();
    this.watches.forEach((response) => response.writableEnded || response.end(goneEvent()));
  }

  /** Closes the proxy and every connection. */
  public async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.agent.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = request;
    const fault = this.rules.choose({ method, url, userAgent: request.headers['user-agent'] ?? '' });
    if (fault === undefined) {
      this.forward(request, response);
      return;
    }
    this.injected.push({ method, url, fault });
    this.inject(fault, request, response);
  }

  private inject(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
    switch (fault.kind) {
      case 'cut':
        return reset(response);
      case 'stall':
        return;
      case 'status':
        return answer(response, fault.code, failure(fault.code), fault.retryAfterSeconds);
      case 'gone':
        return fault.as === 'answer' ? answer(response, 410, goneStatus) : answerStream(response, goneEvent());
      case 'lost-answer':
        return this.forward(request, response, { lose: true });
      case 'slow':
        setTimeout(() => this.forward(request, response), fault.milliseconds);
        return;
      case 'reset':
        return this.forward(request, response, { resetAfter: fault.afterBytes });
    }
  }

  private forward(request: IncomingMessage, response: ServerResponse, harm: Harm = {}): void {
    const { method, url = '/', headers } = request;
    const upstream = send(new URL(url, this.options.server), { method, headers, agent: this.agent });
    upstream.on('error', () => reset(response));
    upstream.on('response', (incoming) => {
      incoming.on('error', () => reset(response));
      if (harm.lose === true) {
        incoming.resume().on('end', () => reset(response));
        return;
      }
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      response.flushHeaders();
      if (isWatch(url)) {
        this.watches.add(response);
        response.on('stall', () => incoming.pause().unpipe(response));
      }
      pass(incoming, response, harm.resetAfter);
    });
    response.on('close', () => {
      this.watches.delete(response);
      upstream.destroy();
    });
    request.pipe(upstream);
  }
}

interface Harm {
  readonly lose?: boolean;
  readonly resetAfter?: number;
}

function pass(incoming: IncomingMessage, response: ServerResponse, resetAfter?: number): void {
  if (resetAfter === undefined) {
    incoming.pipe(response);
    return;
  }
  let left = resetAfter;
  incoming.on('data', (chunk: Buffer) => {
    response.write(chunk.subarray(0, left), () => left <= 0 && reset(response));
    left -= chunk.length;
  });
  incoming.on('end', () => reset(response));
}

function reset(response: ServerResponse): void {
  response.socket?.destroy();
}

function goneEvent(): string {
  return `${JSON.stringify({ type: 'ERROR', object: goneStatus })}\n`;
}

function failure(code: number): typeof goneStatus {
  return { ...goneStatus, code, reason: reasons[code] ?? 'Unknown', message: `injected fault: ${code}` };
}

function answer(response: ServerResponse, code: number, body: unknown, retryAfterSeconds?: number): void {
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(code, { 'content-type': 'application/json', ...retryAfter });
  response.end(JSON.stringify(body));
}

function answerStream(response: ServerResponse, event: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(event);
}
