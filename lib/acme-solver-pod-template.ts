import { type IssuerSpecAcmeSolversHttp01IngressPodTemplate } from '../imports/cert-manager.io';
import { type AcmeSolverPods } from './acme-solver-pods';

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
