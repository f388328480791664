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
  /** @default application/json */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** What the API server finds wrong in an object. */
export interface ApiErrorCause {
  readonly reason?: string;
  readonly message?: string;
  /** e.g. spec.ports[0].name */
  readonly field?: string;
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
    public readonly causes: readonly ApiErrorCause[] = [],
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
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(new URL(call.path, this.target.server), {
        agent: this.agent,
        method: call.method,
        headers: this.headers(call, body),
        signal: call.signal,
      });
      outgoing.on('error', reject);
      outgoing.on('response', resolve);
      outgoing.end(body);
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

  private headers(call: ApiRequest, body: Buffer | undefined): Record<string, string | number> {
    return {
      accept: call.accept ?? 'application/json',
      'user-agent': this.userAgent,
      ...(this.target.token === undefined ? {} : { authorization: `Bearer ${this.target.token}` }),
      // Node does not tell the length of a DELETE's body by itself.
      ...(body === undefined
        ? {}
        : { 'content-type': call.contentType ?? 'application/json', 'content-length': body.length }),
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

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly ApiErrorCause[] };
}

function failure(call: ApiRequest, code: number, text: string): ApiError {
  try {
    const { reason = '', message = text, details } = JSON.parse(text) as Status;
    return new ApiError(call, code, reason, message, details?.causes);
  } catch {
    return new ApiError(call, code, '', text);
  }
}
