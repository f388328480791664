import fc from 'fast-check';
import { type JsonSchema } from '../../scripts/crds/model';

/** A field that may be absent is given so seldom that values of a large schema stay small. */
const FEW = 4;

/** Values that a structural schema accepts, of every shape that it describes. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum);
  }
  if (schema['x-kubernetes-int-or-string']) {
    return fc.oneof(fc.nat(1000), fc.constantFrom('1', '500m', '1Gi', '2e3'));
  }
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 - 1 });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'string':
      return stringsOf(schema);
    case 'array':
      return fc.array(schema.items ? valuesOf(schema.items) : fc.jsonValue(), { maxLength: 2 });
    default:
      return objectsOf(schema);
  }
}

function stringsOf({ format, pattern, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc.constantFrom('2027-01-31T12:00:00Z', '2027-01-31T12:00:00.5+02:00');
  }
  if (format === 'byte') {
    return fc.base64String({ maxLength: 16 });
  }
  // The only pattern of strings in these schemas is that of durations.
  return pattern === undefined
    ? fc.string({ maxLength: maxLength ?? 20 })
    : fc.constantFrom('1h', '90m', '1h30m', '.5s');
}

function objectsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (typeof schema.additionalProperties === 'object') {
    return fc.dictionary(fc.string({ maxLength: 10 }), valuesOf(schema.additionalProperties), {
      maxKeys: 2,
      noNullPrototype: true,
    });
  }
  if (schema.properties === undefined) {
    return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 2,
      noNullPrototype: true,
    });
  }
  const required = schema.required ?? [];
  const optional = Object.keys(schema.properties).filter((name) => !required.includes(name));
  // Schemas are built for the chosen fields only: built for all, they would be thousands for each value.
  return fc
    .shuffledSubarray(optional, { maxLength: Math.min(FEW, optional.length) })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries([...required, ...chosen].map((name) => [name, valuesOf(schema.properties?.[name] ?? {})])),
        { noNullPrototype: true },
      ),
    );
}
