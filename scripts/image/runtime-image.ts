import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runtimeImage as runtimeImageName } from '../../lib/objects/images';
import { PACKAGE_VERSION } from '../../lib/package-version';
import { type ImageFile, type ImageSpec, programFiles, userFiles } from '../../test/cluster/tools/image-maker';
import { type Component, libraryComponent, nodeComponent, npmComponents } from './components';
import { type BundledProgram } from './programs';
import { sbom } from './sbom';

const ROOT = resolve(__dirname, '../..');
const HOME = '/opt/cdk8s-proxysql';
const NODE = '/usr/local/bin/node';

/**
 * The image of operator and sidecar: Node with its libraries, the bundles, who made what is in it, and nothing else. There is no shell, and
 * nothing in it needs to be written to.
 */
export function runtimeImage(programs: readonly BundledProgram[], name = runtimeImageName(PACKAGE_VERSION)): ImageSpec {
  const runtime = [...userFiles, ...programFiles(process.execPath, NODE)];
  const libraries = runtime.map(({ path }) => path).filter((path) => /\.so(\.|$)/.test(path));
  const components = unique([
    nodeComponent(process.execPath),
    ...libraries.map(libraryComponent),
    ...npmComponents(
      ROOT,
      programs.flatMap(({ sources }) => sources),
    ),
  ]);
  return {
    name,
    layers: [runtime.map(stripped), [...code(programs), ...papers(components)]],
    entrypoint: ['node', `${HOME}/entry.js`],
    env: { NODE_ENV: 'production' },
    user: '999:999',
  };
}

function code(programs: readonly BundledProgram[]): ImageFile[] {
  return [
    { path: `${HOME}/entry.js`, content: readFileSync(join(ROOT, 'image/entry.js')) },
    ...programs.map((program) => ({ path: `${HOME}/${program.name}.js`, content: program.code })),
  ];
}

function papers(components: readonly Component[]): ImageFile[] {
  return [
    { path: '/licenses/LICENSE', content: readFileSync(join(ROOT, 'LICENSE')) },
    ...components.map(({ name, version, license, licenseText }) => ({
      path: `/licenses/${name.replaceAll('/', '-')}-${version.replaceAll(/[^\w.+~-]/g, '-')}.txt`,
      content:
        licenseText ?? `${name} ${version} comes without the text of a licence. It says: ${license ?? 'nothing'}.\n`,
    })),
    { path: `${HOME}/sbom.cdx.json`, content: sbom('cdk8s-proxysql', PACKAGE_VERSION, components) },
  ];
}

function unique(components: readonly Component[]): Component[] {
  return [...new Map(components.map((component) => [component.purl, component])).values()];
}

/** Node without the symbols that only a debugger reads, where `strip` is at hand: a seventh of the image. */
function stripped(file: ImageFile): ImageFile {
  if (file.path !== NODE) {
    return file;
  }
  const folder = mkdtempSync(join(tmpdir(), 'strip-'));
  try {
    const output = join(folder, 'node');
    execFileSync('strip', ['-o', output, process.execPath], { stdio: 'ignore' });
    return { ...file, content: readFileSync(output) };
  } catch {
    return file;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
