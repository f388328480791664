import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A command of the tutorial, and what the tutorial says that it prints. */
export interface Step {
  readonly command: string;
  readonly prints: string;
}

/** What the reader types and sees, from the first command to the last. */
export function stepsOf(tutorial: string): Step[] {
  const blocks = [...tutorial.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.flatMap((text) => text.split(/^\$ /m).slice(1)).map(toStep);
}

/** A line that begins as the shell's second prompt does still belongs to the command. */
function toStep(text: string): Step {
  const [, command = '', prints = ''] = /^(.*\n(?:> .*\n)*)([\s\S]*)$/.exec(text) ?? [];
  return { command: command.replaceAll(/^> /gm, '').trimEnd(), prints };
}

/** The program that the reader writes. */
export function programOf(tutorial: string): string {
  return /^`main.ts`:\n\n```ts\n([\s\S]*?)^```$/m.exec(tutorial)?.[1] ?? '';
}

export const TUTORIAL = readFileSync(join(resolve(__dirname, '../..'), 'docs/tutorial.md'), 'utf8');
