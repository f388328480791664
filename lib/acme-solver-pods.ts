import { type k8s } from 'cdk8s-plus-27';

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
