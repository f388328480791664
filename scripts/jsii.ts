/**
 * Compiles the construct library with jsii, which other languages are served from. jsii wants a package of its own shape, so the library is
 * copied into one; nothing is kept of it but the verdict and, where asked for, what jsii says the public API is.
 * Usage: `tsx scripts/jsii.ts [--assembly=FILE] [index file]`.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  readonly peerDependencies: { readonly [name: string]: string };
}

/** Lays out the package that jsii compiles. */
function layOut(directory: string, index: string | undefined): void {
  for (const folder of ['lib', 'imports']) {
    cpSync(join(ROOT, folder), join(directory, folder), { recursive: true });
  }
  if (index !== undefined) {
    cpSync(resolve(index), join(directory, 'lib', 'index.ts'));
  }
  mkdirSync(join(directory, 'node_modules'));
  for (const name of [
    'cdk8s',
    'cdk8s-plus-27',
    'constructs',
    '@types',
    'ajv',
    'ajv-formats',
    '@peculiar',
    'undici-types',
  ]) {
    symlinkSync(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name));
  }
  writeFileSync(join(directory, 'README.md'), 'Compiled to see whether jsii takes it.\n');
  writeFileSync(join(directory, 'package.json'), JSON.stringify(packageOf(readPackage()), undefined, 2));
}

function readPackage(): PackageJson {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson;
}

function packageOf(own: PackageJson): object {
  const { name, version, description, license, peerDependencies } = own;
  const minimal = (range: string): string => range.replace(/^[^0-9]*/, '');
  return {
    name,
    version,
    description,
    license,
    author: { name: own.author },
    repository: { type: 'git', url: `https://example.com/${name}.git` },
    main: 'lib/index.js',
    types: 'lib/index.d.ts',
    stability: 'experimental',
    peerDependencies,
    devDependencies: Object.fromEntries(
      Object.entries(peerDependencies).map(([dependency, range]) => [dependency, minimal(range)]),
    ),
    jsii: { outdir: 'dist', targets: {} },
  };
}

const ASSEMBLY_OPTION = '--assembly=';

function main(): number {
  const assembly = process.argv.slice(2).find((argument) => argument.startsWith(ASSEMBLY_OPTION));
  const index = process.argv.slice(2).find((argument) => !argument.startsWith(ASSEMBLY_OPTION));
  const directory = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    layOut(directory, index);
    const jsii = spawnSync(join(ROOT, 'node_modules', '.bin', 'jsii'), ['--silence-warnings=reserved-word'], {
      cwd: directory,
      env: {
        ...process.env,
        JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      },
      encoding: 'utf8',
    });
    const output = `${jsii.stdout}${jsii.stderr}`.replaceAll(`${directory}/`, '').trim();
    if (output !== '') {
      console.log(output);
    }
    if (jsii.status === 0 && assembly !== undefined) {
      copyFileSync(join(directory, '.jsii'), assembly.slice(ASSEMBLY_OPTION.length));
    }
    console.log(jsii.status === 0 ? 'jsii takes the library.' : 'jsii refuses the library.');
    return jsii.status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
