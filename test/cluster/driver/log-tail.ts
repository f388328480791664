import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last lines of a file, without reading more of it than needed; empty when there is no file. */
export function logTail(file: string, lines = 20): string {
  const most = 64 << 10;
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, most));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString().trimEnd().split('\n').slice(-lines).join('\n');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
