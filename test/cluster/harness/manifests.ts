import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseAllDocuments } from 'yaml';

import { waitFor } from '../driver/wait';
import { type ApiClient } from './api-client';
import { isTrue, type KubeObject } from './kube-object';

/** A definition of a kind, as much of it as is looked at here. */
interface Definition extends KubeObject {
  spec: { group: string; names: { kind: string }; versions: { name: string }[] };
}

/** The objects in a file of YAML documents. */
export function readManifests(file: string): KubeObject[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return documents.map((document) => document.toJS() as KubeObject | null).filter((object) => object !== null);
}

/** The YAML files below a folder whose path matches, sorted; none when there is no such folder. */
export function yamlFiles(directory: string, matching = /\.ya?ml$/): string[] {
  if (!existsSync(directory)) {
    return [];
  }
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => matching.test(file) && /\.ya?ml$/.test(file) && !file.includes('node_modules'))
    .sort();
}

/** The definitions in all YAML files of a folder. */
export function readDefinitions(directory: string): Definition[] {
  return yamlFiles(directory)
    .flatMap(readManifests)
    .filter(({ kind }) => kind === 'CustomResourceDefinition') as Definition[];
}

/** Installs definitions, and waits until their kinds are served. */
export async function installDefinitions(admin: ApiClient, definitions: readonly Definition[]): Promise<void> {
  await Promise.all(definitions.map((definition) => admin.apply(definition)));
  await Promise.all(
    definitions.map(async (definition) => {
      await admin.until(definition, (seen) => isTrue(seen, 'Established'));
      // An established kind can still be missing for a moment in what the API server says that it serves.
      const { group, names, versions } = definition.spec;
      const served = versions.map(({ name }) => ({ apiVersion: `${group}/${name}`, kind: names.kind }));
      await waitFor(`${names.kind} to be served`, () => Promise.all(served.map((kind) => admin.isNamespaced(kind))));
    }),
  );
}
