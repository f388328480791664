import { type ApiObjectMetadata, Names } from 'cdk8s';
import { type Construct } from 'constructs';

/** Props with a name after the chart where they have none, so that charts in one namespace do not share an object by accident. */
export function namedAfter<Props extends { readonly metadata?: ApiObjectMetadata }>(
  chart: Construct,
  suffix: string,
  props: Props,
): Props {
  const name = props.metadata?.name ?? Names.toDnsLabel(chart, { extra: [suffix], includeHash: false });
  return { ...props, metadata: { ...props.metadata, name } };
}
