import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { nodeImage, programFiles, proxysqlImage, writeImage } from './image-maker';
import { tarArchive } from './tar-archive';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'image-maker-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function tar(...args: string[]): string {
  return execFileSync('tar', args, { encoding: 'utf8', cwd: directory });
}

test('an archive can be unpacked by tar, with links, modes and long paths', () => {
  const long = `${'d'.repeat(80)}/${'f'.repeat(90)}`;
  const archive = tarArchive([
    { path: 'run/', mode: 0o700 },
    { path: 'run/tool', content: Buffer.from('#!'), mode: 0o755, owner: 999 },
    { path: 'run/link', linkTo: 'tool' },
    { path: long, content: Buffer.alloc(513, 'x') },
  ]);
  const listing = execFileSync('tar', ['-tvf', '-', '--numeric-owner'], { input: archive, encoding: 'utf8' });

  expect(listing).toMatch(/^drwx------ 0\/0 +0 1970-01-01 00:00 run\/$/m);
  expect(listing).toMatch(/^-rwxr-xr-x 999\/999 +2 .* run\/tool$/m);
  expect(listing).toMatch(/run\/link -> tool$/m);
  expect(listing).toContain(` 513 1970-01-01 00:00 ${long}\n`);
});

test('a path that no header can hold is refused by name', () => {
  const path = 'p'.repeat(101);

  expect(() => tarArchive([{ path, content: Buffer.from('') }])).toThrow(`The path '${path}' does not fit`);
});

test('the same files make the same image, other files another one', () => {
  const image = (content: string): string => {
    const file = join(directory, 'image.tar');
    writeImage({ name: 'test.invalid/x:1', layers: [[{ path: '/app/main.js', content }]], user: '999:999' }, file);
    return readFileSync(file).toString('base64');
  };

  expect(image('a')).toBe(image('a'));
  expect(image('a')).not.toBe(image('b'));
});

test('an image says its name, its command and its layers', () => {
  const file = join(directory, 'image.tar');

  const digest = writeImage(nodeImage('docker.io/x/y:2', [{ path: '/app/main.js', content: '1' }]), file);

  tar('-xf', file);
  const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { manifests: object[] };
  expect(index.manifests).toMatchObject([{ digest, annotations: { 'io.containerd.image.name': 'docker.io/x/y:2' } }]);
  const blob = (of: string): string => join(directory, 'blobs', of.replace(':', '/'));
  const manifest = JSON.parse(readFileSync(blob(digest), 'utf8')) as {
    layers: { digest: string }[];
    config: { digest: string };
  };
  expect(manifest.layers).toHaveLength(2);
  expect(JSON.parse(readFileSync(blob(manifest.config.digest), 'utf8'))).toMatchObject({
    os: 'linux',
    config: { Entrypoint: ['node'], User: '999:999' },
  });
  expect(tar('-tf', blob(manifest.layers[0]?.digest ?? ''))).toContain('usr/local/bin/node\n');
});

test('a program brings the libraries that it is linked with', () => {
  const files = programFiles(process.execPath, '/usr/bin/thing');

  expect(files[0]).toMatchObject({ path: '/usr/bin/thing', mode: 0o755 });
  expect(files.slice(1).map(({ path }) => path)).toEqual(expect.arrayContaining([expect.stringMatching(/libc\.so/)]));
});

test('a ProxySQL of this machine stands in for the official image', () => {
  const image = proxysqlImage('/bin/true', '2.7.3');

  expect(image.name).toBe('docker.io/proxysql/proxysql:2.7.3');
  expect(image.layers.flat().map(({ path }) => path)).toContain('/usr/bin/proxysql');
});
