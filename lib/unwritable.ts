/** How cdk8s says that an object cannot be written. */
const FAILED = /^Failed serializing construct at path '(.*?)' with name '(.*?)': (?:Error: )?([^\n]*)/;

/** Why an object cannot be written, in one line; undefined for an error of another kind. */
export function describeUnwritable(error: unknown): { readonly path: string; readonly sentence: string } | undefined {
  const [matched, path = '', name = '', reason = ''] = FAILED.exec((error as Error).message) ?? [];
  return matched === undefined
    ? undefined
    : {
        path,
        sentence: `${name} cannot be written (${reason}). Correct its JSON patches, whose paths have to lead somewhere, or its values, which have to be plain JSON.`,
      };
}
