import { type Clock } from '../../runtime/clock';
import {
  AbortedError,
  ApiError,
  apiError,
  ConnectionError,
  describeSubject,
  KubernetesError,
  NotLeaderError,
  type RequestSubject,
  TimeoutError,
  UnauthorizedError,
} from './errors';
import { type Fence } from './fence';
import { type RetryPolicy, withRetry } from './retry';
import { type HttpRequest, type Transport } from './transport';

/** A request with what it is about. */
export interface ApiRequest extends Omit<HttpRequest, 'beforeSend'> {
  readonly subject: RequestSubject;
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean;
  /** @default - that of the requester */
  readonly retry?: RetryPolicy;
}

/** How one attempt ended. */
export interface RequestOutcome extends RequestSubject {
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly durationMs: number;
}

/** Told of each attempt. */
export type RequestObserver = (outcome: RequestOutcome) => void;

/** What a requester works with. */
export interface RequesterOptions {
  readonly transport: Transport;
  readonly fence: Fence | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly observer: RequestObserver | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Turns HTTP answers into values and typed errors, and tries again where that is right. */
export class Requester {
  constructor(private readonly options: RequesterOptions) {}

  now(): number {
    return this.options.clock.now();
  }

  /** The parsed body of a successful answer. */
  async json<T>(request: ApiRequest): Promise<T> {
    const body = await this.text(request);
    try {
      return JSON.parse(body) as T;
    } catch {
      throw new ConnectionError(request.subject, `${describeSubject(request.subject)}: the answer is not JSON.`);
    }
  }

  /** The body of a successful answer. */
  async text(request: ApiRequest): Promise<string> {
    return this.withRetries(request, () =>
      this.attempt(request, async (http) => {
        const { status, retryAfter, body } = await this.options.transport.send(http);
        if (status >= 300) {
          throw apiError(request.subject, status, body, retryAfter, this.now());
        }
        return { status, value: body };
      }),
    );
  }

  /** The body of a successful answer as it comes. Only opening the stream is tried again, never reading it. */
  async stream(request: ApiRequest): Promise<AsyncGenerator<Buffer>> {
    const { transport } = this.options;
    const body = await this.withRetries(request, () =>
      this.attempt(request, async (http) => {
        const stream = await transport.stream(http);
        if (stream.status >= 300) {
          throw apiError(request.subject, stream.status, await stream.body.text(), stream.retryAfter, this.now());
        }
        return { status: stream.status, value: stream.body };
      }),
    );
    return read(body, request);
  }

  private async withRetries<T>(request: ApiRequest, attempt: () => Promise<T>): Promise<T> {
    const { clock, random } = this.options;
    const { idempotent, signal, retry = this.options.retry } = request;
    const bounded = (): Promise<T> => withRetry(attempt, { clock, random, signal, idempotent }, retry);
    try {
      return await bounded();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) {
        throw error;
      }
      // A token that ran out or was rotated: once more with a fresh one.
      this.options.transport.invalidateCredentials();
      return bounded();
    }
  }

  private async attempt<T>(
    request: ApiRequest,
    send: (http: HttpRequest) => Promise<{ readonly status: number; readonly value: T }>,
  ): Promise<T> {
    const startedAt = this.now();
    let status = 0;
    try {
      const answer = await send({ ...request, beforeSend: () => this.checkFence(request) });
      status = answer.status;
      return answer.value;
    } catch (error) {
      const translated = translate(error, request);
      status = translated instanceof ApiError ? translated.code : 0;
      throw translated;
    } finally {
      this.options.observer?.({ ...request.subject, status, durationMs: this.now() - startedAt });
    }
  }

  private checkFence(request: ApiRequest): void {
    if (request.method !== 'GET' && this.options.fence?.isOpen() === false) {
      throw new NotLeaderError(
        request.subject,
        `${describeSubject(request.subject)}: not sent, because this process is not the leader.`,
      );
    }
  }
}

async function* read(body: AsyncIterable<Buffer>, request: ApiRequest): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw translate(error, request);
  }
}

/** Names what went wrong below HTTP. */
function translate(error: unknown, request: ApiRequest): KubernetesError {
  if (error instanceof KubernetesError) {
    return error;
  }
  const { subject, signal } = request;
  const prefix = describeSubject(subject);
  const cause = error instanceof Error ? error : new Error(String(error));
  if (signal?.aborted) {
    return new AbortedError(subject, `${prefix}: called off.`, { cause });
  }
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new TimeoutError(subject, `${prefix}: no answer in time.`, { cause });
  }
  return new ConnectionError(subject, `${prefix}: ${cause.message || code}`, { cause });
}
