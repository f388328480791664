import { type ApiObject } from 'cdk8s';

let kept: Map<ApiObject, unknown> | undefined;

/** What an object is written as, JSON patches included. */
export function manifestOf(object: ApiObject): unknown {
  if (kept === undefined) {
    return object.toJson();
  }
  if (!kept.has(object)) {
    kept.set(object, object.toJson());
  }
  return kept.get(object);
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
