import { type JsonSchema } from './model';

/** A JSON schema as ajv takes it. */
export type AjvSchema = { readonly [keyword: string]: unknown };

const INT32: AjvSchema = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
/** To the API server a number beyond 64 bits is no integer, whatever its format. The upper end is the last that JavaScript can write. */
const INT64: AjvSchema = { minimum: -(2 ** 63), maximum: 2 ** 63 - 1024 };

/** Keywords that mean the same to the API server and to ajv. */
const SHARED = [
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'maxProperties',
];

/** Keywords that some schema has and that need no translation, as the API server checks nothing by them. */
const WITHOUT_EFFECT = [
  'description',
  'default',
  'nullable',
  'x-kubernetes-map-type',
  'x-kubernetes-embedded-resource',
];

/** Keywords that are translated below, or are checked by other means. */
const HANDLED = [
  ...['type', 'format', 'properties', 'required', 'items', 'additionalProperties', 'anyOf'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-validations'],
];

/**
 * The JSON schema of what the API server accepts by a structural schema. Unknown fields are refused where the API server would drop
 * them, and fields with a default may be absent.
 */
export function toAjvSchema(schema: JsonSchema): AjvSchema {
  const unknown = Object.keys(schema).filter((key) => ![...SHARED, ...WITHOUT_EFFECT, ...HANDLED].includes(key));
  if (unknown.length > 0) {
    throw new Error(`keywords without a translation: ${unknown.join(', ')}`);
  }
  return {
    ...rangeOf(schema),
    ...Object.fromEntries(Object.entries(schema).filter(([key]) => SHARED.includes(key))),
    ...typeOf(schema),
    ...((schema.format === 'date-time' || schema.format === 'byte') && { format: schema.format }),
    ...fieldsOf(schema),
    ...(schema.items && { items: toAjvSchema(schema.items) }),
  };
}

function rangeOf(schema: JsonSchema): AjvSchema {
  const isInteger = schema.type === 'integer' || schema['x-kubernetes-int-or-string'] === true;
  return schema.format === 'int32' ? INT32 : isInteger ? INT64 : {};
}

function typeOf(schema: JsonSchema): AjvSchema {
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type && [schema.type];
  if (types === undefined) {
    return {};
  }
  return { type: schema.nullable ? [...types, 'null'] : types.length === 1 ? types[0] : types };
}

function fieldsOf(schema: JsonSchema): AjvSchema {
  const { properties, additionalProperties, required } = schema;
  const needed = required?.filter((name) => properties?.[name]?.default === undefined) ?? [];
  const closed =
    properties !== undefined && additionalProperties === undefined && !schema['x-kubernetes-preserve-unknown-fields'];
  return {
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toAjvSchema(value)])),
    }),
    ...(needed.length > 0 && { required: needed }),
    ...(closed && { additionalProperties: false }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: toAjvSchema(additionalProperties) }),
  };
}

/** The same schema with its parts under `$defs`, each once: the validator is smaller, and starts sooner. */
export function withSharedParts(schema: AjvSchema): AjvSchema {
  const counts = new Map<string, number>();
  count(schema, counts);
  const names = new Map<string, string>();
  const definitions: { [name: string]: AjvSchema } = {};
  const root = shared(schema, counts, names, definitions, true);
  return { ...root, $defs: definitions };
}

/** Below this, a function of its own costs more than a copy. */
const WORTH_SHARING = 120;

function subschemas(schema: AjvSchema): AjvSchema[] {
  const properties = Object.values((schema.properties ?? {}) as { [name: string]: AjvSchema });
  const nested = [schema.items, schema.additionalProperties].filter((value) => typeof value === 'object');
  return [...properties, ...(nested as AjvSchema[])];
}

function count(schema: AjvSchema, counts: Map<string, number>): void {
  const text = JSON.stringify(schema);
  counts.set(text, (counts.get(text) ?? 0) + 1);
  subschemas(schema).forEach((nested) => count(nested, counts));
}

function shared(
  schema: AjvSchema,
  counts: ReadonlyMap<string, number>,
  names: Map<string, string>,
  definitions: { [name: string]: AjvSchema },
  isRoot = false,
): AjvSchema {
  const text = JSON.stringify(schema);
  // Each object is a function of its own: only those that a manifest has are compiled.
  const isShared =
    !isRoot && (schema.properties !== undefined || (text.length >= WORTH_SHARING && (counts.get(text) ?? 0) > 1));
  const known = names.get(text);
  if (isShared && known !== undefined) {
    return { $ref: `#/$defs/${known}` };
  }
  const inner = (nested: AjvSchema): AjvSchema => shared(nested, counts, names, definitions);
  const result = {
    ...schema,
    ...(schema.properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(schema.properties as { [name: string]: AjvSchema }).map(([name, value]) => [name, inner(value)]),
      ),
    }),
    ...(schema.items !== undefined && { items: inner(schema.items as AjvSchema) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: inner(schema.additionalProperties as AjvSchema),
    }),
  };
  if (!isShared) {
    return result;
  }
  const name = `s${names.size}`;
  names.set(text, name);
  definitions[name] = result;
  return { $ref: `#/$defs/${name}` };
}
