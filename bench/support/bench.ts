/** One measured thing. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What it should be, as people read it; empty where it only informs. */
  readonly goal: string;
  /** Whether the goal is met; absent where a reader has to judge. */
  readonly met?: boolean;
}

/** What a bench tells about itself. */
export interface Report {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Runs a bench that is a program of its own: it prints its figures, or hands them to the program that runs all of them. */
export async function report(title: string, run: () => Promise<readonly Figure[]>): Promise<void> {
  const result: Report = { title, figures: await run() };
  if (process.send === undefined) {
    printReport(result);
  } else {
    process.send(result);
    process.disconnect();
  }
}

/** Prints a report as a table. */
export function printReport({ title, figures }: Report): void {
  const rows = figures.map(({ name, value, goal, met }) => [name, value, goal, verdict(met)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  console.log(`\n${title}\n${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`);
}

function verdict(met: boolean | undefined): string {
  return met === undefined ? '' : met ? 'met' : 'MISSED';
}

/** The middle one of several measurements: a few slow ones on a busy machine do not count. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Milliseconds, as people read them. */
export function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}

/** A figure in milliseconds that has an upper bound. */
export function atMost(name: string, value: number, goal: number): Figure {
  return { name, value: milliseconds(value), goal: `<= ${milliseconds(goal)}`, met: value <= goal };
}
