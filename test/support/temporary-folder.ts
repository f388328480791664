import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

function removeAll(): void {
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true }));
}

// Benches use what tests use, without jest.
if (typeof afterAll === 'function') {
  afterAll(removeAll);
} else {
  process.once('exit', removeAll);
}

/** A new folder, which is removed when the tests of the file, or the program, have ended. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.push(folder);
  return folder;
}
