import { KUBEDB_GROUP } from '../lib/labels';
import { type Problem } from '../lib/problem';
import { showValue } from '../lib/schema/show-value';
import { didYouMean } from '../lib/schema/suggest';

const API_VERSION = `${KUBEDB_GROUP}/v1`;
const KIND = 'ProxySQL';

interface Identity {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}

/** Whether it is what this package knows as a ProxySQL. */
export function isProxySQL({ apiVersion, kind }: Identity): boolean {
  return apiVersion === API_VERSION && kind === KIND;
}

/** What keeps an object from being a ProxySQL that was probably meant to be one; none if it is one, or something else altogether. */
export function nearMissProblems(object: Identity): Problem[] {
  const { apiVersion, kind } = object;
  const group = typeof apiVersion === 'string' ? apiVersion.replace(/\/[^/]*$/, '') : undefined;
  const isNear = isOurs(group) ? kind === undefined || isNearly(kind, KIND) : kind === KIND || isTypo(group, kind);
  if (isProxySQL(object) || !isNear) {
    return [];
  }
  return [
    ...(apiVersion === API_VERSION ? [] : [versionProblem(apiVersion)]),
    ...(kind === KIND ? [] : [problem('kind', kind, `the kind is ${KIND}`, `Write kind: ${KIND}`)]),
  ];
}

function isOurs(group: string | undefined): boolean {
  return group === KUBEDB_GROUP || group === `gitops.${KUBEDB_GROUP}`;
}

function isTypo(group: string | undefined, kind: unknown): boolean {
  return group !== undefined && didYouMean(group, [KUBEDB_GROUP]) !== undefined && isNearly(kind, KIND);
}

function isNearly(value: unknown, word: string): boolean {
  return typeof value === 'string' && didYouMean(value, [word]) !== undefined;
}

/** What else than another version has to be written, for the versions that are known. */
const OTHERS: ReadonlyMap<unknown, readonly [message: string, remedy: string]> = new Map([
  [
    `${KUBEDB_GROUP}/v1alpha2`,
    [
      'this is the former version of the API, and not read here',
      `Write ${API_VERSION}; terminationPolicy is called deletionPolicy there, and of podTemplate.spec, what is a container's (env, resources, probes, volumeMounts, containerSecurityContext) belongs into an entry of containers with the name proxysql`,
    ],
  ],
  [
    `gitops.${KUBEDB_GROUP}/v1alpha1`,
    [
      'this is the resource of a controller of KubeDB that makes changes step by step, and not read here',
      `Write ${API_VERSION}: the spec is the same`,
    ],
  ],
]);

function versionProblem(apiVersion: unknown): Problem {
  const [message, remedy] = OTHERS.get(apiVersion) ?? [
    `a ProxySQL has the apiVersion ${API_VERSION}`,
    `Write apiVersion: ${API_VERSION}`,
  ];
  return problem('apiVersion', apiVersion, message, remedy);
}

function problem(path: string, given: unknown, message: string, remedy: string): Problem {
  const value = showValue(given, [path]);
  return { path, ...(value !== undefined && { value }), message, remedy };
}
