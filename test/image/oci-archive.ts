import { readFileSync } from 'node:fs';

/** An image as its archive has it. */
export interface UnpackedImage {
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Env?: readonly string[];
    readonly User?: string;
    readonly WorkingDir?: string;
  };
  /** By absolute path. */
  readonly files: ReadonlyMap<string, { readonly content: Buffer; readonly mode: number }>;
}

interface Descriptor {
  readonly digest: string;
}

/** Reads an OCI archive with one image whose layers are not compressed. */
export function readOciArchive(file: string): UnpackedImage {
  const archive = readTar(readFileSync(file));
  const json = <T>(path: string): T => JSON.parse(archive.get(path)?.content.toString() ?? '') as T;
  const blob = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`;
  const [first] = json<{ manifests: [Descriptor] }>('index.json').manifests;
  const manifest = json<{ config: Descriptor; layers: Descriptor[] }>(blob(first));
  const files = manifest.layers.flatMap((layer) => [...readTar(archive.get(blob(layer))?.content ?? Buffer.alloc(0))]);
  return {
    config: json<{ config: UnpackedImage['config'] }>(blob(manifest.config)).config,
    files: new Map(files.map(([path, entry]) => [`/${path}`, entry])),
  };
}

function readTar(bytes: Buffer): Map<string, { content: Buffer; mode: number }> {
  const entries = new Map<string, { content: Buffer; mode: number }>();
  const text = (at: number, start: number, length: number): string =>
    bytes
      .subarray(at + start, at + start + length)
      .toString()
      .replace(/\0.*$/s, '');
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const size = parseInt(text(at, 124, 12), 8);
    const prefix = text(at, 345, 155);
    const path = prefix === '' ? text(at, 0, 100) : `${prefix}/${text(at, 0, 100)}`;
    if (!path.endsWith('/')) {
      const content = bytes.subarray(at + 512, at + 512 + size);
      entries.set(path, { content, mode: parseInt(text(at, 100, 8), 8) });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
