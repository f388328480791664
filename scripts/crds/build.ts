import { type JsonSchema } from './model';

/** Short forms to write schemas with. Each takes the description first; `more` adds any other keyword. */

export function string(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'string', description, ...more };
}

export function boolean(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'boolean', description, ...more };
}

/** A 32-bit integer. */
export function int32(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'integer', format: 'int32', description, ...more };
}

/** A 64-bit integer. */
export function int64(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'integer', format: 'int64', description, ...more };
}

/** A point in time, RFC 3339. */
export function time(description: string): JsonSchema {
  return { type: 'string', format: 'date-time', description };
}

/** One of the given words. */
export function oneOf(values: readonly string[], description: string): JsonSchema {
  return { type: 'string', enum: values, description };
}

export function object(
  description: string,
  properties: { readonly [name: string]: JsonSchema },
  more: JsonSchema = {},
): JsonSchema {
  return { type: 'object', description, properties, ...more };
}

export function list(description: string, items: JsonSchema, more: JsonSchema = {}): JsonSchema {
  return { type: 'array', description, items, ...more };
}

export function strings(description: string, more: JsonSchema = {}): JsonSchema {
  return list(description, { type: 'string' }, more);
}

/** A map from strings to strings, as labels and annotations are. */
export function stringMap(description: string): JsonSchema {
  return { type: 'object', description, additionalProperties: { type: 'string' } };
}

/** An object whose fields nobody lists here. */
export function freeForm(description: string): JsonSchema {
  return { type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true };
}
