import { type JsonSchema } from '../../scripts/crds/model';

/**
 * Where a schema refuses something that the other one accepts: paths with the keyword, `[]` for items and `{}` for values of a map.
 * Nothing is named when all that `accepted` accepts passes `other`.
 */
export function differencesOf(accepted: JsonSchema, other: JsonSchema): string[] {
  return [...walk(accepted, other, '')].sort();
}

/** Keywords that only widen when they are left out. */
const PLAIN_LIMITS = ['pattern', 'multipleOf'] as const;
const LOWER_LIMITS = ['minimum', 'minLength', 'minItems'] as const;
const UPPER_LIMITS = ['maximum', 'maxLength', 'maxItems', 'maxProperties'] as const;

type AnySchema = JsonSchema & { readonly [keyword: string]: unknown };

function* walk(a: JsonSchema, b: JsonSchema, path: string): Generator<string> {
  const keywords = refusingKeywords(a as AnySchema, b as AnySchema);
  for (const keyword of keywords) {
    yield `${path} ${keyword}`;
  }
  if (b['x-kubernetes-preserve-unknown-fields'] !== true) {
    for (const [name, property] of Object.entries(a.properties ?? {})) {
      const at = path === '' ? name : `${path}.${name}`;
      const match = b.properties?.[name];
      if (match === undefined) {
        yield `${at} missing`;
      } else {
        yield* walk(property, match, at);
      }
    }
  }
  if (a.items && b.items) {
    yield* walk(a.items, b.items, `${path}[]`);
  }
  if (typeof a.additionalProperties === 'object' && typeof b.additionalProperties === 'object') {
    yield* walk(a.additionalProperties, b.additionalProperties, `${path}{}`);
  }
}

function* refusingKeywords(a: AnySchema, b: AnySchema): Generator<string> {
  if (
    a.type !== b.type ||
    a['x-kubernetes-int-or-string'] !== b['x-kubernetes-int-or-string'] ||
    a.format !== b.format
  ) {
    yield 'type';
  }
  if (b.enum !== undefined && !(a.enum?.every((value) => b.enum?.includes(value)) ?? false)) {
    yield 'enum';
  }
  for (const name of b.required ?? []) {
    if (!a.required?.includes(name) && b.properties?.[name]?.default === undefined) {
      yield `required ${name}`;
    }
  }
  for (const limit of PLAIN_LIMITS) {
    if (b[limit] !== undefined && a[limit] !== b[limit]) {
      yield limit;
    }
  }
  for (const limit of LOWER_LIMITS) {
    if (Number(b[limit] ?? Number.NEGATIVE_INFINITY) > Number(a[limit] ?? Number.NEGATIVE_INFINITY)) {
      yield limit;
    }
  }
  for (const limit of UPPER_LIMITS) {
    if (Number(b[limit] ?? Number.POSITIVE_INFINITY) < Number(a[limit] ?? Number.POSITIVE_INFINITY)) {
      yield limit;
    }
  }
  if (isKeyed(b) && (!isKeyed(a) || keysOf(a) !== keysOf(b))) {
    yield 'x-kubernetes-list-type';
  }
  if (a['x-kubernetes-preserve-unknown-fields'] === true && b['x-kubernetes-preserve-unknown-fields'] !== true) {
    yield 'x-kubernetes-preserve-unknown-fields';
  }
}

function keysOf(schema: JsonSchema): string {
  return JSON.stringify(schema['x-kubernetes-list-map-keys'] ?? []);
}

function isKeyed(schema: JsonSchema): boolean {
  return schema['x-kubernetes-list-type'] === 'map' || schema['x-kubernetes-list-type'] === 'set';
}

/** The schema without the keywords that are named, as `differencesOf` names them. */
export function withoutLimits(schema: JsonSchema, named: ReadonlySet<string>, path = ''): JsonSchema {
  const nested = (value: JsonSchema, at: string): JsonSchema => withoutLimits(value, named, at);
  const kept = Object.entries(schema).filter(([keyword]) => !named.has(`${path} ${keyword}`));
  return {
    ...(Object.fromEntries(kept) as JsonSchema),
    ...(schema.required && { required: schema.required.filter((name) => !named.has(`${path} required ${name}`)) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, value]) => [
          name,
          nested(value, path === '' ? name : `${path}.${name}`),
        ]),
      ),
    }),
    ...(schema.items && { items: nested(schema.items, `${path}[]`) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: nested(schema.additionalProperties, `${path}{}`),
    }),
  };
}
