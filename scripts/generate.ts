/**
 * Writes everything that is generated and committed, in the order in which one depends on the other. Arguments are passed on: `--check` writes
 * nothing and fails where something differs.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const script of ['crds.ts', 'import.ts', 'schema.ts', 'docs.ts', 'api-reference.ts']) {
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(__dirname, script), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) {
    process.exitCode = 1;
  }
}
