import { describeProblem, type Problem } from '../problem';
import { type ConfigurationInput } from './configuration-input';
import { planConfiguration } from './plan';
import { writeCnf } from './writer';

export { type ConfigurationInput } from './configuration-input';

/** A configuration cannot be made; the message lists every problem. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.name = 'ConfigurationError';
  }
}

/**
 * The proxysql.cnf of a ProxySQL, without any credential: those are added in the pod.
 *
 * @throws ConfigurationError if `checkConfiguration` finds problems
 */
export function renderConfiguration(input: ConfigurationInput): string {
  const { document, problems } = planConfiguration(input);
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return writeCnf(document);
}
