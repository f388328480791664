import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readMountedFolder, sameFiles } from '../../sidecar/mounted-folder';
import { eventually } from './support/wait';
import { mountSecret } from './support/secret-mount';

describe('readMountedFolder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mount-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = async (): Promise<Record<string, string>> =>
    Object.fromEntries([...(await readMountedFolder(folder))].map(([name, bytes]) => [name, bytes.toString()]));

  it('reads a Secret by its keys, and what replaced it', async () => {
    mountSecret(folder, { username: 'a', password: 'b' });
    expect(await read()).toEqual({ password: 'b', username: 'a' });

    mountSecret(folder, { username: 'c' });
    expect(await read()).toEqual({ username: 'c' });
  });

  it('reads a folder without the links of the kubelet, and no folders in it', async () => {
    mkdirSync(path.join(folder, 'lost+found'));
    mkdirSync(path.join(folder, '..data'));
    writeFileSync(path.join(folder, 'key'), 'value');

    expect(await read()).toEqual({ key: 'value' });
  });

  it('reads a folder that is not there, or empty, as empty', async () => {
    expect(await read()).toEqual({});
    rmSync(folder, { recursive: true });
    expect(await read()).toEqual({});
  });

  it('says what is wrong with a folder that is a file', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');

    await expect(read()).rejects.toThrow(/ENOTDIR/);
  });

  it('takes no folder for empty in which a file cannot be found', async () => {
    writeFileSync(path.join(folder, 'present'), '');
    symlinkSync('nowhere', path.join(folder, 'vanished'));

    await expect(read()).rejects.toThrow(/ENOENT/);
  });

  it('gives up where the link of the kubelet leads nowhere', async () => {
    symlinkSync('..2026_gone', path.join(folder, '..data'));

    await expect(read()).rejects.toThrow(/ENOENT/);
  });

  it('never mixes two states, however fast they follow each other', async () => {
    mountSecret(folder, { left: '0', right: '0' });
    let reading = true;
    let mixed = false;
    const swaps = (async () => {
      for (let round = 1; reading; round += 1) {
        mountSecret(folder, { left: String(round), right: String(round) });
        await new Promise((resolve) => setTimeout(resolve, round % 4));
      }
    })();
    const seen = new Set<string | undefined>();
    try {
      await eventually('many states were read', async () => {
        // Swaps that leave no time to read make it give up, but never make it mix.
        const { left, right } = await read().catch((): Record<string, string> => ({ left: '0', right: '0' }));
        mixed = mixed || left !== right || left === undefined;
        return seen.add(left).size >= 20;
      });
    } finally {
      reading = false;
      await swaps;
    }

    expect(mixed).toBe(false);
  });
});

describe('sameFiles', () => {
  const files = (data: Record<string, string>): Map<string, Buffer> =>
    new Map(Object.entries(data).map(([name, text]) => [name, Buffer.from(text)]));

  it.each<[Record<string, string>, Record<string, string>, boolean]>([
    [{}, {}, true],
    [{ a: '1', b: '2' }, { b: '2', a: '1' }, true],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, { b: '1' }, false],
    [{ a: '1' }, { a: '1', b: '2' }, false],
  ])('%j and %j: %s', (left, right, same) => {
    expect(sameFiles(files(left), files(right))).toBe(same);
  });
});
