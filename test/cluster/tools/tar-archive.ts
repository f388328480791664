/** One entry of an archive: a file, a directory when `path` ends with a slash, or a symbolic link. */
export interface TarEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly content?: Buffer;
  /** Makes the entry a symbolic link to this path. */
  readonly linkTo?: string;
  /** @default 0755 for directories and links, 0644 for files */
  readonly mode?: number;
  /** Owner and group. @default 0 */
  readonly owner?: number;
}

const block = 512;

/** The ustar archive of the entries, in their order. The same entries always give the same bytes. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0);
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const isDirectory = entry.path.endsWith('/');
  const isLink = entry.linkTo !== undefined;
  const { prefix, name } = split(entry.path);
  const buffer = Buffer.alloc(block);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  buffer.write(name, 0);
  buffer.write(octal(entry.mode ?? (isDirectory || isLink ? 0o755 : 0o644), 8), 100);
  buffer.write(octal(entry.owner ?? 0, 8), 108);
  buffer.write(octal(entry.owner ?? 0, 8), 116);
  buffer.write(octal(size, 12), 124);
  buffer.write(octal(0, 12), 136); // 1970: when it was packed is nobody's business
  buffer.write('        ', 148);
  buffer.write(isLink ? '2' : isDirectory ? '5' : '0', 156);
  buffer.write(entry.linkTo ?? '', 157);
  buffer.write('ustar\u000000', 257);
  buffer.write(prefix, 345);
  const checksum = buffer.reduce((sum, byte) => sum + byte, 0);
  buffer.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return buffer;
}

/** A path of more than 100 bytes is cut at a slash: up to 155 bytes go into a field of their own. */
function split(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) {
    return { prefix: '', name: path };
  }
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100 && name !== '') {
      return { prefix, name };
    }
  }
  throw new Error(`The path '${path}' does not fit into a tar header; shorten it.`);
}
