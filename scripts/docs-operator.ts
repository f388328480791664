/** The tables of docs/operator.md, from the data that the operator works with. */
import { resolve } from 'node:path';
import { GATE_IDS } from '../lib/graph/gate-id';
import { conditionTypeOf } from '../lib/graph/health';
import { STEPS } from '../lib/graph/steps';
import { OPERATOR_ALERTS } from '../lib/operator-alerts';
import { OPERATOR_PERMISSIONS } from '../lib/operator-permissions';
import { UNSUPPORTED_FIELDS } from '../lib/schema/unsupported-fields';
import { METRICS } from '../operator/metrics';
import { FLAGS } from '../operator/settings';

/** The page with the tables. */
export const OPERATOR_PAGE = resolve(__dirname, '..', 'docs', 'operator.md');

const TABLES: { readonly [name: string]: () => string } = {
  flags: () =>
    table(
      ['Flag', 'Environment', 'Meaning', 'Default'],
      FLAGS.map((flag) => [code(flag.flags), code(flag.env), flag.description, code(flag.default)]),
    ),
  permissions: () =>
    table(
      ['Group', 'Resource', 'Verbs', 'Why'],
      OPERATOR_PERMISSIONS.map(({ apiGroup, resource, verbs, reason }) => [
        code(apiGroup || 'core'),
        code(resource),
        verbs.join(', '),
        reason,
      ]),
    ),
  conditions: () =>
    table(
      ['Condition', 'Held back while it is not True'],
      GATE_IDS.map((gate) => [
        code(conditionTypeOf(gate)),
        STEPS.filter(({ gates }) => gates.some((before) => before.gate === gate))
          .map(({ number, actor, title, gates }) => {
            const holds = gates.find((before) => before.gate === gate)?.holds;
            return `${number}: ${actor} ${title}${holds === 'creation' ? ' (its creation only)' : ''}`;
          })
          .join('; '),
      ]),
    ),
  'unsupported fields': () =>
    table(
      ['Field', 'Why it has no effect'],
      UNSUPPORTED_FIELDS.map(({ path, reason }) => [code(path), reason]),
    ),
  alerts: () =>
    table(
      ['Alert', 'Severity', 'After', 'Meaning'],
      OPERATOR_ALERTS.map(({ alert, severity, for: holds, summary }) => [
        code(alert),
        severity,
        holds,
        summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, '<$1>'),
      ]),
    ),
  metrics: () =>
    table(
      ['Metric', 'Meaning'],
      Object.entries(METRICS).map(([name, meaning]) => [code(name), meaning]),
    ),
};

/** The page with its tables as they should be. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce(
    (text, [name, write]) =>
      text.replace(
        new RegExp(`(<!-- ${name}: generated -->\n)[\\s\\S]*?(<!-- end -->)`),
        (_, begin: string, end: string) => `${begin}\n${write()}\n\n${end}`,
      ),
    page,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}
