import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The Go modules that a cluster is built from. */
export const goDirectory = resolve(__dirname, '..', 'go');

/** Where built programs are kept between runs, outside of the tree. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const base =
    env.XDG_CACHE_HOME !== undefined && env.XDG_CACHE_HOME !== '' ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'cdk8s-proxysql-cluster');
}

/** Where the state of running clusters is kept, one folder each. */
export function stateRoot(): string {
  return join(tmpdir(), `cdk8s-proxysql-clusters-${process.getuid?.() ?? 0}`);
}
