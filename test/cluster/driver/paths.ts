import { lstatSync } from 'node:fs';
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

/**
 * Where the state of running clusters is kept, one folder each.
 * @throws when that folder is somebody else's: what it says is acted upon, perhaps by root
 */
export function stateRoot(user: number = process.getuid?.() ?? 0, temporary: string = tmpdir()): string {
  const directory = join(temporary, `cdk8s-proxysql-clusters-${user}`);
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found !== undefined && (!found.isDirectory() || found.uid !== user)) {
    throw new Error(`${directory} was not made by this user; remove it, or set TMPDIR to another folder.`);
  }
  return directory;
}
