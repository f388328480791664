import { type Problem } from '../problem';

/** The problems of fields that no other problem is about already, nor about what they are part of. */
export function unreported(problems: readonly Problem[], reported: readonly Problem[]): Problem[] {
  if (reported.length === 0) {
    return [...problems];
  }
  const paths = new Set(reported.map(({ path }) => path));
  return problems.filter(({ path }) => !enclosing(path).some((part) => paths.has(part)));
}

/** A path and all that it is part of: `a.b[0]` is part of `a.b` and of `a`. */
function enclosing(path: string): string[] {
  return [path, ...[...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index))];
}
