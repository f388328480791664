/**
 * Writes docs/api.md from what jsii says the public API is, and lists public members that nobody has described.
 *
 *   --check   write nothing; fail where the page differs or a description is missing
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const PAGE = join(ROOT, 'docs', 'api.md');

interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
  readonly returns?: string;
  readonly custom?: { readonly throws?: string };
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: string; readonly elementtype: TypeReference };
}

interface Value {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly variadic?: boolean;
}

interface Property extends Value {
  readonly docs?: Docs;
  readonly static?: boolean;
  readonly const?: boolean;
}

interface Method {
  readonly name: string;
  readonly docs?: Docs;
  readonly static?: boolean;
  readonly parameters?: readonly Value[];
  readonly returns?: { readonly type: TypeReference };
}

interface Type {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly abstract?: boolean;
  readonly docs?: Docs;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly initializer?: { readonly parameters?: readonly Value[] };
  readonly properties?: readonly Property[];
  readonly methods?: readonly Method[];
  readonly members?: readonly { readonly name: string; readonly docs?: Docs }[];
}

function readAssembly(): Type[] {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    const file = join(folder, 'assembly.json');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'jsii.ts'), `--assembly=${file}`],
      { encoding: 'utf8' },
    );
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    const { types } = JSON.parse(readFileSync(file, 'utf8')) as { readonly types: { readonly [fqn: string]: Type } };
    return Object.values(types).sort((one, other) => one.name.localeCompare(other.name, 'en'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function named(fqn: string): string {
  return fqn.slice(fqn.lastIndexOf('.') + 1);
}

function typeName({ primitive, fqn, collection }: TypeReference): string {
  if (collection !== undefined) {
    const element = typeName(collection.elementtype);
    return collection.kind === 'array' ? `${element}[]` : `{ [key: string]: ${element} }`;
  }
  return fqn === undefined ? (primitive ?? 'unknown') : named(fqn);
}

function signature(parameters: readonly Value[] = []): string {
  return `(${parameters
    .map(({ name, type, optional, variadic }) => {
      return `${variadic === true ? '...' : ''}${name}${optional === true && variadic !== true ? '?' : ''}: ${typeName(type)}${variadic === true ? '[]' : ''}`;
    })
    .join(', ')})`;
}

/** All of a description in one paragraph. */
function describe(docs: Docs = {}): string {
  const { summary, remarks, returns, custom: { throws } = {}, default: standard } = docs;
  return [
    summary,
    remarks,
    returns && `Returns ${returns}.`,
    throws && `Throws ${throws}.`,
    standard && `Default: \`${standard.replaceAll('`', '')}\`.`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

function entry(code: string, docs: Docs | undefined): string {
  const text = describe(docs);
  return text === '' ? `- \`${code}\`` : `- \`${code}\` – ${text}`;
}

function heading(type: Type, known: ReadonlySet<string>): string[] {
  const parents = [type.base, ...(type.interfaces ?? [])].filter((parent) => parent !== undefined).map(named);
  const links = parents.map((name) => (known.has(name) ? `[${name}](#${name.toLowerCase()})` : `\`${name}\``));
  const kind =
    type.datatype === true ? 'props' : type.abstract === true && type.kind === 'class' ? 'abstract class' : type.kind;
  return [
    `## ${type.name}`,
    '',
    `*${kind}*${links.length === 0 ? '' : `, extends ${links.join(', ')}`}`,
    '',
    ...(describe(type.docs) === '' ? [] : [describe(type.docs), '']),
  ];
}

function section(type: Type, known: ReadonlySet<string>): string[] {
  const { initializer, abstract, name, properties = [], methods = [], members = [] } = type;
  const entries = [
    ...(initializer === undefined || abstract === true
      ? []
      : [`- \`new ${name}${signature(initializer.parameters)}\``]),
    ...methods
      .filter((method) => method.static === true)
      .map((method) => entry(`${name}.${method.name}${signature(method.parameters)}${result(method)}`, method.docs)),
    ...properties.map((property) => {
      const prefix = property.static === true ? `${name}.` : '';
      return entry(
        `${prefix}${property.name}${property.optional === true ? '?' : ''}: ${typeName(property.type)}`,
        property.docs,
      );
    }),
    ...methods
      .filter((method) => method.static !== true)
      .map((method) => entry(`${method.name}${signature(method.parameters)}${result(method)}`, method.docs)),
    ...members.map((member) => entry(`${name}.${member.name}`, member.docs)),
  ];
  return [...heading(type, known), ...entries, ...(entries.length === 0 ? [] : [''])];
}

function result({ returns }: Method): string {
  return returns === undefined ? '' : `: ${typeName(returns.type)}`;
}

/** Public names without a word about them. A default says enough about a prop. */
function undocumented(types: readonly Type[]): string[] {
  return types.flatMap((type) => [
    ...(describe(type.docs) === '' ? [type.name] : []),
    ...[...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])]
      .filter(({ docs }) => describe(docs) === '')
      .map(({ name }) => `${type.name}.${name}`),
  ]);
}

function page(types: readonly Type[]): string {
  const known = new Set(types.map(({ name }) => name));
  return [
    '# API reference',
    '',
    'Everything that the package exports, written by `scripts/api-reference.ts` from the code. How it is used is in the',
    '[guide to the constructs](constructs.md). Types that are not listed here are those of cdk8s, cdk8s-plus-27 and constructs.',
    '',
    ...types.flatMap((type) => section(type, known)),
  ].join('\n');
}

function main(): void {
  const types = readAssembly();
  const missing = undocumented(types);
  if (missing.length > 0) {
    console.error(`Nothing describes ${missing.join(', ')}.`);
    process.exitCode = 1;
  }
  const text = page(types);
  if (!process.argv.includes('--check')) {
    writeFileSync(PAGE, text);
  } else if (readFileSync(PAGE, 'utf8') !== text) {
    console.error('docs/api.md is not what the code says; run npm run generate.');
    process.exitCode = 1;
  }
}

main();
