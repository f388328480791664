import { type IConstruct } from 'constructs';

/** Everything that a construct and those below it find wrong, each with the path of its construct; what concerns the whole app names its own. */
export function problemsBelow(construct: IConstruct): string[] {
  return construct.node
    .findAll()
    .flatMap(({ node }) => node.validate().map((problem) => (node.path === '' ? problem : `${node.path}: ${problem}`)));
}
