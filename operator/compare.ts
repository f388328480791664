import { quantity } from '../lib/defaults';
import { parseGoDuration } from '../lib/go-duration';

/**
 * Whether an object has all that is wanted of it. What the API server adds (defaults, addresses, status) and what others add beside it is no
 * difference; the same quantity or duration in other words is none either.
 */
export function isCovered(wanted: unknown, live: unknown): boolean {
  if (wanted === undefined || wanted === null) {
    return true;
  }
  if (Array.isArray(wanted)) {
    return Array.isArray(live) ? isListCovered(wanted, live) : wanted.length === 0 && live === undefined;
  }
  if (typeof wanted === 'object') {
    const fields = Object.entries(wanted);
    if (live === undefined || live === null) {
      return fields.every(([, value]) => isCovered(value, undefined));
    }
    return (
      typeof live === 'object' &&
      fields.every(([field, value]) => isCovered(value, (live as Readonly<Record<string, unknown>>)[field]))
    );
  }
  return wanted === live || isSameInOtherWords(wanted, live);
}

/** The values that an object has where something is wanted of it: what the API server made of what was wanted. */
export function projection(wanted: unknown, live: unknown): unknown {
  if (typeof wanted !== 'object' || wanted === null || typeof live !== 'object' || live === null) {
    return live;
  }
  if (Array.isArray(wanted)) {
    return live;
  }
  return Object.fromEntries(
    Object.entries(wanted).map(([field, value]) => [
      field,
      projection(value, (live as Readonly<Record<string, unknown>>)[field]),
    ]),
  );
}

/** Whether two values of JSON are equal; a field without a value is no field. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) {
    return true;
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    );
  }
  const valueIn = (object: object, field: string): unknown =>
    Object.hasOwn(object, field) ? (object as Readonly<Record<string, unknown>>)[field] : undefined;
  return (
    Object.keys(one).every((field) => isSame(valueIn(one, field), valueIn(other, field))) &&
    Object.keys(other).every((field) => valueIn(other, field) === undefined || valueIn(one, field) !== undefined)
  );
}

/** JSON with sorted keys, so that equal values are equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}

/** In lists of named items others may add theirs, and the API server merges by the name. */
function isListCovered(wanted: readonly unknown[], live: readonly unknown[]): boolean {
  const key = ITEM_KEYS.find(
    (field) => wanted.length > 0 && wanted.every((item) => valueOf(item, field) !== undefined),
  );
  if (key !== undefined) {
    return wanted.every((item) =>
      live.some((other) => valueOf(other, key) === valueOf(item, key) && isCovered(item, other)),
    );
  }
  return wanted.length === live.length && wanted.every((item, index) => isCovered(item, live[index]));
}

const ITEM_KEYS = ['name', 'uid', 'mountPath'] as const;

function valueOf(item: unknown, field: string): unknown {
  return typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>)[field] : undefined;
}

function isSameInOtherWords(wanted: unknown, live: unknown): boolean {
  if (!isWord(wanted) || !isWord(live)) {
    return false;
  }
  const duration = parseGoDuration(String(wanted));
  return duration === undefined ? quantity(wanted) === quantity(live) : duration === parseGoDuration(String(live));
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
