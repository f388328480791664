import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** A program as one file. */
export interface BundledProgram {
  readonly name: string;
  readonly code: string;
  /** Files that it is made of, relative to the project. */
  readonly sources: readonly string[];
}

const ROOT = resolve(__dirname, '../..');

/** The programs of the image; an entry point leads to each. */
const PROGRAMS = ['operator', 'sidecar'];

/**
 * Bundles each program with everything that it is made of. A program runs when its bundle is loaded, whoever loads it.
 * @param from folder of the project
 */
export async function bundlePrograms(from = ROOT): Promise<BundledProgram[]> {
  const present = PROGRAMS.filter((name) => existsSync(join(from, name, 'main.ts')));
  return await Promise.all(
    present.map(async (name) => {
      const { outputFiles, metafile } = await build({
        absWorkingDir: from,
        entryPoints: [`${name}/main.ts`],
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minifySyntax: true,
        minifyWhitespace: true,
        // Names stay, so that a stack trace can be read.
        keepNames: true,
        legalComments: 'none',
        // node-fetch takes Node's URL where there is one, and would load tables of 2 MB for the other.
        alias: { 'whatwg-url': 'node:url' },
        define: { 'require.main': 'module' },
        write: false,
        metafile: true,
        logLevel: 'warning',
      });
      return { name, code: outputFiles[0]?.text ?? '', sources: Object.keys(metafile.inputs) };
    }),
  );
}

/** Writes the bundles into a folder. */
export function writePrograms(programs: readonly BundledProgram[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of programs) {
    writeFileSync(join(folder, `${name}.js`), code);
  }
}
