import { quantity } from '../defaults';
import { parseGoDuration } from '../go-duration';

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

/** In lists of named items others may add theirs, and the API server merges by the name. */
function isListCovered(wanted: readonly unknown[], live: readonly unknown[]): boolean {
  if (wanted.length > 0 && wanted.every((item) => nameOf(item) !== undefined)) {
    const named = new Map<unknown, unknown[]>();
    for (const other of live) {
      const name = nameOf(other);
      const others = named.get(name) ?? [];
      others.push(other);
      named.set(name, others);
    }
    return wanted.every((item) => (named.get(nameOf(item)) ?? []).some((other) => isCovered(item, other)));
  }
  return wanted.length === live.length && wanted.every((item, index) => isCovered(item, live[index]));
}

function nameOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? (item as { readonly name?: unknown }).name : undefined;
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
