import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** A copy of the resource without the fields that problems were found in. It still has a spec, and metadata with a name. */
export function without(resource: ProxySQLResource, problems: readonly Problem[]): ProxySQLResource {
  if (problems.length === 0) {
    return resource;
  }
  const copy = structuredClone(resource);
  for (const { path } of problems) {
    remove(copy, segments(path));
  }
  const { metadata, spec } = copy as { readonly metadata?: unknown; readonly spec?: unknown };
  return {
    ...copy,
    metadata: { name: '', ...(isRecord(metadata) && metadata) },
    spec: (isRecord(spec) ? spec : {}) as unknown as ProxySQLResource['spec'],
  };
}

/** `spec.tls.certificates[0].alias` in its parts; keys that hold dots are written in brackets and quotes. */
export function segments(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain ?? '',
  );
}

function remove(root: unknown, path: readonly string[]): void {
  const last = path.at(-1);
  let parent: unknown = root;
  for (const segment of path.slice(0, -1)) {
    parent = isRecord(parent) ? parent[segment] : undefined;
  }
  if (last === undefined || !isRecord(parent)) {
    return;
  }
  if (Array.isArray(parent)) {
    // Later problems name later elements by their place, so no element may move.
    parent[Number(last)] = {};
  } else {
    delete parent[last];
  }
}

function isRecord(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
