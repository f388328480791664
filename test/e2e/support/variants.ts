import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { type ClusterState } from '../../cluster/driver/state';
import { loadArchive, loadImage } from '../../cluster/harness/images';
import { type ImageSpec, nodeImage, proxysqlImage } from '../../cluster/tools/image-maker';

/** A ProxySQL that pods can run. */
export interface Variant {
  readonly name: string;
  /** Tags of its image; the same program lies behind both, so that one can be exchanged for the other. */
  readonly version: string;
  readonly nextVersion: string;
  /** A query that takes as many seconds and needs no database; only the double has one. */
  readonly slowQuery?: (seconds: number) => string;
  /** Whether what it is asked can reach a database. */
  readonly hasDatabase: boolean;
  image(version: string): ImageSpec;
}

const ROOT = resolve(__dirname, '../../..');

const double: Variant = {
  name: 'the double',
  version: '2.7.3',
  nextVersion: '2.7.4',
  slowQuery: (seconds) => `SELECT SLEEP(${seconds})`,
  hasDatabase: false,
  image: (version) => nodeImage(`docker.io/proxysql/proxysql:${version}`, [], { layers: doubleLayers() }),
};

function real(binary: string): Variant {
  const output = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const version = /version v?(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) {
    throw new Error(`${binary} does not tell its version: ${output}`);
  }
  return {
    name: 'the real ProxySQL',
    version,
    nextVersion: `${version}-debian`,
    hasDatabase: true,
    image: (version) => proxysqlImage(binary, version),
  };
}

/** The double, and the real ProxySQL where PROXYSQL_BINARY or the PATH has one. */
export function variants(env: NodeJS.ProcessEnv = process.env): Variant[] {
  const found = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'proxysql'));
  const binary = [...(env['PROXYSQL_BINARY'] ? [env['PROXYSQL_BINARY']] : []), ...found].find((file) =>
    existsSync(file),
  );
  return binary === undefined ? [double] : [double, real(binary)];
}

function doubleLayers(): ImageSpec['layers'] {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['test/double/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'error',
  });
  const program = { path: '/usr/bin/proxysql', content: `#!/usr/local/bin/node\n${outputFiles[0]?.text}`, mode: 0o755 };
  return [...nodeImage('', []).layers, [program]];
}

const loaded = new Map<string, Promise<number>>();

/**
 * Hands the images that a variant needs to the node of a cluster, each once: the runtime image as it ships, and ProxySQL's.
 * @returns size of the runtime image, in bytes
 */
export async function loadImages(cluster: ClusterState | undefined, variant: Variant): Promise<number> {
  if (cluster === undefined) {
    throw new Error('There is no cluster of the suite whose node could take an image.');
  }
  const size = await once(`${cluster.id} runtime`, () => loadRuntimeImage(cluster));
  for (const version of [variant.version, variant.nextVersion]) {
    await once(`${cluster.id} ${variant.name} ${version}`, () =>
      loadImage(cluster, variant.image(version)).then(() => 0),
    );
  }
  return size;
}

function once(name: string, load: () => Promise<number>): Promise<number> {
  const loading = loaded.get(name) ?? load();
  loaded.set(name, loading);
  return loading;
}

async function loadRuntimeImage(cluster: ClusterState): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-image-'));
  try {
    const archive = join(folder, 'image.tar');
    const script = ['--import', 'tsx', 'scripts/image.ts', '--archive', archive, '--tree', join(folder, 'tree')];
    execFileSync(process.execPath, script, { cwd: ROOT, stdio: 'pipe' });
    await loadArchive(cluster, archive);
    return statSync(archive).size;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
