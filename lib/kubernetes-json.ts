import { type k8s } from 'cdk8s-plus-27';
import { plus } from './plus';

/** The parts of a PodSpec that users write with the types of cdk8s-plus. */
export interface PodSpecParts {
  readonly containers?: k8s.Container[];
  readonly initContainers?: k8s.Container[];
  readonly volumes?: k8s.Volume[];
  readonly securityContext?: k8s.PodSecurityContext;
  readonly tolerations?: k8s.Toleration[];
}

/** These parts as the API server reads them. */
export function toJsonPodSpec(parts: PodSpecParts): { readonly [field: string]: unknown } {
  if (Object.values(parts).every((part) => part === undefined)) {
    return {};
  }
  const json = plus().k8s.toJson_PodSpec({ ...parts, containers: parts.containers ?? [] }) as {
    [field: string]: unknown;
  };
  return parts.containers === undefined ? { ...json, containers: undefined } : json;
}

/** What a container may use, as the API server reads it. */
export function toJsonResources(resources: k8s.ResourceRequirements): unknown {
  return plus().k8s.toJson_ResourceRequirements(resources);
}
