import { createHash } from 'node:crypto';
import { type KubernetesObject } from '../kubernetes';
import { ANNOTATION_PREFIX, withoutReserved } from '../labels';
import { governingServiceName } from '../names';
import { configurationText } from './configuration-secret';
import { metadataOf, type RenderContext } from './context';
import { podSpec } from './pod-spec';

/** It takes a moment until every node knows a pod that has become ready; the one before it may go only then, or clients find none. */
const MIN_READY_SECONDS = 3;

/** Pod annotation with a digest of the configuration, so that a change of it rolls the pods. */
export const CONFIGURATION_ANNOTATION = `${ANNOTATION_PREFIX}/configuration`;

/** The workload; there is one only when its configuration is known, which takes the backend. */
export function statefulSet(context: RenderContext): KubernetesObject | undefined {
  const { appBinding, effective, podLabels, proxysql, selector } = context;
  if (appBinding === undefined) {
    return undefined;
  }
  const template = proxysql.spec.podTemplate;
  // The list of peers is left out of the digest: scaling must not roll the pods that are there.
  const configuration = digest(
    configurationText(context, appBinding, 0) + (appBinding.spec.clientConfig.caBundle ?? ''),
  );
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(context, context.name, template?.controller),
    spec: {
      replicas: proxysql.spec.halted === true ? 0 : effective.replicas,
      serviceName: governingServiceName(context.name),
      // Pods do not depend on each other's start; updates still go one by one, each waiting until the last one serves.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      minReadySeconds: MIN_READY_SECONDS,
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...withoutReserved(template?.metadata?.labels ?? {}), ...podLabels },
          annotations: {
            ...withoutReserved(template?.metadata?.annotations ?? {}),
            [CONFIGURATION_ANNOTATION]: configuration,
          },
        },
        spec: podSpec(context, appBinding),
      },
    },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
