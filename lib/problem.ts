/** Something that is wrong with the input, in the words of the person who can put it right. */
export interface Problem {
  /** Path of the field, e.g. `spec.tls.certificates[0].renewBefore`. */
  readonly path: string;
  /** The value that was given, as JSON; absent for what is missing, and never a password. */
  readonly value?: string;
  /** What is wrong with it: a sentence without a final dot. */
  readonly message: string;
  /** What to do: a sentence without a final dot. */
  readonly remedy: string;
}

/** One line: path, value, what is wrong, and what to do. */
export function describeProblem(problem: Problem): string {
  const given = problem.value === undefined ? '' : ` (given: ${problem.value})`;
  return `${problem.path}${given}: ${problem.message}. ${problem.remedy}.`;
}
