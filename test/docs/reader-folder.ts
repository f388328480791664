import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = resolve(__dirname, '../..');

/** Makes a folder as a reader has it after `npm install cdk8s-proxysql tsx`, with the library of this checkout, and gives its path. */
export function readerFolder(program: string): string {
  const folder = temporaryFolder('tutorial-');
  const library = join(folder, 'node_modules/cdk8s-proxysql');
  const programs = join(folder, 'node_modules/.bin');
  [library, programs].forEach((path) => mkdirSync(path, { recursive: true }));
  writeFileSync(join(library, 'index.js'), `module.exports = require(${JSON.stringify(join(ROOT, 'lib/index.ts'))});\n`);
  symlinkSync(join(ROOT, 'node_modules/.bin/tsx'), join(programs, 'tsx'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  writeFileSync(join(folder, 'main.ts'), program);
  return folder;
}
