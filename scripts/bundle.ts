/** Bundles the programs of this package, so that what they are made of is no dependency of the library. */
import { cpSync } from 'node:fs';
import { build } from 'esbuild';

const PROGRAMS: { readonly [name: string]: string } = {
  cli: 'cli/main.ts',
  operator: 'operator/main.ts',
  sidecar: 'sidecar/main.ts',
};

async function main(): Promise<void> {
  // JavaScript that the compiled library loads and that tsc leaves behind.
  cpSync('lib/schema/generated', 'build/lib/schema/generated', { recursive: true });
  const result = await build({
    entryPoints: PROGRAMS,
    outdir: 'build/bin',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    metafile: true,
    logLevel: 'warning',
    external: ['pino-pretty'],
  });
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
    console.log(`${file}  ${Math.round(bytes / 1024)} kB`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
