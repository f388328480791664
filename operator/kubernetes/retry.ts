import { type Clock, sleep } from '../../runtime/clock';
import { ApiError, ConnectionError, ServerError, TooManyRequestsError } from './errors';

/** How often, and how long apart, a request is tried again. */
export interface RetryPolicy {
  /**
   * Attempts in all, the first one included.
   *
   * @default 4
   */
  readonly attempts?: number;

  /**
   * Upper bound of the first pause, in milliseconds; it doubles with each further one.
   *
   * @default 100
   */
  readonly baseDelayMs?: number;

  /**
   * Longest pause, in milliseconds. An API server that asks for a longer one gets the error handed to the caller
   * instead, so that no worker is held for so long.
   *
   * @default 5000
   */
  readonly maxDelayMs?: number;
}

/** What retrying needs from outside. */
export interface RetryContext {
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly signal?: AbortSignal;
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean;
}

/**
 * How long to wait before the next attempt, in milliseconds, or undefined when there is to be none.
 *
 * @param failures attempts that have failed so far, from 1
 */
export function retryDelay(
  error: unknown,
  failures: number,
  idempotent: boolean,
  random: () => number,
  policy: RetryPolicy = {},
): number | undefined {
  const maxDelay = policy.maxDelayMs ?? 5000;
  if (failures >= (policy.attempts ?? 4) || !isRetryable(error, idempotent)) {
    return undefined;
  }
  const backOff = exponentialDelay(failures, policy.baseDelayMs ?? 100, maxDelay, random);
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  if (asked === undefined) {
    return backOff;
  }
  // Never sooner than asked, and not all clients at the same moment.
  return asked > maxDelay ? undefined : asked + backOff;
}

/** A pause that doubles with each failure, spread over its upper half so that clients drift apart. */
export function exponentialDelay(failures: number, baseMs: number, maxMs: number, random: () => number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 40));
  return ceiling * (0.5 + random() / 2);
}

/** Runs a request, again when it makes sense, within the bounds of the policy. */
export async function withRetry<T>(
  request: () => Promise<T>,
  context: RetryContext,
  policy: RetryPolicy = {},
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await request();
    } catch (error) {
      const delay = retryDelay(error, failures, context.idempotent, context.random, policy);
      if (delay === undefined || context.signal?.aborted) {
        throw error;
      }
      await sleep(context.clock, delay, context.signal);
      if (context.signal?.aborted) {
        throw error;
      }
    }
  }
}

/**
 * A request refused with 429 was not carried out. After a broken connection or a 5xx nobody knows, so only what can be
 * done twice is tried again. A timeout is left to the caller: it has waited long enough.
 */
function isRetryable(error: unknown, idempotent: boolean): boolean {
  if (error instanceof TooManyRequestsError) {
    return true;
  }
  if (error instanceof ServerError) {
    return idempotent && (error.code === 503 || error.code === 504 || error.retryAfterMs !== undefined);
  }
  return idempotent && error instanceof ConnectionError;
}
