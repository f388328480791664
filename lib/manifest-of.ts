import { type ApiObject, type JsonPatch } from 'cdk8s';

let kept: Map<ApiObject, unknown> | undefined;

/** What an object is written as, JSON patches included. */
export function manifestOf(object: ApiObject): unknown {
  if (kept === undefined) {
    return jsonOf(object);
  }
  if (!kept.has(object)) {
    kept.set(object, jsonOf(object));
  }
  return kept.get(object);
}

/** Where cdk8s does not say which patch it could not apply, the paths of all are told. */
function jsonOf(object: ApiObject): unknown {
  try {
    return object.toJson();
  } catch (error) {
    const { patches = [] } = object as unknown as { readonly patches?: readonly JsonPatch[] };
    if (error instanceof Error && patches.length > 0) {
      const paths = patches.map((patch) => (patch._toJson() as { readonly path: string }).path);
      const [first = '', ...rest] = error.message.split('\n');
      error.message = [`${first}; patched is ${paths.join(', ')}`, ...rest].join('\n');
    }
    throw error;
  }
}

/**
 * Has each object rendered once in what is done here. Of one synthesis, two validations and the writing ask for the same; resolving an object takes
 * longer than checking it.
 */
export function renderingOnce<Result>(work: () => Result): Result {
  const before = kept;
  kept = new Map();
  try {
    return work();
  } finally {
    kept = before;
  }
}
