import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { isAsShown } from './transcript';
import { stepsOf } from './tutorial';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');

/** A folder as the reader of the page has it, with the command of this checkout. */
function folderWithCommand(): string {
  const folder = temporaryFolder('cli-');
  const programs = join(folder, 'node_modules/.bin');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  writeFileSync(
    join(programs, 'cdk8s-proxysql'),
    `#!/bin/sh\nexec '${ROOT}/node_modules/.bin/tsx' '${ROOT}/cli/main.ts' "$@"\n`,
    { mode: 0o755 },
  );
  writeFileSync(join(folder, 'shop.yaml'), /^`shop\.yaml`:\n\n```yaml\n([\s\S]*?)^```$/m.exec(PAGE)?.[1] ?? '');
  return folder;
}

/** What a command printed, to both outputs in the order in which it did. */
function printed(command: string, cwd: string): { output: string; code: number | null } {
  const { stdout, status } = spawnSync('sh', ['-c', `${command} 2>&1`], { cwd, encoding: 'utf8' });
  return { output: stdout, code: status };
}

describe('the page about the command line', () => {
  const folder = folderWithCommand();

  test.each(stepsOf(PAGE).map(({ command, prints }) => [command, prints.trimEnd()] as const))(
    '%s prints what it says',
    (command, shown) => {
      const { output, code } = printed(command, folder);
      expect({ output, asShown: isAsShown([output], [`${shown}\n`]) }).toEqual({ output, asShown: true });
      expect(code).toBe(command.includes(' check ') ? 1 : 0);
    },
    60_000,
  );
});
