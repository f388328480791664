import { type Problem } from './problem';
import { namespaceProblems } from './validation/metadata';

/** What the operator can be told, as far as it can be wrong. */
interface OperatorSettings {
  readonly namespace: string;
  readonly watchNamespaces?: readonly string[];
  readonly replicas?: number;
  readonly selector?: string;
  readonly logLevel?: string;
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];

/** What is wrong with how the operator is to be run. */
export function operatorProblems(settings: OperatorSettings): Problem[] {
  const { namespace, watchNamespaces, replicas, selector, logLevel } = settings;
  return [
    ...namespaceProblems('namespace', namespace),
    ...(watchNamespaces ?? []).flatMap((watched, index) => namespaceProblems(`watchNamespaces[${index}]`, watched)),
    ...problemIf(watchNamespaces?.length === 0, {
      path: 'watchNamespaces',
      value: '[]',
      message: 'an operator for no namespace at all would do nothing',
      remedy: 'Name a namespace, or leave watchNamespaces out to serve all of them',
    }),
    ...problemIf(replicas !== undefined && !(Number.isInteger(replicas) && replicas >= 0), {
      path: 'replicas',
      value: JSON.stringify(replicas),
      message: 'must be a whole number, at least 0',
      remedy: 'Give 2, so that another one can take over',
    }),
    ...problemIf(selector === '', {
      path: 'selector',
      value: '""',
      message: 'an empty selector selects nothing in particular',
      remedy: 'Write labels such as shard=a, or leave selector out to serve all ProxySQLs',
    }),
    ...problemIf(logLevel !== undefined && !LOG_LEVELS.includes(logLevel), {
      path: 'logLevel',
      value: JSON.stringify(logLevel),
      message: 'there is no such level',
      remedy: `Use one of ${LOG_LEVELS.join(', ')}`,
    }),
  ];
}

function problemIf(wrong: boolean, problem: Problem): Problem[] {
  return wrong ? [problem] : [];
}
