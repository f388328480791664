/**
 * `npx tsx scripts/core-schemas.ts FILE`: takes the schemas that a pod template needs out of Kubernetes' own OpenAPI document
 * (`api/openapi-spec/v3/api__v1_openapi.json` of a release) and writes them, without descriptions, to scripts/crds/core-v1.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';

/** The types that schemas of ours start from; what they refer to comes along. */
const ROOTS = [
  'Container',
  'EphemeralContainer',
  'HostAlias',
  'LocalObjectReference',
  'PodDNSConfig',
  'PodOS',
  'PodReadinessGate',
  'PodSecurityContext',
  'Toleration',
  'Volume',
].map((name) => `io.k8s.api.core.v1.${name}`);

const KEPT_KEYWORDS = [
  'type',
  'format',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
];

interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly properties?: { readonly [name: string]: OpenApiSchema };
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

type Schemas = { readonly [name: string]: OpenApiSchema };

function shortName(reference: string): string {
  return reference.slice(reference.lastIndexOf('.') + 1);
}

/** A schema with our keywords only; references are collected and become short names. */
function reduced(schema: OpenApiSchema, references: Set<string>): OpenApiSchema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = reference.slice('#/components/schemas/'.length);
    references.add(name);
    return { $ref: shortName(name) };
  }
  return {
    ...Object.fromEntries(
      KEPT_KEYWORDS.filter((keyword) => keyword in schema).map((keyword) => [keyword, schema[keyword]]),
    ),
    // Go's zero values are listed as defaults too, but say nothing.
    ...(schema.default && typeof schema.default !== 'object' ? { default: schema.default } : {}),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, value]) => [name, reduced(value, references)]),
      ),
    }),
    ...(schema.items && { items: reduced(schema.items, references) }),
    ...(schema.additionalProperties && { additionalProperties: reduced(schema.additionalProperties, references) }),
  };
}

function extract(schemas: Schemas): Schemas {
  const found = new Map<string, OpenApiSchema>();
  const pending = [...ROOTS];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const schema = schemas[name];
    if (schema === undefined) {
      throw new Error(`the document has no ${name}`);
    }
    if (!found.has(shortName(name))) {
      const references = new Set<string>();
      found.set(shortName(name), reduced(schema, references));
      pending.push(...references);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function main(file: string): Promise<void> {
  const document = JSON.parse(readFileSync(file, 'utf8')) as { components: { schemas: Schemas } };
  const text = await format(JSON.stringify(extract(document.components.schemas)), { parser: 'json', printWidth: 120 });
  writeFileSync(join(__dirname, 'crds', 'core-v1.json'), text);
}

const [input] = process.argv.slice(2);
if (input === undefined) {
  console.error('usage: npx tsx scripts/core-schemas.ts api__v1_openapi.json');
  process.exitCode = 2;
} else {
  main(input).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
