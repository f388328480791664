import { shortened } from '../../lib/printable';

/** Of an object with ten thousand mistakes the API server tells each. */
const MOST_OF_MESSAGE = 4000;

/** What was asked of the API server. */
export interface RequestSubject {
  /** As in a Role: get, list, watch, create, update, patch, delete. */
  readonly verb: string;
  /** As in a Role: `secrets`, `certificates.cert-manager.io`, `proxysqls.kubedb.com/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The API server's `Status` object, in the parts that matter here. */
export interface StatusBody {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly code?: number;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly field?: string }[];
  };
}

/** A request to the API server that did not succeed. */
export abstract class KubernetesError extends Error {
  constructor(
    readonly subject: RequestSubject,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The API server answered, and the answer is no. */
export class ApiError extends KubernetesError {
  /** HTTP status code. */
  readonly code: number;
  /** The API server's own word for it, such as `NotFound`. */
  readonly reason: string;
  /** Fields that it blames. What it says of each may quote a value, and an error is written to the log with all that it holds. */
  readonly fields: readonly string[];
  /** How long the API server asks to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(subject: RequestSubject, message: string, answer: Answer) {
    super(subject, message);
    this.code = answer.code;
    this.reason = answer.reason;
    this.fields = answer.fields;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

interface Answer {
  readonly code: number;
  readonly reason: string;
  readonly fields: readonly string[];
  readonly retryAfterMs: number | undefined;
}

/** 401: the API server does not know who asks. */
export class UnauthorizedError extends ApiError {}
/** 403: no permission, by RBAC or by an admission plugin. */
export class ForbiddenError extends ApiError {}
/** 404: no such object, or no such kind. */
export class NotFoundError extends ApiError {}
/** 409 on create: an object of that name is there already. */
export class AlreadyExistsError extends ApiError {}
/** 409: changed in between, or another field manager owns a field. */
export class ConflictError extends ApiError {}
/** 410: the resourceVersion is too old; only a new list helps. */
export class GoneError extends ApiError {}
/** 422: the object breaks the schema or a validation rule. */
export class InvalidError extends ApiError {}
/** 429: the API server is busy. */
export class TooManyRequestsError extends ApiError {}
/** 5xx: the API server could not. */
export class ServerError extends ApiError {}
/** Any other answer that is not a success. */
export class UnexpectedAnswerError extends ApiError {}

/** No answer in time. Whether the request was carried out is not known. */
export class TimeoutError extends KubernetesError {}
/** No connection, or it broke. Whether the request was carried out is not known. */
export class ConnectionError extends KubernetesError {}
/** The request was called off by the caller. */
export class AbortedError extends KubernetesError {}
/** Not sent, because this process does not lead (any more). */
export class NotLeaderError extends KubernetesError {}

type ApiErrorClass = new (subject: RequestSubject, message: string, answer: Answer) => ApiError;

/** `patch proxysqls.kubedb.com/status demo/proxy`. */
export function describeSubject(subject: RequestSubject): string {
  const name = [subject.namespace, subject.name].filter((part) => part !== undefined).join('/');
  return name === '' ? `${subject.verb} ${subject.resource}` : `${subject.verb} ${subject.resource} ${name}`;
}

/** The error for an answer of the API server that is not a success. */
export function apiError(
  subject: RequestSubject,
  code: number,
  body: string,
  retryAfterHeader: string | undefined,
  now: number,
): ApiError {
  const status = parseStatus(body);
  const answer: Answer = {
    code: status.code ?? code,
    reason: status.reason ?? '',
    fields: (status.details?.causes ?? []).map(({ field }) => field ?? 'unknown'),
    retryAfterMs: parseRetryAfter(retryAfterHeader, now) ?? secondsToMs(status.details?.retryAfterSeconds),
  };
  const message = `${describeSubject(subject)}: ${explain(subject, answer, status)}`;
  return new (errorClass(answer))(subject, shortened(message, MOST_OF_MESSAGE), answer);
}

function explain(subject: RequestSubject, answer: Answer, status: StatusBody): string {
  // A refused value may be quoted in the message, and in a Secret each value is one.
  if (answer.code === 422 && subject.resource.startsWith('secrets')) {
    return `refused as invalid (fields: ${answer.fields.join(', ') || 'not named'})`;
  }
  const message = status.message ?? `HTTP status ${answer.code}`;
  if (answer.code === 403) {
    const where = subject.namespace === undefined ? 'in the whole cluster' : `in namespace "${subject.namespace}"`;
    return `forbidden; if RBAC refuses it, allow verb "${subject.verb}" on resource "${subject.resource}" ${where}: ${message}`;
  }
  return message;
}

function errorClass(answer: Answer): ApiErrorClass {
  switch (answer.code) {
    case 401:
      return UnauthorizedError;
    case 403:
      return ForbiddenError;
    case 404:
      return NotFoundError;
    case 409:
      return answer.reason === 'AlreadyExists' ? AlreadyExistsError : ConflictError;
    case 410:
      return GoneError;
    case 422:
      return InvalidError;
    case 429:
      return TooManyRequestsError;
    default:
      return answer.code >= 500 ? ServerError : UnexpectedAnswerError;
  }
}

function parseStatus(body: string): StatusBody {
  try {
    const parsed = JSON.parse(body) as StatusBody | null;
    return parsed?.kind === 'Status' ? parsed : {};
  } catch {
    return {};
  }
}

/** Retry-After is a number of seconds or an HTTP date. */
function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d+$/.test(header)) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}
