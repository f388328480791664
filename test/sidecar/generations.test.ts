import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ProxySQLFiles } from '../../lib/proof/assemble';
import { Generations, writeWhole } from '../../sidecar/generations';
import { authority, type Issued, leaf } from './support/pki';

describe('Generations', () => {
  let folder: string;
  let first: ProxySQLFiles;
  let second: ProxySQLFiles;
  let generations: Generations;

  beforeAll(async () => {
    const root = await authority('Root');
    const files = (issued: Issued): ProxySQLFiles => ({
      'proxysql-cert.pem': issued.pem,
      'proxysql-key.pem': issued.keyPem,
      'proxysql-ca.pem': root.pem,
    });
    first = files(await leaf(root));
    second = files(await leaf(root));
  });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'generations-'));
    generations = again();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (...names: string[]): string => path.join(folder, ...names);
  /** As after a crash. */
  const again = (): Generations => new Generations(at('tls'), at('data'));
  const served = (): string => readFileSync(at('data', 'proxysql-cert.pem'), 'utf8');

  it('finds nothing at first', async () => {
    expect(await generations.load()).toEqual({ former: [] });
  });

  it('installs a set under the links of the datadir, and finds it again', async () => {
    await generations.load();
    const set = await generations.install(first);

    expect(served()).toBe(first['proxysql-cert.pem']);
    expect(readlinkSync(at('tls', 'current'))).toBe(set.id);
    expect(await again().load()).toMatchObject({ installed: set });
    expect(await again().currentFiles()).toEqual(first);
  });

  it('makes the key readable for its owner alone, whatever the umask', async () => {
    await generations.load();
    const before = process.umask(0o277);
    try {
      await generations.install(first);
    } finally {
      process.umask(before);
    }

    expect(statSync(at('tls')).mode & 0o777).toBe(0o700);
    expect(statSync(at('data', 'proxysql-key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(at('data', 'proxysql-cert.pem')).mode & 0o777).toBe(0o644);
  });

  it('goes from one set to the other and back, and removes what is not kept', async () => {
    await generations.load();
    const one = await generations.install(first);
    const two = await generations.install(second);
    expect(served()).toBe(second['proxysql-cert.pem']);
    await generations.select(one.id);
    expect(served()).toBe(first['proxysql-cert.pem']);

    await generations.note({ lastGoodId: one.id });
    await generations.prune([one.id]);
    expect(existsSync(at('tls', two.id))).toBe(false);
    expect(readdirSync(at('tls')).sort()).toEqual([one.id, 'current', 'notes.json'].sort());
    expect(served()).toBe(first['proxysql-cert.pem']);
  });

  it('keeps notes across a crash, each beside the others, for its owner alone', async () => {
    await generations.load();
    const set = await generations.install(first);
    const former = [{ pem: first['proxysql-ca.pem'], since: 1 }];
    await generations.note({ lastGoodId: set.id, former });
    await generations.note({ loadedId: set.id });

    expect(await again().load()).toEqual({ installed: set, lastGood: set, loadedId: set.id, former });
    expect(statSync(at('tls', 'notes.json')).mode & 0o777).toBe(0o600);
  });

  it('takes unreadable notes for none, and a good set that is gone for absent', async () => {
    await generations.load();
    const set = await generations.install(first);
    await generations.note({ lastGoodId: 'gone' });
    expect(await again().load()).toEqual({ installed: set, former: [] });

    writeFileSync(at('tls', 'notes.json'), '{"lastGoo');
    expect(await again().load()).toEqual({ installed: set, former: [] });
  });

  it('takes a set that is not whole for absent, and writes it anew', async () => {
    await generations.load();
    const set = await generations.install(first);
    rmSync(at('tls', set.id, 'proxysql-ca.pem'));
    expect((await again().load()).installed).toBeUndefined();
    writeFileSync(at('tls', set.id, 'proxysql-ca.pem'), '');
    writeFileSync(at('tls', set.id, 'proxysql-cert.pem'), 'garbage');
    expect((await again().load()).installed).toBeUndefined();

    await again().install(first);
    expect(await again().currentFiles()).toEqual(first);
  });

  it('writes a set once', async () => {
    await generations.load();
    const { id } = await generations.install(first);
    const { ino } = statSync(at('tls', id));
    await generations.install(second);

    await generations.install(first);

    expect(statSync(at('tls', id)).ino).toBe(ino);
  });

  it('installs a set though a crash left links half made', async () => {
    await generations.load();
    mkdirSync(at('data'));
    symlinkSync('nowhere', at('tls', 'current.draft'));
    symlinkSync('nowhere', at('data', 'proxysql-key.pem.draft'));

    await generations.install(first);

    expect(await again().currentFiles()).toEqual(first);
    expect(readFileSync(at('data', 'proxysql-key.pem'), 'utf8')).toBe(first['proxysql-key.pem']);
  });

  it('touches nothing where a set is the current one already, so that a full disk stops no sidecar that comes back', async () => {
    await generations.load();
    const { id } = await generations.install(first);
    const links = ['tls/current', 'data/proxysql-cert.pem'];
    const inodes = (): number[] => links.map((link) => lstatSync(at(link)).ino);
    const before = inodes();

    await again().select(id);

    expect(inodes()).toEqual(before);
  });

  it('leaves no more than one draft behind, however often it fails, and none once it succeeds', async () => {
    await generations.load();
    const full = {
      ...first,
      get 'proxysql-key.pem'(): string {
        throw new Error('ENOSPC: no space left on device');
      },
    };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(generations.install(full)).rejects.toThrow('ENOSPC');
    }
    expect(readdirSync(at('tls'))).toHaveLength(1);

    const { id } = await generations.install(first);

    expect(await again().currentFiles()).toEqual(first);
    expect(readdirSync(at('tls')).sort()).toEqual([id, 'current'].sort());
  });

  it('replaces files of ProxySQL itself, and links that lead elsewhere', async () => {
    mkdirSync(at('data'));
    writeFileSync(at('data', 'proxysql-cert.pem'), 'made up by ProxySQL');
    symlinkSync('/nowhere', at('data', 'proxysql-key.pem'));
    await generations.load();
    await generations.install(first);

    expect(served()).toBe(first['proxysql-cert.pem']);
    expect(readFileSync(at('data', 'proxysql-key.pem'), 'utf8')).toBe(first['proxysql-key.pem']);
  });

  it('says so when it cannot write, and leaves nothing behind', async () => {
    mkdirSync(at('file.json'));

    await expect(writeWhole(at('file.json'), 'content', 0o600)).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder)).toEqual(['file.json']);
  });

  it('writes anew, and nowhere else, what a crash left half written', async () => {
    writeFileSync(at('elsewhere'), 'untouched');
    symlinkSync(at('elsewhere'), at('file.json.draft'));

    await writeWhole(at('file.json'), 'content', 0o600);

    expect(readFileSync(at('file.json'), 'utf8')).toBe('content');
    expect(readFileSync(at('elsewhere'), 'utf8')).toBe('untouched');
    expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'file.json']);
  });
});
