import { type ProxySQLResource, type ServiceTemplate } from '../proxysql-resource';
import { type ServicePortJson } from './service-port';

/** The user's template for one of the Services. */
export function serviceTemplate(
  { spec }: ProxySQLResource,
  alias: ServiceTemplate['alias'],
): ServiceTemplate | undefined {
  return spec.serviceTemplates?.find((template) => template.alias === alias);
}

/**
 * The spec of a Service with a template laid over it, by KubeDB's rule: a template's port changes the number and node port of the
 * port with its name and adds none; every other field is copied when it says something.
 */
export function serviceSpec(
  selector: { readonly [key: string]: string },
  ports: readonly ServicePortJson[],
  template: ServiceTemplate | undefined,
): { readonly [field: string]: unknown } {
  const { ports: given = [], healthCheckNodePort, clusterIP, type, ...rest } = template?.spec ?? {};
  return {
    type: type || 'ClusterIP',
    selector,
    ports: ports.map((port) => {
      const match = given.find((candidate) => candidate.name === port.name);
      return {
        ...port,
        ...(match !== undefined && match.port > 0 && { port: match.port }),
        ...(match?.nodePort !== undefined && match.nodePort > 0 && { nodePort: match.nodePort }),
      };
    }),
    ...rest,
    ...(rest.sessionAffinityConfig !== undefined && { sessionAffinity: 'ClientIP' }),
    ...(clusterIP && { clusterIP }),
    ...(healthCheckNodePort !== undefined && healthCheckNodePort > 0 && { healthCheckNodePort }),
  };
}
