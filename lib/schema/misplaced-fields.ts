import { type Step } from './path';

/** What belongs into the container called proxysql, in the API's former version into the pod. */
const OF_A_CONTAINER = [
  'env',
  'envFrom',
  'livenessProbe',
  'readinessProbe',
  'resources',
  'startupProbe',
  'volumeMounts',
];

/** What belongs into the pod, and is sought one level above. */
const OF_THE_POD = [
  'containers',
  'imagePullSecrets',
  'initContainers',
  'nodeSelector',
  'priorityClassName',
  'runtimeClassName',
  'schedulerName',
  'securityContext',
  'serviceAccountName',
  'terminationGracePeriodSeconds',
  'tolerations',
  'volumes',
];

const SPREAD =
  'Remove it: pods are spread over nodes and zones by themselves. What chooses among nodes is nodeSelector and tolerations, in spec.podTemplate.spec';

/** Fields of a ProxySQL that were once called otherwise, or are sought where they are not: what to do with each, by its path. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['spec.terminationPolicy', 'It is called deletionPolicy now: rename it'],
  ['spec.mode', 'Remove it: how the servers relate follows from the AppBinding'],
  ['spec.backend.ref', 'Remove it, and give the name of the AppBinding as backend.name'],
  ['spec.backend.replicas', 'Remove it: how many servers there are follows from the AppBinding'],
  ['spec.backend.namespace', 'Remove it: the AppBinding is always in the namespace of the ProxySQL'],
  [
    'spec.podTemplate.spec.containerSecurityContext',
    'Write it as securityContext of an entry of spec.podTemplate.spec.containers with the name proxysql',
  ],
  ...['spec', 'spec.podTemplate', 'spec.podTemplate.spec'].flatMap((parent): [string, string][] => [
    [`${parent}.affinity`, SPREAD],
    [`${parent}.topologySpreadConstraints`, SPREAD],
    ...OF_A_CONTAINER.map((name): [string, string] => [
      `${parent}.${name}`,
      'Move it into an entry of spec.podTemplate.spec.containers with the name proxysql',
    ]),
  ]),
  ...['spec', 'spec.podTemplate'].flatMap((parent) =>
    OF_THE_POD.map((name): [string, string] => [`${parent}.${name}`, 'Move it into spec.podTemplate.spec']),
  ),
]);

/** What to do with a field that is not where it was written; undefined where that is not known. */
export function misplacedFieldRemedy(manifest: unknown, steps: readonly Step[]): string | undefined {
  const { kind } = manifest as { readonly kind?: unknown };
  return kind === 'ProxySQL' ? REMEDIES.get(steps.join('.')) : undefined;
}
