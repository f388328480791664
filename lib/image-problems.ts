import { type Images } from './objects/images';
import { type Problem } from './problem';

/** As registries take them: a host with a port perhaps, a path in lower case, and after it a tag or a digest. */
const REPOSITORY =
  '(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*';
const TAG_OR_DIGEST = '(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?';

/** What is wrong with where images are to come from. */
export function imageProblems({ proxysqlRepository, runtime }: Images = {}): Problem[] {
  return [
    ...problemIf(proxysqlRepository, REPOSITORY, {
      path: 'images.proxysqlRepository',
      message: 'This is not the repository of an image',
      remedy: 'Write it without a tag, which is the version, such as registry.example.com/proxysql/proxysql',
    }),
    ...problemIf(runtime, `${REPOSITORY}${TAG_OR_DIGEST}`, {
      path: 'images.runtime',
      message: 'This is not the name of an image',
      remedy: 'Write it with its tag, such as registry.example.com/cdk8s-proxysql:0.1.0',
    }),
  ];
}

function problemIf(value: unknown, pattern: string, problem: Omit<Problem, 'value'>): Problem[] {
  return value === undefined || (typeof value === 'string' && new RegExp(`^${pattern}$`).test(value))
    ? []
    : [{ ...problem, value: JSON.stringify(value) }];
}
