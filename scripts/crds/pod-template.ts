import { boolean, int32, int64, list, object, string, stringMap } from './build';
import { coreSchema, type CoreType } from './core';
import { metadataOverlay } from './metadata';
import { type JsonSchema } from './model';

/** Containers, and variables in one of them, that rules of the API server walk over: it refuses rules whose cost it cannot bound. */
const MAX_CONTAINERS = 64;
const MAX_VARIABLES = 1000;

function core(type: CoreType, description: string): JsonSchema {
  return coreSchema(type, { description: `${description} (core/v1 ${type}; see the Kubernetes API reference).` });
}

function coreList(type: CoreType, description: string): JsonSchema {
  return list(`${description} (core/v1 ${type}; see the Kubernetes API reference).`, coreSchema(type));
}

function containers(): JsonSchema {
  const container = coreSchema('Container');
  const env: JsonSchema = { ...container.properties?.env, maxItems: MAX_VARIABLES };
  return list(
    'Containers, found by name: what is given for `proxysql` is laid over that container, others are added (core/v1 Container; see the Kubernetes API reference).',
    { ...container, properties: { ...container.properties, env } },
    { maxItems: MAX_CONTAINERS },
  );
}

/** `spec.podTemplate`: a reduced PodSpec whose containers are found by name. */
export const podTemplate: JsonSchema = object('What is laid over the pods and over the object that makes them.', {
  metadata: metadataOverlay('Metadata of the pods.'),
  controller: metadataOverlay('Metadata of the StatefulSet.'),
  spec: object('The pods.', {
    activeDeadlineSeconds: int64('Ends a pod after so many seconds.'),
    automountServiceAccountToken: boolean('Mounts a token of the service account into the pods.'),
    containers: containers(),
    dnsConfig: core('PodDNSConfig', 'DNS settings of the pods'),
    dnsPolicy: string('Where the pods resolve names: ClusterFirst, ClusterFirstWithHostNet, Default or None.'),
    enableServiceLinks: boolean('Tells the pods about Services by environment variables.'),
    ephemeralContainers: coreList('EphemeralContainer', 'Containers for debugging'),
    hostAliases: coreList('HostAlias', 'Lines for the hosts file of the pods'),
    hostIPC: boolean("Uses the node's IPC namespace."),
    hostNetwork: boolean("Uses the node's network."),
    hostPID: boolean("Uses the node's process namespace."),
    hostUsers: boolean("Uses the node's user namespace."),
    imagePullSecrets: coreList('LocalObjectReference', 'Secrets that images are pulled with'),
    initContainers: coreList('Container', 'Containers to run, found by name, before the others start'),
    nodeName: string('The node to run on, past the scheduler.'),
    nodeSelector: {
      ...stringMap('Labels that a node must have to be chosen.'),
      'x-kubernetes-map-type': 'atomic',
    },
    os: core('PodOS', 'Operating system of the containers'),
    overhead: {
      type: 'object',
      description: 'Resources that the runtime takes for itself.',
      additionalProperties: coreSchema('Quantity'),
    },
    podPlacementPolicy: object(
      'The policy that spreads pods over nodes.',
      { name: string('Name of the policy.', { default: '' }) },
      { default: { name: 'default' }, 'x-kubernetes-map-type': 'atomic' },
    ),
    preemptionPolicy: string('Whether pods of lower priority give way: PreemptLowerPriority or Never.'),
    priority: int32('Priority of the pods.'),
    priorityClassName: string('Name of the class that gives the priority.'),
    readinessGates: coreList('PodReadinessGate', 'Further conditions that make a pod ready'),
    restartPolicy: string('When containers are started again: Always, OnFailure or Never.'),
    runtimeClassName: string('Name of the RuntimeClass that runs the pods.'),
    schedulerName: string('The scheduler that places the pods.'),
    securityContext: core('PodSecurityContext', 'Security settings of the pods'),
    serviceAccountName: string('An existing ServiceAccount; without it one is made, named after the ProxySQL.'),
    setHostnameAsFQDN: boolean("Makes a pod's host name its full domain name."),
    shareProcessNamespace: boolean('Lets the containers of a pod see the processes of one another.'),
    terminationGracePeriodSeconds: int64('Seconds that a pod is given to drain and to end.'),
    tolerations: coreList('Toleration', 'Taints of nodes that the pods put up with'),
    volumes: coreList('Volume', 'Volumes to add'),
  }),
});
