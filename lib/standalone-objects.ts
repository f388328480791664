import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type RenderInput } from './objects/context';
import { render } from './objects/render';
import { type Problem } from './problem';
import { toApiObjectProps, withSyncWave } from './sync-wave';

/**
 * Every object of a ProxySQL as children of its construct, in the order of the graph's steps. Secrets that are generated in the cluster are
 * left out: no password may be in a manifest.
 */
export function standaloneObjects(scope: Construct, problems: readonly Problem[], input: RenderInput): ApiObject[] {
  // What is invalid is reported by the validation, and need not be rendered.
  if (problems.length > 0) {
    return [];
  }
  const steps = new Map<string, Construct>();
  return render(input)
    .filter(({ generate }) => generate === undefined)
    .map(({ step, object }) => {
      const previous = [...steps.values()].at(-1);
      let group = steps.get(step);
      if (group === undefined) {
        group = new Construct(scope, step);
        steps.set(step, group);
        if (previous !== undefined) {
          group.node.addDependency(previous);
        }
      }
      return new ApiObject(
        group,
        `${object.kind}-${object.metadata.name}`,
        toApiObjectProps(withSyncWave(object, step)),
      );
    });
}
