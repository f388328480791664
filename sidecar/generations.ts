import { mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { type ProxySQLFiles } from '../lib/proof/assemble';
import { type CertificateSet, certificateSet, SET_FILES } from './certificate-set';
import { type FormerAuthority } from './trust';

/** The sets that are kept, and which of them is which. */
export interface InstalledState {
  /** The set that the datadir's links lead to. */
  readonly installed?: CertificateSet;
  /** The last one that was seen to be served. */
  readonly lastGood?: CertificateSet;
  /** Id of the one that ProxySQL was last made to load. */
  readonly loadedId?: string;
  readonly former: readonly FormerAuthority[];
}

const CURRENT = 'current';
const NOTES = 'notes.json';
/** Nothing is written twice at the same time, so one name is enough, and a crash leaves no more than one draft behind. */
const DRAFT = '.draft';
const KEY_MODE = 0o600;
const PUBLIC_MODE = 0o644;

interface Notes {
  readonly lastGoodId?: string;
  readonly loadedId?: string;
  readonly former?: readonly FormerAuthority[];
}

/**
 * Certificate sets on disk, one folder each, never changed once written. Which one ProxySQL reads is decided by one link, and that is
 * replaced by one rename: there is no moment at which files of two sets are mixed.
 */
export class Generations {
  private notes: Notes = {};

  /**
   * @param folder holds the sets; it must be on a file system in memory, since keys are in it
   * @param dataDir ProxySQL's datadir, which gets links
   */
  constructor(
    private readonly folder: string,
    private readonly dataDir: string,
  ) {}

  /** Finds out what is there, after a start or a crash; what is unreadable or half written counts as absent. */
  async load(): Promise<InstalledState> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.notes = await this.readNotes();
    const current = await readlink(path.join(this.folder, CURRENT)).catch(() => undefined);
    const installed = current === undefined ? undefined : await this.read(current);
    const { lastGoodId, loadedId, former = [] } = this.notes;
    const lastGood = lastGoodId === undefined ? undefined : await this.read(lastGoodId);
    return { installed, lastGood, loadedId, former };
  }

  /** Writes a set, unless it is there already, and makes it the one that the datadir's links lead to. */
  async install(files: ProxySQLFiles): Promise<CertificateSet> {
    const set = certificateSet(files);
    if ((await this.read(set.id))?.id !== set.id) {
      await this.write(set.id, files);
    }
    await this.select(set.id);
    return set;
  }

  /** Makes a set that is there the current one. */
  async select(id: string): Promise<void> {
    await leadTo(path.join(this.folder, CURRENT), id);
    await syncFolder(this.folder);
    await mkdir(this.dataDir, { recursive: true });
    for (const name of SET_FILES) {
      await leadTo(path.join(this.dataDir, name), path.join(this.folder, CURRENT, name));
    }
    await syncFolder(this.dataDir);
  }

  /** Remembers across a restart of the sidecar. */
  async note(notes: Notes): Promise<void> {
    this.notes = { ...this.notes, ...notes };
    await writeWhole(path.join(this.folder, NOTES), JSON.stringify(this.notes), KEY_MODE);
  }

  /** Removes all sets but these. */
  async prune(keep: readonly string[]): Promise<void> {
    const stay = new Set([...keep, CURRENT, NOTES]);
    for (const name of await readdir(this.folder)) {
      if (!stay.has(name)) {
        await rm(path.join(this.folder, name), { recursive: true, force: true });
      }
    }
  }

  /** The files of the current set. */
  async currentFiles(): Promise<ProxySQLFiles | undefined> {
    return await this.readFiles(CURRENT);
  }

  private async write(id: string, files: ProxySQLFiles): Promise<void> {
    const draft = path.join(this.folder, DRAFT);
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o755 });
    for (const name of SET_FILES) {
      await writeSynced(path.join(draft, name), files[name], name === 'proxysql-key.pem' ? KEY_MODE : PUBLIC_MODE);
    }
    await syncFolder(draft);
    await rm(path.join(this.folder, id), { recursive: true, force: true });
    await rename(draft, path.join(this.folder, id));
  }

  private async read(id: string): Promise<CertificateSet | undefined> {
    const files = await this.readFiles(id);
    try {
      return files && certificateSet(files);
    } catch {
      return undefined;
    }
  }

  private async readFiles(id: string): Promise<ProxySQLFiles | undefined> {
    try {
      const [cert, key, ca] = await Promise.all(
        SET_FILES.map(async (name) => await readFile(path.join(this.folder, id, name), 'utf8')),
      );
      return { 'proxysql-cert.pem': cert ?? '', 'proxysql-key.pem': key ?? '', 'proxysql-ca.pem': ca ?? '' };
    } catch {
      return undefined;
    }
  }

  private async readNotes(): Promise<Notes> {
    try {
      return JSON.parse(await readFile(path.join(this.folder, NOTES), 'utf8')) as Notes;
    } catch {
      return {};
    }
  }
}

/** Writes a file so that readers see all of it or the one before. */
export async function writeWhole(file: string, content: string, mode: number): Promise<void> {
  const draft = `${file}${DRAFT}`;
  await rm(draft, { force: true });
  try {
    await writeSynced(draft, content, mode);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function writeSynced(file: string, content: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(content);
    // The umask may have taken bits away that ProxySQL's user needs.
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a link lead there by one rename, unless it does already. */
async function leadTo(link: string, target: string): Promise<void> {
  if ((await readlink(link).catch(() => undefined)) === target) {
    return;
  }
  const draft = `${link}${DRAFT}`;
  await rm(draft, { force: true });
  await symlink(target, draft);
  await rename(draft, link);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
