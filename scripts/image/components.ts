import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Something in the image that somebody else made. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** Package URL, which names it for scanners. */
  readonly purl: string;
  /** SPDX identifier or expression, where one is declared. */
  readonly license?: string;
  /** What its licence says; undefined when it comes without a text. */
  readonly licenseText?: string;
  /** SHA-256 of the file, where the component is one. */
  readonly sha256?: string;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The npm packages that bundled sources come from. */
export function npmComponents(root: string, sources: readonly string[]): Component[] {
  const folders = new Set(sources.map(packageFolder).filter((folder) => folder !== undefined));
  const components = [...folders].map((folder) => npmComponent(join(root, folder)));
  const byPurl = new Map(components.map((component) => [component.purl, component]));
  return [...byPurl.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
}

/** The package that a source lies in: what follows the last node_modules, one or two folders deep. */
function packageFolder(source: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
}

function npmComponent(folder: string): Component {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file));
  const text = files.sort().map((file) => readFileSync(join(folder, file), 'utf8'));
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license !== undefined && { license }),
    ...(text.length > 0 && { licenseText: text.join('\n') }),
  };
}

/** Node itself. */
export function nodeComponent(binary: string): Component {
  const places = [
    '/usr/share/doc/nodejs/LICENSE',
    join(binary, '../../LICENSE'),
    join(binary, '../../share/doc/node/LICENSE'),
  ];
  const license = places.find((file) => existsSync(file));
  const version = process.versions.node;
  return {
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    license: 'MIT',
    ...(license !== undefined && { licenseText: readFileSync(license, 'utf8') }),
  };
}

/** A shared library: the Debian package it belongs to, or else the file by its hash. */
export function libraryComponent(file: string): Component {
  const owner = debianPackage(realpathSync(file));
  if (owner === undefined) {
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { name: basename(file), version: sha256.slice(0, 12), purl: `pkg:generic/${basename(file)}`, sha256 };
  }
  const copyright = `/usr/share/doc/${owner.name}/copyright`;
  return {
    ...owner,
    purl: `pkg:deb/debian/${owner.name}@${owner.version}`,
    ...(existsSync(copyright) && { licenseText: readFileSync(copyright, 'utf8') }),
  };
}

function debianPackage(file: string): { name: string; version: string } | undefined {
  // Packages may know a file by its path from before /lib became a link to /usr/lib.
  for (const path of [file, file.replace(/^\/usr/, '')]) {
    try {
      const name = dpkgQuery('--search', path).split(':')[0] ?? '';
      return { name, version: dpkgQuery('--show', '--showformat=${Version}\n', name).split('\n')[0] ?? '' };
    } catch {
      continue;
    }
  }
  return undefined;
}

function dpkgQuery(...args: string[]): string {
  return execFileSync('dpkg-query', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
