import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PACKAGE_VERSION } from '../../lib/package-version';
import { readOciArchive, type UnpackedImage } from './oci-archive';

const ROOT = resolve(__dirname, '../..');
const HOME = '/opt/cdk8s-proxysql';
const MEGABYTE = 1e6;
const NODE_MAJOR = Number(process.versions.node.split('.')[0]);

interface Bill {
  readonly components: readonly {
    readonly name: string;
    readonly group?: string;
    readonly purl: string;
    readonly version: string;
  }[];
}

let folder: string;
let archive: string;
let tree: string;
let image: UnpackedImage;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
  archive = join(folder, 'image.tar');
  tree = join(folder, 'tree');
  const script = ['--import', 'tsx', 'scripts/image.ts', '--archive', archive, '--tree', tree];
  execFileSync(process.execPath, script, { cwd: ROOT, stdio: 'pipe' });
  image = readOciArchive(archive);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

const text = (path: string): string => image.files.get(path)?.content.toString() ?? '';
const bill = (): Bill => JSON.parse(text(`${HOME}/sbom.cdx.json`)) as Bill;

function filesIn(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

describe('the image of operator and sidecar', () => {
  // It is made of the Node that makes it, and newer ones are larger.
  (NODE_MAJOR === 20 ? test : test.skip)('with Node 20 it is not larger than 100 MB', () => {
    expect(statSync(archive).size).toBeLessThan(100 * MEGABYTE);
  });

  test('beside Node there are not more than 12 MB', () => {
    const node = image.files.get('/usr/local/bin/node')?.content.length ?? 0;
    expect(node).toBeGreaterThan(50 * MEGABYTE);
    expect(statSync(archive).size - node).toBeLessThan(12 * MEGABYTE);
  });

  test('the tree that the Containerfile copies holds the same files with the same modes', () => {
    expect(filesIn(tree).sort()).toEqual([...image.files.keys()].sort());
    for (const [path, { content, mode }] of image.files) {
      const file = join(tree, path);
      expect({ path, same: readFileSync(file).equals(content), mode: statSync(file).mode & 0o7777 }).toEqual({
        path,
        same: true,
        mode,
      });
    }
  });

  test('the Containerfile describes the same image', () => {
    const lines = readFileSync(join(ROOT, 'image/Containerfile'), 'utf8').split('\n');
    const given = (instruction: string): string[] =>
      lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));
    expect(given('FROM')).toEqual(['scratch']);
    expect(given('COPY')).toEqual(['rootfs/ /']);
    expect(given('ENV')).toEqual(image.config.Env);
    expect(given('USER')).toEqual([image.config.User]);
    expect(given('WORKDIR')).toEqual([image.config.WorkingDir]);
    expect(given('ENTRYPOINT').map((line) => JSON.parse(line) as unknown)).toEqual([image.config.Entrypoint]);
    expect(given('CMD')).toEqual([]);
    expect(image.config.Cmd).toBeUndefined();
  });

  test('it runs as nobody who owns a file in it', () => {
    expect(image.config.User).toBe('999:999');
  });

  test('there is no other program in it than Node', () => {
    const programs = [...image.files].filter(([path, { mode }]) => (mode & 0o111) !== 0 && !/\.so(\.|$)/.test(path));
    expect(programs.map(([path]) => path)).toEqual(['/usr/local/bin/node']);
  });

  test('the same sources give the same bytes', () => {
    const again = join(folder, 'again.tar');
    const script = ['--import', 'tsx', 'scripts/image.ts', '--archive', again, '--tree', join(folder, 'again')];
    execFileSync(process.execPath, script, { cwd: ROOT, stdio: 'pipe' });
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
  });

  test('its bill of materials names Node, the libraries and every bundled package, each with its licence beside it', () => {
    const { components } = bill();
    const names = components.map(({ name, group }) => (group === undefined ? name : `${group}/${name}`));
    expect(names).toEqual(expect.arrayContaining(['node', 'pino', 'mysql2', 'prom-client']));
    expect(components.find(({ name }) => name === 'node')?.version).toBe(process.versions.node);
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
    for (const [index, { version }] of components.entries()) {
      const file = `/licenses/${names[index]?.replaceAll('/', '-')}-${version.replaceAll(/[^\w.+~-]/g, '-')}.txt`;
      expect([file, image.files.has(file)]).toEqual([file, true]);
    }
    expect(text('/licenses/LICENSE')).toContain('Apache License');
  });

  test('its bill of materials is the same wherever it was made', () => {
    expect(text(`${HOME}/sbom.cdx.json`)).not.toContain(ROOT);
    expect(text(`${HOME}/sidecar.js`)).not.toContain(ROOT);
  });
});

describe('the entry point', () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [join(tree, HOME, 'entry.js'), ...args], { env, encoding: 'utf8' });

  test('given no program, it says which there are', () => {
    const { status, stderr } = run([]);
    expect(stderr).toBe('There is no first argument. It must name the program to run: operator or sidecar.\n');
    expect(status).toBe(64);
  });

  test('given a program that does not exist, it names it', () => {
    const { status, stderr } = run(['sidecat']);
    expect(stderr).toBe('The first argument is "sidecat". It must name the program to run: operator or sidecar.\n');
    expect(status).toBe(64);
  });

  test('given the sidecar without its settings, the sidecar says what it needs', () => {
    const { status, stderr } = run(['sidecar']);
    expect(stderr).toContain('EXPECTED_NAMES is not set');
    expect(status).toBe(64);
  });

  test('given the operator, it takes what follows as its own arguments', () => {
    const { status, stdout } = run(['operator', '--version']);
    expect(stdout).toBe(`${PACKAGE_VERSION}\n`);
    expect(status).toBe(0);
  });
});
