import { existsSync } from 'node:fs';
import { UPSTREAM_FOLDER_VARIABLE } from '../../scripts/crds/upstream';

/** The folder with other projects' definitions; undefined where this machine has none. */
export function upstreamFolder(): string | undefined {
  const folder = process.env[UPSTREAM_FOLDER_VARIABLE];
  return folder && existsSync(folder) ? folder : undefined;
}

/** `describe` where there is such a folder; else the block is skipped, or fails where it must not be. */
export function describeWithUpstream(title: string, block: (folder: string) => void): void {
  const folder = upstreamFolder();
  if (folder !== undefined) {
    describe(title, () => block(folder));
  } else if (process.env.REQUIRE_UPSTREAM_CRDS === '1') {
    describe(title, () => {
      it('has the definitions of other projects', () => {
        throw new Error(`${UPSTREAM_FOLDER_VARIABLE} names no folder, and REQUIRE_UPSTREAM_CRDS=1 asks for one`);
      });
    });
  } else {
    describe.skip(`${title} (skipped: ${UPSTREAM_FOLDER_VARIABLE} names no folder)`, () => block(''));
  }
}
