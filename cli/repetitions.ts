import { describeObject } from './describe-object';
import { type Finding, placeOf } from './finding';
import { type Manifest } from './manifests';

/** The objects that stand in the files once more: of those, only the last one that is applied would count. */
export function repetitions(manifests: readonly Manifest[]): Finding[] {
  const seen = new Map<string, Manifest>();
  return manifests.flatMap((manifest): Finding[] => {
    const key = identityOf(manifest);
    const first = key === undefined ? undefined : seen.get(key);
    if (key !== undefined && first === undefined) {
      seen.set(key, manifest);
    }
    if (first === undefined) {
      return [];
    }
    const { file, object, lineOf } = manifest;
    const sentence = `${describeObject(object)}: it is in ${placeOf({ file: first.file, line: first.lineOf('') })} already, and only one of the two would count. Remove one, or rename it.`;
    return [{ file, line: lineOf(''), sentence }];
  });
}

/** Undefined for what has no name yet. */
function identityOf({ object }: Manifest): string | undefined {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = (metadata ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  return typeof name === 'string' ? JSON.stringify([apiVersion, kind, namespace, name]) : undefined;
}
