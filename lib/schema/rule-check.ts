import { type Problem } from '../problem';
import { formatPath, placesOf, valueAt } from './path';
import { RULES } from './rules';
import { showValue } from './show-value';

/**
 * The rules that a ProxySQL breaks.
 *
 * @param former the resource before, when it is a change; rules about changes are asked only then, and the others only when not
 * @param refused what the schema refuses: rules that read it are not asked
 */
export function brokenRules(manifest: unknown, former: unknown, refused: readonly Problem[]): Problem[] {
  return RULES.filter((rule) => rule.transition === (former !== undefined)).flatMap((rule) =>
    placesOf(manifest, rule.path).flatMap(({ steps, value }): Problem[] => {
      const path = formatPath(steps);
      const isReadable = rule.reads.every((field) => !refused.some((problem) => touches(problem.path, path, field)));
      if (!isReadable || rule.holds(value, valueAt(former, steps))) {
        return [];
      }
      const at = rule.field === undefined ? steps : [...steps, rule.field];
      const shown = showValue(valueAt(manifest, at), at);
      return [
        {
          path: formatPath(at),
          ...(shown !== undefined && { value: shown }),
          message: rule.message,
          remedy: rule.remedy,
        },
      ];
    }),
  );
}

/** Whether a refused path is the value, the field that is read, or something in it. */
function touches(refused: string, path: string, field: string): boolean {
  const read = `${path}.${field}`;
  return refused === path || refused === read || refused.startsWith(`${read}.`) || refused.startsWith(`${read}[`);
}
