import { parser } from '@prometheus-io/lezer-promql';
import { GATE_IDS } from '../lib/graph/gate-id';
import { type Phase } from '../lib/graph/phase';
import { alertRules, OPERATOR_ALERTS } from '../lib/operator-alerts';
import { METRICS } from '../operator/metrics';

const PHASES: readonly (Phase | 'None')[] = ['None', 'Provisioning', 'Ready', 'Critical', 'NotReady', 'Halted'];

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

const rules = alertRules('ops/operator') as readonly Rule[];

describe.each(rules.map((rule) => [rule.alert, rule] as const))('%s', (_, { expr, annotations }) => {
  /** Texts of all nodes of this name in the expression. */
  function nodes(name: string): string[] {
    const found: string[] = [];
    parser.parse(expr).iterate({
      enter: (node) => {
        if (node.name === name || (name === 'error' && node.type.isError)) {
          found.push(expr.slice(node.from, node.to));
        }
      },
    });
    return found;
  }

  /** Values that a label is compared with; several where it is a pattern. */
  function valuesOf(label: string): string[] {
    return nodes('UnquotedLabelMatcher')
      .filter((matcher) => matcher.startsWith(label))
      .flatMap((matcher) => /"(.*)"/.exec(matcher)?.[1]?.split('|') ?? []);
  }

  test('is PromQL', () => {
    expect(nodes('error')).toEqual([]);
  });

  test('is about metrics, phases and gates that there are, of this operator only', () => {
    const metrics = nodes('VectorSelector').map((selector) => /^\w+/.exec(selector)?.[0].replace(/_count$/, ''));
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((metric) => !Object.keys(METRICS).includes(metric ?? ''))).toEqual([]);
    expect(valuesOf('phase').filter((phase) => !PHASES.some((known) => known === phase))).toEqual([]);
    expect(valuesOf('gate').filter((gate) => !GATE_IDS.some((known) => known === gate))).toEqual([]);
    expect(valuesOf('job')).toHaveLength(metrics.length);
  });

  test('tells of labels that it has', () => {
    const grouped = nodes('GroupingLabels').flatMap((labels) => labels.match(/\w+/g) ?? []);
    const told = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    expect(told.filter((label) => !grouped.includes(label ?? ''))).toEqual([]);
  });
});

test('each has a name of its own', () => {
  expect(new Set(OPERATOR_ALERTS.map(({ alert }) => alert)).size).toBe(OPERATOR_ALERTS.length);
});
