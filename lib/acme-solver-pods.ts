import { type k8s } from 'cdk8s-plus-27';
import { type IssuerSpecAcmeSolversHttp01IngressPodTemplate } from '../imports/cert-manager.io';

/** The pods that answer HTTP-01 challenges; cert-manager starts one for each. */
export interface AcmeSolverPods {
  /** @default - none of your own */
  readonly labels?: { readonly [key: string]: string };
  /** @default - none of your own */
  readonly annotations?: { readonly [key: string]: string };
  /** @default - any node with Linux */
  readonly nodeSelector?: { readonly [key: string]: string };
  /** @default - none */
  readonly tolerations?: k8s.Toleration[];
  /** @default - none */
  readonly imagePullSecrets?: string[];
  /** @default - the cluster's default */
  readonly priorityClassName?: string;
  /** @default - the namespace's default */
  readonly serviceAccountName?: string;
}

/** The pods as cert-manager reads them. */
export function solverPodTemplate(
  pods: AcmeSolverPods | undefined,
): IssuerSpecAcmeSolversHttp01IngressPodTemplate | undefined {
  if (pods === undefined) {
    return undefined;
  }
  const { labels, annotations, nodeSelector, imagePullSecrets, ...spec } = pods;
  return {
    metadata: { labels: labels && { ...labels }, annotations: annotations && { ...annotations } },
    spec: {
      ...spec,
      nodeSelector: nodeSelector && { ...nodeSelector },
      imagePullSecrets: imagePullSecrets?.map((name) => ({ name })),
    },
  };
}
