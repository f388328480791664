import { printable } from './printable';

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

const MOST_OF_PATH = 200;
const MOST_OF_VALUE = 300;
const MOST_OF_SENTENCE = 1000;

/** One line: path, value, what is wrong, and what to do. Names in all of them are whatever somebody wrote. */
export function describeProblem({ path, value, message, remedy }: Problem): string {
  const given = value === undefined ? '' : ` (given: ${printable(value, MOST_OF_VALUE)})`;
  const [wrong, advice] = [message, remedy].map((sentence) => printable(sentence, MOST_OF_SENTENCE));
  return `${printable(path, MOST_OF_PATH)}${given}: ${wrong}. ${advice}.`;
}
