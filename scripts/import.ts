/**
 * `npm run import`: writes imports/ with `cdk8s import`, from our own definitions in crds/ and the pinned ones of other projects.
 *
 *   --from DIR   take the other projects' definitions from this folder (default: $UPSTREAM_CRDS, else their releases)
 *   --own        take our own definitions only
 *   --check      write nothing; compare, and list what differs
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  mkdirSync,
  copyFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { loadUpstream, UPSTREAM_FOLDER_VARIABLE, UPSTREAM_SOURCES } from './crds/upstream';

const ROOT = resolve(__dirname, '..');
const IMPORTS = join(ROOT, 'imports');
const OWN_DEFINITIONS = ['appcatalog.appscode.com_appbindings.yaml', 'kubedb.com_proxysqls.yaml'];

/** Runs `cdk8s import` on one file. It writes one module for each API group, so a file holds all definitions of a group. */
function cdk8sImport(definitions: string, output: string): void {
  const cli = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const args = [cli, 'import', definitions, '--language', 'typescript', '--output', output, '--no-save'];
  execFileSync(process.execPath, args, {
    cwd: output,
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Generates our own modules into a folder. */
export function importOwn(output: string): void {
  for (const file of OWN_DEFINITIONS) {
    cdk8sImport(join(ROOT, 'crds', file), output);
  }
}

/** Generates the modules of other projects' definitions into a folder. */
export async function importUpstream(output: string, folder: string | undefined): Promise<void> {
  const inputs = mkdtempSync(join(tmpdir(), 'definitions-'));
  try {
    for (const source of UPSTREAM_SOURCES) {
      const file = join(inputs, `${source.group}.yaml`);
      const definitions = await loadUpstream(source, folder);
      writeFileSync(file, definitions.map((definition) => stringify(definition)).join('---\n'));
      cdk8sImport(file, output);
    }
  } finally {
    rmSync(inputs, { recursive: true, force: true });
  }
}

/** Names of the files that are not the same in both folders, of those in `generated`, and (unless partial) of those only committed. */
export function differences(generated: string, committed: string, partial = false): string[] {
  const fresh = readdirSync(generated);
  const known = existsSync(committed) ? readdirSync(committed) : [];
  const changed = fresh.filter(
    (file) =>
      !known.includes(file) ||
      readFileSync(join(generated, file), 'utf8') !== readFileSync(join(committed, file), 'utf8'),
  );
  const surplus = partial ? [] : known.filter((file) => !fresh.includes(file));
  return [...changed, ...surplus].sort();
}

const OPTIONS = {
  from: { type: 'string' },
  own: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const folder = values.from ?? (process.env[UPSTREAM_FOLDER_VARIABLE] || undefined);
  const output = mkdtempSync(join(tmpdir(), 'imports-'));
  try {
    importOwn(output);
    if (!values.own) {
      await importUpstream(output, folder);
    }
    const changed = differences(output, IMPORTS, values.own);
    if (values.check) {
      if (changed.length > 0) {
        console.error(`imports/ is not what npm run import writes: ${changed.join(', ')}`);
        process.exitCode = 1;
      }
      return;
    }
    mkdirSync(IMPORTS, { recursive: true });
    changed.forEach((file) => rmSync(join(IMPORTS, file), { force: true }));
    readdirSync(output).forEach((file) => copyFileSync(join(output, file), join(IMPORTS, file)));
    console.log(changed.length === 0 ? 'imports/ is up to date' : `written: ${changed.join(', ')}`);
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  });
}
