import { type k8s } from 'cdk8s-plus-27';

/** What the pods and their StatefulSet have beyond their defaults. */
export interface PodOverlay {
  /** Labels of the pods. @default - none of your own */
  readonly labels?: { [key: string]: string };
  /** Annotations of the pods. @default - none of your own */
  readonly annotations?: { [key: string]: string };
  /** Labels of the StatefulSet. @default - none of your own */
  readonly controllerLabels?: { [key: string]: string };
  /** Annotations of the StatefulSet. @default - none of your own */
  readonly controllerAnnotations?: { [key: string]: string };
  /**
   * Containers: one called `proxysql` is laid over ProxySQL's own, field by field; others run beside it.
   *
   * @default - none
   */
  readonly containers?: k8s.Container[];
  /** Init containers; they run after the sidecar has opened the gate. @default - none */
  readonly initContainers?: k8s.Container[];
  /** Volumes for your containers. @default - none */
  readonly volumes?: k8s.Volume[];
  /** Laid over the pod's own security context, field by field. @default - restricted, user and group 999 */
  readonly securityContext?: k8s.PodSecurityContext;
  /** A ServiceAccount of your own. @default - one is created, without a token and without any permission */
  readonly serviceAccountName?: string;
  /**
   * Seconds that a pod may take to end. Clients get all but the last 15 of them to end their connections (two thirds, if there are fewer than
   * 45), so allow for your longest queries.
   *
   * @default 45
   */
  readonly terminationGracePeriodSeconds?: number;
  /** @default - none */
  readonly nodeSelector?: { [key: string]: string };
  /** @default - none */
  readonly tolerations?: k8s.Toleration[];
  /** @default - none */
  readonly imagePullSecrets?: string[];
  /** @default - the cluster's default */
  readonly priorityClassName?: string;
  /** @default - the cluster's default */
  readonly runtimeClassName?: string;
  /** @default - the cluster's default */
  readonly schedulerName?: string;
}
