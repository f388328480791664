import { Yaml } from 'cdk8s';
import { writeFileSync } from 'node:fs';
import { manifestYaml } from './manifest-yaml';

/**
 * Lets cdk8s synthesize, and writes its files once all of them have come about, so that a manifest that cannot be written leaves no half of an
 * app behind. cdk8s has no place between rendering and writing for that, so its `Yaml.save` stands aside meanwhile.
 *
 * cdk8s names the file of a resource by kind and name alone, and so writes over those of other namespaces: here they share the file.
 */
export function writeAtOnce(synthesize: () => void): void {
  const files = new Map<string, Set<string>>();
  const { save } = Yaml;
  Yaml.save = (path, manifests) => {
    files.set(path, (files.get(path) ?? new Set()).add(manifestYaml(manifests)));
  };
  try {
    synthesize();
  } finally {
    Yaml.save = save;
  }
  for (const [path, texts] of files) {
    writeFileSync(path, [...texts].join('---\n'));
  }
}
