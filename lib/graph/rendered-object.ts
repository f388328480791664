import { type KubernetesObject } from '../kubernetes';
import { type StepId } from './step-id';

/** An object that a ProxySQL becomes, and the step of the graph that creates it. */
export interface RenderedObject {
  readonly step: StepId;
  readonly object: KubernetesObject;
  /**
   * Present for Secrets whose password is generated in the cluster: they are created once, with this user name, and never written again.
   */
  readonly generate?: { readonly username: string };
}
