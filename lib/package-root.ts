import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that this package is installed in; the compiled library lies deeper in it than the source does. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'crds')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return folder;
}
