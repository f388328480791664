import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type CustomResourceDefinition, type JsonSchema } from './model';

/** Custom resource definitions of another project that this one has types and validators for. */
export interface UpstreamSource {
  /** The API group; also the name of the generated file. */
  readonly group: string;
  /** The pinned release. */
  readonly version: string;
  /** The release's own file. */
  readonly url: string;
  /** The kinds that are taken from it, in the order in which they are generated. */
  readonly kinds: readonly string[];
}

/** All of them: the one place where their versions are pinned. */
export const UPSTREAM_SOURCES: readonly UpstreamSource[] = [
  {
    group: 'cert-manager.io',
    version: 'v1.21.1',
    url: 'https://github.com/cert-manager/cert-manager/releases/download/v1.21.1/cert-manager.crds.yaml',
    kinds: ['Certificate', 'Issuer', 'ClusterIssuer', 'CertificateRequest'],
  },
  {
    group: 'monitoring.coreos.com',
    version: 'v0.93.0',
    url: 'https://github.com/prometheus-operator/prometheus-operator/releases/download/v0.93.0/stripped-down-crds.yaml',
    kinds: ['ServiceMonitor', 'PrometheusRule'],
  },
];

/** Environment variable with a folder of `<group>-<version>.yaml` files, for machines without a network. */
export const UPSTREAM_FOLDER_VARIABLE = 'UPSTREAM_CRDS';

/**
 * Reads a source's definitions, from a folder if one is given and else from the project's release. Descriptions are dropped, so that both give the same.
 */
export async function loadUpstream(source: UpstreamSource, folder?: string): Promise<CustomResourceDefinition[]> {
  const text = folder === undefined ? await download(source) : readFromFolder(source, folder);
  const documents = parseAllDocuments(text).map((document) => document.toJS() as CustomResourceDefinition | null);
  return source.kinds.map((kind) => {
    const found = documents.find(
      (document) => document?.spec?.group === source.group && document.spec.names.kind === kind,
    );
    if (!found) {
      throw new Error(`${source.group} ${source.version} has no CustomResourceDefinition of kind ${kind}`);
    }
    return withoutDescriptions(found);
  });
}

function readFromFolder(source: UpstreamSource, folder: string): string {
  const file = join(folder, `${source.group}-${source.version}.yaml`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function download(source: UpstreamSource): Promise<string> {
  let response: Response;
  try {
    response = await fetch(source.url, { signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    throw new Error(
      `cannot download ${source.url}: ${(error as Error).message}. Without a network, put the file into a folder as ` +
        `${source.group}-${source.version}.yaml and name the folder with --from or ${UPSTREAM_FOLDER_VARIABLE}.`,
      { cause: error },
    );
  }
  if (!response.ok) {
    throw new Error(`cannot download ${source.url}: the server answered ${response.status}`);
  }
  return response.text();
}

/** The version-wise schemas without `description` keywords; a property that is called so stays. */
function withoutDescriptions(crd: CustomResourceDefinition): CustomResourceDefinition {
  const versions = crd.spec.versions.map((version) => ({
    ...version,
    schema: { openAPIV3Schema: stripDescriptions(version.schema.openAPIV3Schema) },
  }));
  return { ...crd, spec: { ...crd.spec, versions } };
}

/** A schema without the `description` of any of its parts. */
export function stripDescriptions(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== 'description')),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, stripDescriptions(value)]),
      ),
    }),
    ...(items && { items: stripDescriptions(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean' ? additionalProperties : stripDescriptions(additionalProperties),
    }),
  };
}
