/**
 * Writes what the documentation says about the code from the code: the graph in docs/architecture.md, all of docs/errors.md, the
 * tables of docs/operator.md, and the programs that pages show.
 *
 *   --check   write nothing; fail where a page differs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { drawGraph, explainGraph } from '../lib/graph/draw';
import { BAD_INPUTS, problemsOf } from '../test/bad-input/cases';
import { PAGES_WITH_EXAMPLES, withExamples } from './docs-examples';
import { withTables } from './docs-operator';

const DOCS = resolve(__dirname, '..', 'docs');

/** The page with what stands between its two markers replaced. */
function between(page: string, marker: string, content: string): string {
  const [begin, end] = [`<!-- ${marker}: begin -->`, `<!-- ${marker}: end -->`];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) {
    throw new Error(`the page has no place for ${marker}`);
  }
  return `${page.slice(0, start + begin.length)}\n\n${content}\n\n${page.slice(stop)}`;
}

function graph(): string {
  return ['```mermaid', drawGraph().trim(), '```', '', ...explainGraph().map((line) => `- ${line}`)].join('\n');
}

function errors(): string {
  const cases = BAD_INPUTS.flatMap((input) => [
    `## ${input.title.charAt(0).toUpperCase()}${input.title.slice(1)}`,
    '',
    '```text',
    ...problemsOf(input),
    '```',
    '',
  ]);
  return [
    '# Error reference',
    '',
    'What is said about the mistakes that people make, as the program says it. Each line names the construct, the field, the value (never a',
    'password), what is wrong and what to do. All problems of an app are told at once; nothing is written then, and the exit code is 1. The',
    'command [`cdk8s-proxysql check`](cli.md) says the same about ProxySQL resources in files, and the operator about those in a cluster.',
    '',
    'Where the app is run by `cdk8s synth`, that command ends with an error of its own (`returned a non-zero exit code 1`) and a stack trace of',
    'cdk8s; it has emptied the output folder before the app began. What is wrong stands above.',
    '',
    ...cases,
  ].join('\n');
}

const pages: readonly (readonly [string, (page: string) => string])[] = [
  ['architecture.md', (page) => between(page, 'graph', graph())],
  ['errors.md', errors],
  ['operator.md', withTables],
  ...PAGES_WITH_EXAMPLES.map((page) => [page, withExamples] as const),
];

const check = process.argv.includes('--check');
for (const [name, write] of pages) {
  const file = join(DOCS, name);
  const before = readOrEmpty(file);
  const after = write(before);
  if (before !== after && check) {
    console.error(`docs/${name} is not what the code says; run npm run docs.`);
    process.exitCode = 1;
  } else if (!check) {
    writeFileSync(file, after);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
