import { printable } from '../lib/printable';

const MOST_OF_LINE = 4000;

/** Something that is wrong in a file. */
export interface Finding {
  readonly file: string;
  /** Counted from 1; absent where the file as a whole is meant. */
  readonly line?: number;
  /** What is wrong, and what to do. */
  readonly sentence: string;
}

/** Where it is, in the form that editors and CI services know. */
export function placeOf({ file, line }: Pick<Finding, 'file' | 'line'>): string {
  return `${file === '-' ? 'standard input' : file}${line === undefined ? '' : `:${line}`}`;
}

/** One line: where it is, what is wrong, and what to do. */
export function describeFinding(finding: Finding): string {
  return printable(`${placeOf(finding)}: ${finding.sentence}`, MOST_OF_LINE);
}
