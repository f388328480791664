import { int32, list, object, oneOf, string, strings } from './build';
import { metadataOverlay } from './metadata';
import { type JsonSchema } from './model';

const port = object(
  'Settings of a port that the Service has; a name that it does not have changes nothing.',
  {
    name: string('Name of the port: `db` of primary, `metrics` of stats.'),
    port: int32('Port number of the Service; 0 keeps the usual one.', { minimum: 0, maximum: 65535 }),
    nodePort: int32('Port number on every node.', { minimum: 0, maximum: 65535 }),
  },
  { required: ['port'] },
);

const spec = object('The Service.', {
  type: string('ClusterIP, NodePort or LoadBalancer.'),
  clusterIP: string('Address inside the cluster.'),
  ports: list('Settings of its ports.', port),
  externalIPs: strings('Addresses of nodes at which it also answers.'),
  loadBalancerIP: string('Address to ask the load balancer for.'),
  loadBalancerSourceRanges: strings('Address ranges that the load balancer lets in.'),
  externalTrafficPolicy: string('Cluster or Local.'),
  healthCheckNodePort: int32('Port at which load balancers ask for the health of a node.', {
    minimum: 0,
    maximum: 65535,
  }),
  sessionAffinityConfig: object('Keeps a client at one pod.', {
    clientIP: object('By its address.', {
      timeoutSeconds: int32('For so many seconds.', { minimum: 1, maximum: 86400 }),
    }),
  }),
});

/** `spec.serviceTemplates`: merged by alias, which also keeps the aliases unique. */
export const serviceTemplates: JsonSchema = list(
  'What is laid over the Services.',
  object(
    'One Service.',
    {
      alias: oneOf(['primary', 'standby', 'stats'], 'Which Service: primary or stats. ProxySQL has no standby.'),
      metadata: metadataOverlay('Metadata of the Service.'),
      spec,
    },
    { required: ['alias'] },
  ),
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['alias'] },
);
