import { isObjectName, secretNameProblems } from '../object-names';
import { type Problem } from '../problem';
import { type PodTemplateSpec, type ProxySQLResource } from '../proxysql-resource';
import { selectorProblems } from './metadata';

const PATH = 'spec.podTemplate.spec';

/** Fields of the pod that name one other object each, and what kind. */
const NAMES = [
  ['serviceAccountName', 'a ServiceAccount'],
  ['priorityClassName', 'a PriorityClass'],
  ['runtimeClassName', 'a RuntimeClass'],
] as const;

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
/** The last two are known to newer versions of Kubernetes. */
const OPERATORS = ['Exists', 'Equal', 'Lt', 'Gt'];

interface Toleration {
  readonly key?: unknown;
  readonly operator?: unknown;
  readonly value?: unknown;
  readonly effect?: unknown;
}

/** What Kubernetes would refuse in what the user's pod template says of where pods run, and as whom. */
export function podSchedulingProblems({ spec }: ProxySQLResource): Problem[] {
  const template = spec.podTemplate?.spec;
  return template === undefined
    ? []
    : [
        ...NAMES.flatMap(([field, kind]) => nameProblems(field, kind, template[field])),
        ...listOf<{ readonly name?: unknown }>(template.imagePullSecrets).flatMap(({ name }, index) =>
          name === undefined ? [] : secretNameProblems(`${PATH}.imagePullSecrets[${index}].name`, name),
        ),
        ...selectorProblems(`${PATH}.nodeSelector`, template.nodeSelector),
        ...listOf<Toleration>(template.tolerations).flatMap((toleration, index) =>
          tolerationProblems(toleration, `${PATH}.tolerations[${index}]`),
        ),
      ];
}

function nameProblems(field: string & keyof PodTemplateSpec, kind: string, name: unknown): Problem[] {
  return name === undefined || name === '' || isObjectName(name)
    ? []
    : [
        problem(
          `${PATH}.${field}`,
          name,
          `This is not the name of ${kind}`,
          'Use lower-case letters, digits, inner hyphens and dots',
        ),
      ];
}

function tolerationProblems({ key, operator, value, effect }: Toleration, path: string): Problem[] {
  const isGiven = (field: unknown): boolean => field !== undefined && field !== '';
  const problems: Problem[] = [];
  if (isGiven(operator) && !OPERATORS.includes(String(operator))) {
    const message = 'Kubernetes knows no such operator';
    problems.push(problem(`${path}.operator`, operator, message, 'Use one of Exists, Equal'));
  } else if (operator === 'Exists' && isGiven(value)) {
    const remedy = 'Leave value out, or set operator to Equal';
    problems.push(problem(`${path}.value`, value, 'The operator Exists compares with no value', remedy));
  } else if (!isGiven(key) && operator !== 'Exists') {
    const remedy = 'Give the key of the taint, or set operator to Exists';
    problems.push({ path: `${path}.key`, message: 'Without a key every taint is meant', remedy });
  }
  if (isGiven(effect) && !EFFECTS.includes(String(effect))) {
    const message = 'Kubernetes knows no such effect';
    problems.push(problem(`${path}.effect`, effect, message, `Use one of ${EFFECTS.join(', ')}`));
  }
  return problems;
}

function problem(path: string, value: unknown, message: string, remedy: string): Problem {
  return { path, value: JSON.stringify(value), message, remedy };
}

function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}
