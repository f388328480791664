import { type ApiClient } from './api-client';
import { isTrue, type KubeObject, ref } from './kube-object';

/** The part of a container's status that tests look at. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly waiting?: { readonly reason: string };
    readonly terminated?: { readonly exitCode: number; readonly message?: string };
  };
}

/** A Pod as tests look at it. */
export interface Pod extends KubeObject {
  status?: {
    phase?: string;
    podIP?: string;
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

/** A container: whatever the API takes. */
export type Container = Readonly<Record<string, unknown>> & { readonly name: string; readonly image: string };

/** A pod that the `restricted` pod security standard lets pass. */
export function restrictedPod(
  name: string,
  spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] } & Record<
    string,
    unknown
  >,
): KubeObject {
  const hardened = (container: Container): Container => ({
    imagePullPolicy: 'IfNotPresent',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...container,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 999,
        fsGroup: 999,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...spec,
      containers: spec.containers.map(hardened),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(hardened) }),
    },
  };
}

/** Waits until a pod is ready, and gives its address, which the machine that the tests run on can reach. */
export async function readyPodAddress(client: ApiClient, name: string): Promise<string> {
  const pod = await client.until<Pod>(ref('v1', 'Pod', name), (seen) => isTrue(seen));
  return pod?.status?.podIP ?? '';
}
