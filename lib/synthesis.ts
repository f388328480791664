import { ApiObject, Chart, DependencyGraph } from 'cdk8s';
import { type IConstruct } from 'constructs';
import { manifestOf } from './manifest-of';

/**
 * The manifests of one chart in the order of their dependencies.
 *
 * cdk8s prepares the whole app anew for each of its charts, which makes an app with many charts quadratic. What the order inside a chart
 * depends on lies inside the chart, so that is all that is looked at here; dependencies between charts stay with the app.
 */
export function manifestsOf(chart: Chart): ReturnType<ApiObject['toJson']>[] {
  const inside = new Set<IConstruct>(chart.node.findAll().filter((node) => Chart.of(node) === chart));
  for (const source of inside) {
    for (const target of source.node.dependencies) {
      if (inside.has(target)) {
        connect(objectsOf(source, inside), objectsOf(target, inside));
      }
    }
  }
  return new DependencyGraph(chart.node)
    .topology()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node) && inside.has(node))
    .map(manifestOf);
}

function objectsOf(root: IConstruct, inside: ReadonlySet<IConstruct>): ApiObject[] {
  return root.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && inside.has(node));
}

function connect(sources: readonly ApiObject[], targets: readonly ApiObject[]): void {
  for (const source of sources) {
    for (const target of targets) {
      if (source !== target && !source.node.dependencies.includes(target)) {
        source.node.addDependency(target);
      }
    }
  }
}
