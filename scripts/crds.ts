/**
 * `npx tsx scripts/crds.ts`: writes crds/*.yaml from the parts in scripts/crds/.
 *
 *   --check      write nothing; compare, and list what differs
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { stringify } from 'yaml';
import { appBindingDefinition } from './crds/app-binding';
import { type CustomResourceDefinition } from './crds/model';
import { proxysqlDefinition } from './crds/proxysql';

/** Our own definitions. */
export const DEFINITIONS: readonly CustomResourceDefinition[] = [proxysqlDefinition, appBindingDefinition];

/** The folder that the definitions are written to. */
export const DEFINITIONS_FOLDER = resolve(__dirname, '..', 'crds');

/** Every file in crds/ by its name, with its text. */
export async function definitionFiles(): Promise<Map<string, string>> {
  const files = DEFINITIONS.map(async (definition): Promise<[string, string]> => [
    `${definition.spec.group}_${definition.spec.names.plural}.yaml`,
    `# Written by scripts/crds.ts from the parts in scripts/crds/: edit those.\n${await toYaml(definition)}`,
  ]);
  return new Map(await Promise.all(files));
}

function toYaml(definition: CustomResourceDefinition): Promise<string> {
  // Aliases are legal YAML, but not every reader of Kubernetes manifests knows them.
  const text = stringify(definition, { aliasDuplicateObjects: false, lineWidth: 0 });
  return format(text, { parser: 'yaml', singleQuote: true, printWidth: 120 });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const files = [...(await definitionFiles())];
  if (values.check) {
    const changed = files.filter(([file, text]) => committed(file) !== text).map(([file]) => file);
    if (changed.length > 0) {
      console.error(`crds/ is not what scripts/crds.ts writes: ${changed.join(', ')}`);
      process.exitCode = 1;
    }
    return;
  }
  mkdirSync(DEFINITIONS_FOLDER, { recursive: true });
  for (const [file, text] of files) {
    writeFileSync(join(DEFINITIONS_FOLDER, file), text);
    console.log(`crds/${file}: ${Buffer.byteLength(text)} bytes`);
  }
}

function committed(file: string): string | undefined {
  const path = join(DEFINITIONS_FOLDER, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
