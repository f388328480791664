import { type ApiObject } from 'cdk8s';
import { manifestOf } from '../manifest-of';
import { describeProblem, type Problem } from '../problem';
import { describeUnwritable } from '../unwritable';

/**
 * A construct's validation of what its object will be written as, JSON patches included. cdk8s validates the whole app anew for each of its
 * charts, so the answer is kept until the object changes.
 */
export function validationOf<Manifest>(
  object: ApiObject,
  check: (manifest: Manifest) => readonly Problem[],
): { validate(): string[] } {
  let seen: Manifest | undefined;
  let checked: string | undefined;
  let answer: string[] = [];
  return {
    validate: () => {
      let manifest: Manifest;
      try {
        manifest = manifestOf(object) as Manifest;
      } catch (error) {
        const unwritable = describeUnwritable(error);
        if (unwritable === undefined) {
          throw error;
        }
        return [unwritable.sentence];
      }
      if (manifest === seen) {
        return answer;
      }
      seen = manifest;
      const text = JSON.stringify(manifest);
      if (text !== checked) {
        answer = check(manifest).map(describeProblem);
        checked = text;
      }
      return answer;
    },
  };
}
