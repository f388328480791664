import { isIP } from 'node:net';
import { DB_PORT, STATS_SERVICE_PORT } from '../ports';
import { type Problem } from '../problem';
import { type ProxySQLResource, type ServiceTemplate } from '../proxysql-resource';

type ServiceFields = NonNullable<ServiceTemplate['spec']>;

/** The port of each Service that a template can change; what it says of others has no effect. */
const PORTS: { readonly [alias: string]: string } = { primary: DB_PORT.name, stats: STATS_SERVICE_PORT.name };
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer'];
const POLICIES = ['Cluster', 'Local'];
const MAX_PORT = 65535;
const MAX_AFFINITY_SECONDS = 86400;

/** What Kubernetes would refuse in the Services that the templates lead to. */
export function serviceTemplatesProblems({ spec }: ProxySQLResource): Problem[] {
  return (spec.serviceTemplates ?? []).flatMap((template, index) => {
    const port = PORTS[template.alias];
    return port === undefined || template.spec === undefined
      ? []
      : serviceProblems(template.spec, `spec.serviceTemplates[${index}].spec`, port);
  });
}

function serviceProblems(spec: ServiceFields, path: string, port: string): Problem[] {
  const type = spec.type || 'ClusterIP';
  if (!TYPES.includes(type)) {
    return [problem(`${path}.type`, type, 'Pods cannot be reached by a Service of this type', oneOf(TYPES))];
  }
  return [
    ...portProblems(spec, path, port, type),
    ...policyProblems(spec, path, type),
    ...addressProblems(spec, path, type),
    ...affinityProblems(spec, path),
  ];
}

function portProblems({ ports = [] }: ServiceFields, path: string, name: string, type: string): Problem[] {
  return ports.flatMap((entry, index) => {
    const at = `${path}.ports[${index}]`;
    return entry.name !== name
      ? []
      : [
          ...(['port', 'nodePort'] as const)
            .filter((field) => (entry[field] ?? 0) > MAX_PORT)
            .map((field) => problem(`${at}.${field}`, entry[field], 'There is no such port', 'Use 1 to 65535')),
          ...((entry.nodePort ?? 0) > 0 && type === 'ClusterIP'
            ? [
                problem(
                  `${at}.nodePort`,
                  entry.nodePort,
                  'A Service of type ClusterIP has no ports of nodes',
                  'Leave it out, or set type to NodePort or LoadBalancer',
                ),
              ]
            : []),
        ];
  });
}

function policyProblems(spec: ServiceFields, path: string, type: string): Problem[] {
  const { externalTrafficPolicy: policy, externalIPs = [], healthCheckNodePort = 0 } = spec;
  const problems: Problem[] = [];
  if (policy !== undefined && policy !== '') {
    const at = `${path}.externalTrafficPolicy`;
    if (!POLICIES.includes(policy)) {
      problems.push(problem(at, policy, 'Kubernetes knows no such policy', oneOf(POLICIES)));
    } else if (type === 'ClusterIP' && externalIPs.length === 0) {
      const message = 'No traffic comes to a Service of type ClusterIP from outside';
      problems.push(problem(at, policy, message, 'Leave it out, or set type to NodePort or LoadBalancer'));
    }
  }
  if (healthCheckNodePort > 0 && (type !== 'LoadBalancer' || policy !== 'Local')) {
    const message = 'Only a load balancer whose traffic stays on its node is told about nodes';
    const remedy = 'Leave it out, or set type to LoadBalancer and externalTrafficPolicy to Local';
    problems.push(problem(`${path}.healthCheckNodePort`, healthCheckNodePort, message, remedy));
  }
  return problems;
}

function addressProblems(spec: ServiceFields, path: string, type: string): Problem[] {
  const { clusterIP, externalIPs = [], loadBalancerSourceRanges: ranges = [] } = spec;
  const rangesAt = `${path}.loadBalancerSourceRanges`;
  return [
    ...(clusterIP === 'None' && type !== 'ClusterIP'
      ? [
          problem(
            `${path}.clusterIP`,
            clusterIP,
            `A Service of type ${type} needs an address in the cluster`,
            'Leave clusterIP out, or set type to ClusterIP',
          ),
        ]
      : []),
    ...(clusterIP && clusterIP !== 'None' && isIP(clusterIP) === 0
      ? [problem(`${path}.clusterIP`, clusterIP, 'This is not an IP address', 'Write one, or None, or leave it out')]
      : []),
    ...externalIPs.flatMap((address, index) =>
      isIP(address) === 0
        ? [problem(`${path}.externalIPs[${index}]`, address, 'This is not an IP address', 'Write an IP address')]
        : [],
    ),
    ...(ranges.length > 0 && type !== 'LoadBalancer'
      ? [
          problem(
            rangesAt,
            ranges,
            'Kubernetes takes them for load balancers only',
            'Leave them out, or set type to LoadBalancer',
          ),
        ]
      : []),
    ...ranges.flatMap((range, index) =>
      isCidr(range)
        ? []
        : [problem(`${rangesAt}[${index}]`, range, 'This is not a range of addresses', 'Write it as in 10.0.0.0/8')],
    ),
  ];
}

function affinityProblems({ sessionAffinityConfig }: ServiceFields, path: string): Problem[] {
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  return seconds === undefined || (seconds >= 1 && seconds <= MAX_AFFINITY_SECONDS)
    ? []
    : [
        problem(
          `${path}.sessionAffinityConfig.clientIP.timeoutSeconds`,
          seconds,
          'Kubernetes takes up to a day',
          `Use 1 to ${MAX_AFFINITY_SECONDS}`,
        ),
      ];
}

/** Kubernetes overlooks spaces around it. */
function isCidr(range: string): boolean {
  const [address = '', prefix = '', ...rest] = range.trim().split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d+$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function problem(path: string, value: unknown, message: string, remedy: string): Problem {
  return { path, value: JSON.stringify(value), message, remedy };
}

function oneOf(values: readonly string[]): string {
  return `Use one of ${values.join(', ')}`;
}
