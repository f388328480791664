/** `npx tsx scripts/crds.ts`: writes crds/*.yaml from the parts in scripts/crds/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { stringify } from 'yaml';
import { appBindingDefinition } from './crds/app-binding';
import { type CustomResourceDefinition } from './crds/model';
import { proxysqlDefinition } from './crds/proxysql';

const DEFINITIONS: readonly CustomResourceDefinition[] = [proxysqlDefinition, appBindingDefinition];

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
  mkdirSync(DEFINITIONS_FOLDER, { recursive: true });
  for (const [file, text] of await definitionFiles()) {
    writeFileSync(join(DEFINITIONS_FOLDER, file), text);
    console.log(`crds/${file}: ${Buffer.byteLength(text)} bytes`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
