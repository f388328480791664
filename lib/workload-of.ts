import { Chart } from 'cdk8s';
import { type AbstractPod, type Container } from 'cdk8s-plus-27';
import { type IConstruct } from 'constructs';
import { plus } from './plus';

/** The workload that a container is in; undefined for one that is in none yet. It is sought in the chart of a construct first. */
export function workloadOf(near: IConstruct, container: Container): AbstractPod | undefined {
  const { AbstractPod } = plus();
  const below = ({ node }: IConstruct): AbstractPod | undefined =>
    node
      .findAll()
      .filter((construct) => construct instanceof AbstractPod)
      .find(({ containers, initContainers }) => [...containers, ...initContainers].includes(container));
  return below(Chart.of(near)) ?? below(near.node.root);
}
