import { type ApiObjectMetadataDefinition, type ApiObjectProps } from 'cdk8s';
import { syncWaveOf } from './graph/order';
import { type StepId } from './graph/step-id';
import { type KubernetesObject } from './kubernetes';

/** Argo CD's annotation for the order in which it applies objects. */
export const SYNC_WAVE_ANNOTATION = 'argocd.argoproj.io/sync-wave';

/** The object, marked with the place of its step in the graph, so that GitOps tools apply it in order; a wave that it was given stays. */
export function withSyncWave(object: KubernetesObject, step: StepId): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: { [SYNC_WAVE_ANNOTATION]: String(syncWaveOf(step)), ...metadata.annotations },
    },
  };
}

/** Marks an object that was made already; a wave that it was given stays. */
export function addSyncWave(metadata: ApiObjectMetadataDefinition, step: StepId): void {
  const { annotations } = metadata.toJson() as KubernetesObject['metadata'];
  if (annotations?.[SYNC_WAVE_ANNOTATION] === undefined) {
    metadata.addAnnotation(SYNC_WAVE_ANNOTATION, String(syncWaveOf(step)));
  }
}

/** The object in cdk8s' own type, which has no notion of readonly lists. */
export function toApiObjectProps(object: KubernetesObject): ApiObjectProps {
  return object as unknown as ApiObjectProps;
}
