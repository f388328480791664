import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type Manifests, manifestsIn } from './manifests';

/** What a file holds; one that cannot be read holds nothing, and why is told. `-` is standard input. */
export function readManifests(file: string): Manifests {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    return unreadable(file, reasonOf(error as NodeJS.ErrnoException));
  }
  if (!isUtf8(bytes)) {
    return unreadable(file, 'is not text in UTF-8. Name a file with YAML or JSON.');
  }
  return manifestsIn(file, new TextDecoder().decode(bytes));
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file. Correct the path.';
    case 'EISDIR':
      return 'is a directory. Name the files in it, as in directory/*.yaml.';
    case 'EACCES':
      return 'may not be read. Change its permissions, or run as a user who may.';
    default:
      return `cannot be read (${message}). Name a file with YAML or JSON.`;
  }
}

function unreadable(file: string, sentence: string): Manifests {
  return { manifests: [], unreadable: [{ file, sentence }] };
}
