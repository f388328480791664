/**
 * Makes the image of operator and sidecar, without a daemon and without a registry: as an OCI archive, which every tool of the trade can
 * load or push, and as the tree that the Containerfile copies. Both hold the same files.
 *
 *   tsx scripts/image.ts [--name <image name>] [--archive <file>] [--tree <folder>]
 */
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ImageFile, writeImage } from '../test/cluster/tools/image-maker';
import { bundlePrograms } from './image/programs';
import { runtimeImage } from './image/runtime-image';

const FOLDER = 'build/image';

function writeTree(files: readonly ImageFile[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content, mode = 0o644 } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
}

async function main(): Promise<void> {
  const options = { name: { type: 'string' }, archive: { type: 'string' }, tree: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const { name, archive = join(FOLDER, 'image.tar'), tree = join(FOLDER, 'rootfs') } = values;
  const programs = await bundlePrograms();
  const spec = runtimeImage(programs, name);
  writeTree(spec.layers.flat(), tree);
  mkdirSync(dirname(archive), { recursive: true });
  const digest = writeImage(spec, archive);
  console.log(`${spec.name}@${digest}`);
  console.log(`${archive}  ${(statSync(archive).size / 1e6).toFixed(1)} MB`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
