import { type Problem } from '../problem';

/**
 * Longest name whose StatefulSet works: its pods carry the label `controller-revision-hash`, the name with a hyphen and ten characters, and
 * labels end at 63.
 */
export const MAX_PROXYSQL_NAME_LENGTH = 52;

/** What is wrong with a ProxySQL's name that the schema does not say. */
export function nameProblems(name: string): Problem[] {
  if (typeof name !== 'string' || name.length <= MAX_PROXYSQL_NAME_LENGTH) {
    return [];
  }
  return [
    {
      path: 'metadata.name',
      value: JSON.stringify(name),
      message: `The name has ${name.length} characters; with the suffixes that Kubernetes adds for pods it would not fit into a label`,
      remedy: `Use at most ${MAX_PROXYSQL_NAME_LENGTH} characters`,
    },
  ];
}
