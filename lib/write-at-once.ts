import { Yaml } from 'cdk8s';
import { writeFileSync } from 'node:fs';
import { manifestYaml } from './manifest-yaml';

/**
 * Lets cdk8s synthesize, and writes its files once all of them have come about, so that a manifest that cannot be written leaves no half of an
 * app behind. cdk8s has no place between rendering and writing for that, so its `Yaml.save` stands aside meanwhile.
 */
export function writeAtOnce(synthesize: () => void): void {
  const files: { readonly path: string; readonly text: string }[] = [];
  const { save } = Yaml;
  Yaml.save = (path, manifests) => {
    files.push({ path, text: manifestYaml(manifests) });
  };
  try {
    synthesize();
  } finally {
    Yaml.save = save;
  }
  for (const { path, text } of files) {
    writeFileSync(path, text);
  }
}
