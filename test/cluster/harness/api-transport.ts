import { type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

import { type ApiTarget } from './kubeconfig';

/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** The API server said no. */
export class ApiError extends Error {
  public constructor(
    request: ApiRequest,
    /** HTTP status. */
    public readonly code: number,
    /** Of the Status object, e.g. NotFound, Conflict, Invalid. */
    public readonly reason: string,
    message: string,
  ) {
    super(`${request.method} ${request.path}: ${code} ${message}`);
    this.name = 'ApiError';
  }
}

/** Sends requests to one API server as one identity, over connections that are kept. */
export class ApiTransport {
  private readonly agent: Agent;

  public constructor(
    private readonly target: ApiTarget,
    private readonly userAgent: string,
  ) {
    const { ca, clientCertificate: cert, clientKey: key } = target;
    this.agent = new Agent({ keepAlive: true, maxSockets: 256, ca, cert, key });
  }

  /** Sends, and gives the answer once its head is there. An answer that is no success is an ApiError. */
  public async open(call: ApiRequest): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(new URL(call.path, this.target.server), {
        agent: this.agent,
        method: call.method,
        headers: this.headers(call),
        signal: call.signal,
      });
      outgoing.on('error', reject);
      outgoing.on('response', resolve);
      outgoing.end(call.body === undefined ? undefined : JSON.stringify(call.body));
    });
    const code = response.statusCode ?? 0;
    if (code >= 200 && code < 300) {
      return response;
    }
    const text = await bodyOf(response);
    throw failure(call, code, text);
  }

  /** Sends, and gives the whole answer. */
  public async text(call: ApiRequest): Promise<string> {
    return bodyOf(await this.open(call));
  }

  /** Closes the connections that are kept. */
  public close(): void {
    this.agent.destroy();
  }

  private headers(call: ApiRequest): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': this.userAgent,
      ...(this.target.token === undefined ? {} : { authorization: `Bearer ${this.target.token}` }),
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    };
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function failure(call: ApiRequest, code: number, text: string): ApiError {
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string };
    return new ApiError(call, code, status.reason ?? '', status.message ?? text);
  } catch {
    return new ApiError(call, code, '', text);
  }
}
