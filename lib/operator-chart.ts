import { type ApiObject, Chart } from 'cdk8s';
import { type Construct, type IConstruct } from 'constructs';
import { describeProblem, type Problem } from './problem';
import { ProxySQLOperator } from './proxysql-operator';
import { type Runtime } from './runtime';
import { manifestsOf } from './synthesis';

/** Id of the chart with the operator. */
const OPERATOR_CHART = 'proxysql-operator';

/** What the operators that were installed here were given; any chart passes for an instance of any class of charts. */
const installed = new WeakMap<IConstruct, Runtime>();

/** The chart with the operator, which serves the whole cluster. */
class OperatorChart extends Chart {
  public constructor(scope: Construct, runtime: Runtime) {
    super(scope, OPERATOR_CHART);
    installed.set(this, runtime);
    new ProxySQLOperator(this, 'operator', { images: runtime.images });
  }

  public override toJson(): ReturnType<ApiObject['toJson']>[] {
    return manifestsOf(this);
  }
}

/** Gives the app of a chart the operator, once: an app with many charts has one. */
export function installOperator(chart: Chart, runtime: Runtime): void {
  const { root } = chart.node;
  if (root === chart) {
    return;
  }
  const there = root.node.tryFindChild(OPERATOR_CHART);
  const before = there && installed.get(there);
  if (there === undefined) {
    new OperatorChart(root as Construct, runtime);
  } else if (before !== undefined) {
    const [first, here] = [imagesOf(before), imagesOf(runtime)];
    if (first !== here) {
      report(chart, {
        path: 'runtime.images',
        value: here,
        message: `The app has one operator for all charts, and another chart gave it ${first}`,
        remedy: 'Give all charts the same runtime',
      });
    }
  } else if (!there.node.findAll().some((construct) => construct instanceof ProxySQLOperator)) {
    report(chart, {
      path: 'runtime',
      message: `The chart of the operator is called ${OPERATOR_CHART}, and the app has another one of that name`,
      remedy:
        'Rename that one, or use Runtime.operator({ install: false }) where the operator is installed by other means',
    });
  }
}

function imagesOf({ images = {} }: Runtime): string {
  return JSON.stringify(images, Object.keys(images).sort());
}

function report(chart: Chart, problem: Problem): void {
  chart.node.addValidation({ validate: () => [describeProblem(problem)] });
}
