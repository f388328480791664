/**
 * `npx tsx scripts/schema.ts`: writes lib/schema/generated/, a validator for each kind, compiled ahead so that nothing compiles when
 * a chart is synthesized, and its schema, which is loaded only to explain a refusal.
 *
 *   --from DIR   take the other projects' definitions from this folder (default: $UPSTREAM_CRDS, else their releases)
 *   --own        take our own definitions only
 *   --check      write nothing; compare, and list what differs
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone';
import { build } from 'esbuild';
import { appBindingDefinition } from './crds/app-binding';
import { toAjvSchema, withSharedParts } from './crds/json-schema';
import { type CustomResourceDefinition, type JsonSchema } from './crds/model';
import { proxysqlDefinition } from './crds/proxysql';
import { loadUpstream, UPSTREAM_FOLDER_VARIABLE, UPSTREAM_SOURCES } from './crds/upstream';
import { objectMeta } from './crds/object-meta';
import { differences } from './import';

/** Where the validators are. */
export const GENERATED = resolve(__dirname, '..', 'lib', 'schema', 'generated');

/** A kind whose manifests are validated. */
export interface ValidatedKind {
  readonly kind: string;
  readonly apiVersion: string;
  /** Name of the module. */
  readonly module: string;
  readonly schema: JsonSchema;
}

const HEADER = '// Written by scripts/schema.ts from the definitions of the kinds.\n';

/** RFC 3339, as the API server reads times. */
const DATE_TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The kinds that are our own. */
export function ownKinds(): ValidatedKind[] {
  return [kindOf(proxysqlDefinition, 'proxysql'), kindOf(appBindingDefinition, 'app-binding')];
}

/** cert-manager's kinds that a chart has. A ClusterIssuer is an Issuer in all but its kind. */
export async function certManagerKinds(folder: string | undefined): Promise<ValidatedKind[]> {
  const source = UPSTREAM_SOURCES.find(({ group }) => group === 'cert-manager.io');
  const definitions = source === undefined ? [] : await loadUpstream(source, folder);
  const modules: { readonly [kind: string]: string } = {
    Certificate: 'certificate',
    Issuer: 'issuer',
    ClusterIssuer: 'issuer',
  };
  return definitions.flatMap((definition) => {
    const module = modules[definition.spec.names.kind];
    return module === undefined ? [] : [kindOf(definition, module)];
  });
}

function kindOf({ spec }: CustomResourceDefinition, module: string): ValidatedKind {
  const version = spec.versions.find(({ storage }) => storage);
  if (version === undefined) {
    throw new Error(`${spec.names.kind} has no stored version`);
  }
  const { properties, required = [], ...rest } = version.schema.openAPIV3Schema;
  // Nobody writes a status into a manifest, and the API server ignores it there.
  const manifest: JsonSchema = {
    ...rest,
    required: [...required, 'metadata'],
    properties: { ...properties, metadata: objectMeta(properties?.metadata), status: { type: 'object' } },
  };
  return { kind: spec.names.kind, apiVersion: `${spec.group}/${version.name}`, module, schema: manifest };
}

/** Writes the validators of these kinds into a folder. */
export async function writeValidators(kinds: readonly ValidatedKind[], folder: string): Promise<void> {
  const modules = new Map(kinds.map((kind): [string, JsonSchema] => [kind.module, kind.schema]));
  for (const [module, schema] of modules) {
    writeFileSync(join(folder, `${module}.js`), HEADER + (await validatorCode(schema)));
    writeFileSync(join(folder, `${module}.schema.js`), `${HEADER}module.exports = ${JSON.stringify(schema)};\n`);
  }
}

/** Writes the module that loads a kind's validator when it is first asked for. */
export function writeIndex(kinds: readonly ValidatedKind[], folder: string): void {
  const entries = [...kinds]
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    .map(({ kind, apiVersion, module }) =>
      [
        `  ${kind}: {`,
        `    apiVersion: '${apiVersion}',`,
        `    get validate() {\n      return require('./${module}.js');\n    },`,
        `    get schema() {\n      return require('./${module}.schema.js');\n    },`,
        '  },',
      ].join('\n'),
    );
  writeFileSync(join(folder, 'index.js'), `${HEADER}exports.kinds = {\n${entries.join('\n')}\n};\n`);
  writeFileSync(
    join(folder, 'index.d.ts'),
    `${HEADER}import { type Kinds } from '../kinds';\n\nexport declare const kinds: Kinds;\n`,
  );
}

/** Writes our definitions as a module: reading them from YAML takes longer than everything else that an app with the operator does. */
export function writeDefinitions(folder: string): void {
  const definitions = [proxysqlDefinition, appBindingDefinition];
  writeFileSync(
    join(folder, 'definitions.js'),
    `${HEADER}exports.definitions = [\n${definitions.map((definition) => JSON.stringify(definition)).join(',\n')},\n];\n`,
  );
  writeFileSync(
    join(folder, 'definitions.d.ts'),
    `${HEADER}import { type KubernetesObject } from '../../kubernetes';\n\nexport declare const definitions: readonly KubernetesObject[];\n`,
  );
}

async function validatorCode(schema: JsonSchema): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    inlineRefs: false,
    messages: false,
    // Types are given as lists for what may be a number or a string.
    allowUnionTypes: true,
    code: { source: true, lines: false, optimize: 2 },
    formats: { 'date-time': DATE_TIME, byte: BASE64 },
  });
  // Where in the schema an error comes from is said by the path of the value; spelled out for each error it would be half of the code.
  const code = standaloneCode(ajv, ajv.compile(withSharedParts(toAjvSchema(schema)))).replace(
    /schemaPath:"[^"]*",/g,
    '',
  );
  const bundled = await build({
    stdin: { contents: code, resolveDir: resolve(__dirname, '..') },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    write: false,
  });
  return bundled.outputFiles[0]?.text ?? '';
}

const OPTIONS = {
  from: { type: 'string' },
  own: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const folder = values.from ?? (process.env[UPSTREAM_FOLDER_VARIABLE] || undefined);
  const output = mkdtempSync(join(tmpdir(), 'validators-'));
  try {
    const others = values.own ? [] : await certManagerKinds(folder);
    await writeValidators([...ownKinds(), ...others], output);
    writeDefinitions(output);
    if (!values.own) {
      writeIndex([...ownKinds(), ...others], output);
    }
    const changed = differences(output, GENERATED, values.own);
    if (values.check) {
      if (changed.length > 0) {
        console.error(`lib/schema/generated/ is not what scripts/schema.ts writes: ${changed.join(', ')}`);
        process.exitCode = 1;
      }
      return;
    }
    mkdirSync(GENERATED, { recursive: true });
    changed.forEach((file) => rmSync(join(GENERATED, file), { force: true }));
    readdirSync(output).forEach((file) => copyFileSync(join(output, file), join(GENERATED, file)));
    console.log(changed.length === 0 ? 'lib/schema/generated/ is up to date' : `written: ${changed.join(', ')}`);
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
