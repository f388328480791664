import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';

/** The files of a mounted Secret by their names. */
export type MountedFiles = ReadonlyMap<string, Buffer>;

/** Link that the kubelet moves to a new folder in one step when a Secret changes. */
const DATA_LINK = '..data';
const ATTEMPTS = 5;

/**
 * Reads a mounted Secret as it was at one moment: all files from the same side of the kubelet's swap. A folder that is not there reads as
 * empty, since optional Secrets may be missing.
 */
export async function readMountedFolder(folder: string): Promise<MountedFiles> {
  for (let attempt = 1; ; attempt += 1) {
    const target = await dataTarget(folder);
    try {
      const files = await readFiles(target === undefined ? folder : path.join(folder, target));
      // A swap while reading removes the folder that was read, or leaves another link.
      if ((await dataTarget(folder)) === target || attempt === ATTEMPTS) {
        return files;
      }
    } catch (error) {
      if (attempt === ATTEMPTS || !isMissing(error)) {
        throw error;
      }
      if (target === undefined && !(await exists(folder))) {
        return new Map();
      }
    }
  }
}

/** Whether both have the same names with the same contents. */
export function sameFiles(left: MountedFiles, right: MountedFiles): boolean {
  return (
    left.size === right.size &&
    [...left].every(([name, content]) => {
      const other = right.get(name);
      return other !== undefined && content.equals(other);
    })
  );
}

async function readFiles(folder: string): Promise<MountedFiles> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('..')).sort();
  const files = new Map<string, Buffer>();
  for (const name of entries) {
    const file = path.join(folder, name);
    if ((await stat(file)).isFile()) {
      files.set(name, await readFile(file));
    }
  }
  return files;
}

async function dataTarget(folder: string): Promise<string | undefined> {
  try {
    return await readlink(path.join(folder, DATA_LINK));
  } catch (error) {
    // EINVAL: it is there, but no link.
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EINVAL') {
      return undefined;
    }
    throw error;
  }
}

async function exists(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
