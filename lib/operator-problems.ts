import { secretNameProblems } from './object-names';
import { type Problem } from './problem';
import { namespaceProblems } from './validation/metadata';

/** What the operator can be told, as far as it can be wrong. */
interface OperatorSettings {
  readonly name: string;
  readonly namespace: string;
  readonly watchNamespaces?: readonly string[];
  readonly replicas?: number;
  readonly selector?: string;
  readonly logLevel?: string;
  readonly maxRollouts?: number;
  readonly imagePullSecrets?: readonly string[];
  readonly podMonitor?: object;
  readonly alerts?: object;
}

/** A label value too, and the longest suffix of its objects has 16 characters. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,45}[a-z0-9])?$/;

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];

/** What is wrong with how the operator is to be run. */
export function operatorProblems(settings: OperatorSettings): Problem[] {
  const { name, namespace, watchNamespaces, replicas, selector, logLevel, maxRollouts, imagePullSecrets } = settings;
  const { podMonitor, alerts } = settings;
  return [
    ...problemIf(!NAME.test(name), {
      path: 'name',
      value: JSON.stringify(name),
      message: 'Kubernetes does not allow this name for all of its objects',
      remedy: 'Use up to 47 lower-case letters, digits and inner hyphens',
    }),
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
    ...problemIf(
      maxRollouts !== undefined && !(Number.isInteger(maxRollouts) && maxRollouts >= 1 && maxRollouts <= 100_000),
      {
        path: 'maxRollouts',
        value: JSON.stringify(maxRollouts),
        message: 'must be a whole number from 1 to 100000',
        remedy:
          'Give how many ProxySQLs a new version of the operator may roll at the same time, or leave it out for 10',
      },
    ),
    ...problemIf(alerts !== undefined && podMonitor === undefined, {
      path: 'alerts',
      value: JSON.stringify(alerts),
      message: 'nothing would bring the metrics that these alerts are about',
      remedy: 'Give podMonitor as well, {} if it needs nothing more, or leave alerts out',
    }),
    ...(imagePullSecrets ?? []).flatMap((secret, index) => secretNameProblems(`imagePullSecrets[${index}]`, secret)),
  ];
}

function problemIf(wrong: boolean, problem: Problem): Problem[] {
  return wrong ? [problem] : [];
}
