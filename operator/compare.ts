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
