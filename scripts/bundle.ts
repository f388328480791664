/**
 * Bundles the library, and each program with everything that it is made of, so that none of that is a dependency of the library.
 *
 * The library keeps its peers and its generated validators outside: those are loaded only when a manifest of their kind is checked.
 */
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { bundlePrograms, writePrograms } from './image/programs';

const PEERS = ['cdk8s', 'cdk8s-plus-27', 'constructs'];

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** Leaves generated modules out of a bundle, which finds them in this folder. */
function generatedIn(folder: string): Plugin {
  return {
    name: 'generated-outside',
    setup: ({ onResolve }) => {
      onResolve({ filter: /\/generated\/\w+$/ }, ({ path }) => ({
        path: `${folder}/${path.slice(path.lastIndexOf('/') + 1)}.js`,
        external: true,
      }));
    },
  };
}

async function bundle(options: BuildOptions): Promise<void> {
  const { metafile } = await build({ ...COMMON, ...options });
  for (const [file, { bytes }] of Object.entries(metafile?.outputs ?? {})) {
    console.log(`${file}  ${Math.round(bytes / 1024)} kB`);
  }
}

async function main(): Promise<void> {
  await bundle({
    entryPoints: { index: 'lib/index.ts' },
    outdir: 'build/lib',
    external: PEERS,
    plugins: [generatedIn('./schema/generated')],
  });
  cpSync('lib/schema/generated', 'build/lib/schema/generated', { recursive: true });
  // Declarations of generated types, which the library uses and does not show.
  rmSync('build/imports', { recursive: true, force: true });

  const banner = { js: '#!/usr/bin/env node' };
  await bundle({
    entryPoints: { cli: 'cli/main.ts' },
    outdir: 'build/bin',
    banner,
    plugins: [generatedIn('../lib/schema/generated')],
  });
  chmodSync(join('build', 'bin', 'cli.js'), 0o755);

  writePrograms(await bundlePrograms(), join('build', 'image'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
