import { type SchemaPart } from './kinds';

/** A step into a manifest: the name of a field, or an index. */
export type Step = string | number;

/** The steps of a JSON pointer through a manifest. Whether digits are an index is known by what they lead into. */
export function stepsOf(pointer: string, manifest: unknown): Step[] {
  const steps: Step[] = [];
  let value = manifest;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replace(/~1/g, '/').replace(/~0/g, '~');
    const step = Array.isArray(value) ? Number(name) : name;
    steps.push(step);
    value = child(value, step);
  }
  return steps;
}

/** A path as people write it: `spec.tls.certificates[0].alias`, and `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(steps: readonly Step[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') {
      return `${path}[${step}]`;
    }
    if (!/^[A-Za-z_$][\w$-]*$/.test(step)) {
      return `${path}[${JSON.stringify(step)}]`;
    }
    return path === '' ? step : `${path}.${step}`;
  }, '');
}

/** The value that the steps lead to; undefined where there is none. */
export function valueAt(manifest: unknown, steps: readonly Step[]): unknown {
  return steps.reduce(child, manifest);
}

function child(value: unknown, step: Step): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? (value as { readonly [step: Step]: unknown })[step]
    : undefined;
}

/** The part of a schema that describes what the steps lead to. */
export function schemaAt(schema: SchemaPart, steps: readonly Step[]): SchemaPart | undefined {
  return steps.reduce<SchemaPart | undefined>((part, step) => {
    if (typeof step === 'number') {
      return part?.items;
    }
    const { properties, additionalProperties } = part ?? {};
    return properties && Object.hasOwn(properties, step)
      ? properties[step]
      : typeof additionalProperties === 'object'
        ? additionalProperties
        : undefined;
  }, schema);
}

/** A place in a manifest, and what is there. */
export interface Place {
  readonly steps: readonly Step[];
  readonly value: unknown;
}

/** Every place in a manifest that a path with `[]` for each item of a list leads to, and what is there. */
export function placesOf(manifest: unknown, path: string): Place[] {
  let places: Place[] = [{ steps: [], value: manifest }];
  for (const { name, isList } of partsOf(path)) {
    const further: Place[] = [];
    for (const { steps, value } of places) {
      const inside = child(value, name);
      if (isList && Array.isArray(inside)) {
        inside.forEach((item: unknown, index) => further.push({ steps: [...steps, name, index], value: item }));
      } else if (!isList && inside !== undefined) {
        further.push({ steps: [...steps, name], value: inside });
      }
    }
    // Most paths lead nowhere in most manifests.
    if (further.length === 0) {
      return [];
    }
    places = further;
  }
  return places;
}

interface Part {
  readonly name: string;
  readonly isList: boolean;
}

/** The paths that are asked for are few, and each is asked of every manifest. */
const parts = new Map<string, readonly Part[]>();

function partsOf(path: string): readonly Part[] {
  let known = parts.get(path);
  if (known === undefined) {
    known = path.split('.').map((part) => ({ name: part.replace('[]', ''), isList: part.endsWith('[]') }));
    parts.set(path, known);
  }
  return known;
}
