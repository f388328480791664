import { type Problem } from './problem';

const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const MAX_SUBDOMAIN = 253;

/** Whether Kubernetes allows this as the name of an object. */
export function isObjectName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= MAX_SUBDOMAIN && SUBDOMAIN.test(name);
}

/**
 * What is wrong with the name of a Secret. The value is left out of the problem: a password is sometimes put where the name of its
 * Secret belongs.
 */
export function secretNameProblems(path: string, name: unknown): Problem[] {
  return isObjectName(name)
    ? []
    : [
        {
          path,
          message: 'This is not the name of a Secret (the value is not shown, in case it is a password)',
          remedy:
            'Put the value into a Secret and give the name of that Secret: lower-case letters, digits, hyphens and dots',
        },
      ];
}
