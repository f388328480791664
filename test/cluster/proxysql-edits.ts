import fc from 'fast-check';

import { proxysqlDefinition } from '../../scripts/crds/proxysql';
import { valuesOf } from '../crds/arbitrary-values';
import { type Json } from '../schema/json';

type Step = string | number;

const ODD: readonly Json[] = [-1, 3.5, 3e9, 1e30, '', 'x', '90d', 'x'.repeat(300), true, [], {}, [1], { a: 1 }];

/** Specs that keep to the schema, with a few values in them replaced by others, or unknown fields added. */
export function editedSpecs(maxEdits: number): fc.Arbitrary<Json> {
  const schema = proxysqlDefinition.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec;
  if (schema === undefined) {
    throw new Error('The definition of ProxySQL has no spec.');
  }
  const edit = fc.record({
    place: fc.nat(),
    value: fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>),
    adds: fc.boolean(),
  });
  return fc
    .tuple(valuesOf(schema), fc.array(edit, { maxLength: maxEdits }))
    .map(([generated, edits]) =>
      edits.reduce<Json>(
        (spec, { place, value, adds }) => {
          const places = placesIn(spec).slice(1);
          const at = places[place % Math.max(places.length, 1)] ?? [];
          return changed(spec, at, (old) => (adds && isObject(old) ? { ...old, unknownField: value } : value));
        },
        { ...(generated as object), version: '3.0.1-debian', backend: { name: 'mysql-server' } },
      ),
    )
    .map(asTheServerKeepsIt);
}

/** Without what is judged on purpose in two ways: absent fields that are given as null, and lists in place of a time. */
function asTheServerKeepsIt(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(asTheServerKeepsIt);
  }
  if (!isObject(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(
    ([name, inner]) => inner !== null && !(name === 'activeFrom' && Array.isArray(inner)),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, asTheServerKeepsIt(inner)]));
}

function placesIn(value: Json, at: readonly Step[] = []): (readonly Step[])[] {
  const inner: [Step, Json][] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [at, ...inner.flatMap(([step, item]) => placesIn(item, [...at, step]))];
}

function changed(value: Json, [step, ...rest]: readonly Step[], change: (old: Json) => Json): Json {
  if (step === undefined) {
    return change(value);
  }
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === step ? changed(item, rest, change) : item));
  }
  return isObject(value) ? { ...value, [step]: changed(value[step] ?? null, rest, change) } : value;
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
