import type * as cdk8sPlus from 'cdk8s-plus-27';

/**
 * cdk8s-plus, loaded when it is needed: loading it takes as long as the rest of this library, and an app that neither overlays pods nor
 * connects workloads does not need it.
 */
export function plus(): typeof cdk8sPlus {
  return require('cdk8s-plus-27') as typeof cdk8sPlus;
}
