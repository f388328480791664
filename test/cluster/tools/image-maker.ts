import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

import { tarArchive, type TarEntry } from './tar-archive';

/** A file of an image: its absolute path there, and what is in it. */
export interface ImageFile {
  readonly path: string;
  readonly content: Buffer | string;
  /** @default 0644 */
  readonly mode?: number;
}

/** What an image is to be. */
export interface ImageSpec {
  /** Full name with registry and tag, as pods use it, e.g. docker.io/proxysql/proxysql:2.7.3. */
  readonly name: string;
  /** Each list becomes a layer; put what changes last. */
  readonly layers: readonly (readonly ImageFile[])[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** e.g. 999:999. @default root */
  readonly user?: string;
  /** @default / */
  readonly workingDirectory?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const media = 'application/vnd.oci.image';
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes an image as an OCI archive, which `ctr images import` and every other tool of the trade can read. No daemon and no
 * registry takes part, and the same files always give the same bytes.
 * @returns the digest of the image's manifest
 */
export function writeImage(spec: ImageSpec, file: string): string {
  const blobs = new Map<string, Buffer>();
  const put = (mediaType: string, content: Buffer): Descriptor => {
    const hash = createHash('sha256').update(content).digest('hex');
    blobs.set(hash, content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const putJson = (mediaType: string, content: unknown): Descriptor =>
    put(mediaType, Buffer.from(JSON.stringify(content)));

  const layers = spec.layers.map((files) => put(`${media}.layer.v1.tar`, tarArchive(entriesOf(files))));
  const config = putJson(`${media}.config.v1+json`, {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      Entrypoint: spec.entrypoint,
      Cmd: spec.command,
      Env: Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...spec.env }).map(
        ([name, value]) => `${name}=${value}`,
      ),
      User: spec.user,
      WorkingDir: spec.workingDirectory ?? '/',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = putJson(`${media}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${media}.manifest.v1+json`,
    config,
    layers,
  });
  const tag = spec.name.replace(/^.*:/, '');
  const annotations = { 'io.containerd.image.name': spec.name, 'org.opencontainers.image.ref.name': tag };
  const index = { schemaVersion: 2, mediaType: `${media}.index.v1+json`, manifests: [{ ...manifest, annotations }] };
  writeFileSync(
    file,
    tarArchive([
      { path: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
      { path: 'index.json', content: Buffer.from(JSON.stringify(index)) },
      ...[...blobs].map(([hash, content]) => ({ path: `blobs/sha256/${hash}`, content })),
    ]),
  );
  return manifest.digest;
}

/** The files as archive entries, after the directories they lie in. */
function entriesOf(files: readonly ImageFile[]): TarEntry[] {
  const directories = new Set<string>();
  for (const { path } of files) {
    for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) {
      directories.add(parent);
    }
  }
  return [
    ...[...directories].sort().map((path) => ({ path: `${path.slice(1)}/`, mode: path === '/tmp' ? 0o1777 : 0o755 })),
    ...files.map(({ path, content, mode }) => ({ path: path.slice(1), content: Buffer.from(content), mode })),
  ];
}

/** A program of this machine together with the shared libraries it is linked with; `path` is where it will lie. */
export function programFiles(binary: string, path: string): ImageFile[] {
  const own = { path, content: readFileSync(binary), mode: 0o755 };
  const libraries = sharedLibraries(binary).map((library) => ({
    path: library,
    content: readFileSync(library),
    mode: 0o755,
  }));
  return [own, ...libraries];
}

/** Absolute paths of the libraries, and of the loader, that a program needs; none when it is static. */
function sharedLibraries(binary: string): string[] {
  let output: string;
  try {
    output = execFileSync('ldd', [binary], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return [];
  }
  const missing = /^\s*(\S+) => not found$/m.exec(output);
  if (missing !== null) {
    throw new Error(`${binary} needs the library ${missing[1]}, which this machine does not have.`);
  }
  return [...output.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, library]) => library as string).sort();
}

/** The users that images know by name. */
export const userFiles: readonly ImageFile[] = [
  { path: '/etc/passwd', content: 'root:x:0:0::/:/bin/false\nproxysql:x:999:999::/:/bin/false\n' },
  { path: '/etc/group', content: 'root:x:0:\nproxysql:x:999:\n' },
  { path: '/etc/nsswitch.conf', content: 'hosts: files dns\n' },
];

/** An image that runs JavaScript: this very Node, and the files given. */
export function nodeImage(name: string, files: readonly ImageFile[], more: Partial<ImageSpec> = {}): ImageSpec {
  const base = [...userFiles, ...programFiles(process.execPath, '/usr/local/bin/node')];
  return { name, layers: files.length === 0 ? [base] : [base, files], entrypoint: ['node'], user: '999:999', ...more };
}

/** An image that stands in for the official one of ProxySQL, made of a `proxysql` program of this machine. */
export function proxysqlImage(binary: string, version: string): ImageSpec {
  return {
    name: `docker.io/proxysql/proxysql:${version}`,
    layers: [[...userFiles, ...programFiles(binary, '/usr/bin/proxysql')]],
    command: ['proxysql', '-f'],
  };
}
