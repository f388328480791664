import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { composeConfiguration, type Composition } from '../lib/cnf/compose';
import { COMPOSED_CONFIG_FILE, CONFIG_KEY } from '../lib/paths';
import { describeProblem } from '../lib/problem';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type AdminAccount, type AdminAccounts } from './admin-accounts';
import { retryAfter } from './decide';
import { writeWhole } from './generations';
import { type MountedFiles, readMountedFolder } from './mounted-folder';
import { type Peer, type SplitConfiguration, splitConfiguration } from './peers';
import { type Folders } from './settings';

/** Whether ProxySQL has a configuration to start from. */
export interface ConfigurationTruth {
  readonly composed: boolean;
  /** What is wrong, one sentence each. No password is in it. */
  readonly problems: readonly string[];
  /**
   * True when what is mounted became another configuration since ProxySQL was let start, peers aside: it takes effect with the next start.
   */
  readonly changedSinceStart: boolean;
}

const NOTES_FILE = 'configuration.json';
const PRIVATE_MODE = 0o600;
const STATS_USERNAME = 'sidecar-stats';
/** How exactly it is known when ProxySQL was started. */
const START_PRECISION_MS = 1000;

/** What must outlive a crash to know whether ProxySQL has read what was composed. */
interface Notes {
  /** SHA-256 of what ProxySQL was let start with, without the peers. */
  readonly startedWith?: string;
  /** When that part was last written anew, by the monotonic clock: as long as the file lives, the machine runs. */
  readonly changedAt?: number;
}

/** Writes the configuration that ProxySQL starts from: what was rendered, with the credentials of the mounted Secrets. */
export class ConfigurationKeeper {
  private written: string | undefined;
  private split: SplitConfiguration | undefined;
  /** SHA-256 of what was composed, without the peers. */
  private rest: string | undefined;
  private notes: Notes = {};
  private problems: readonly string[] = [];
  /** How often in a row something could not be read or written. */
  private faults = 0;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly folders: Folders,
    private readonly allowPlaintext: boolean,
    private readonly accounts: AdminAccounts,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * To be called first, when the accounts are loaded: what was composed before a crash is what ProxySQL started from, and starts from again,
   * though what is mounted by now may be refused. It was written whole or not at all, after its accounts.
   */
  async load(): Promise<void> {
    const cnf = await readFile(this.file(), 'utf8').catch(() => '');
    if (cnf === '' || this.accounts.list().length === 0) {
      return;
    }
    try {
      this.split = splitConfiguration(cnf);
      this.rest = digest(this.split.rest);
      this.written = cnf;
    } catch (error) {
      this.logger.warn(
        `The configuration of before cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    this.notes = { startedWith: this.rest, ...(await this.readNotes()) };
  }

  /** To be called at the start, and when mounted files changed. */
  async mountsChanged(): Promise<void> {
    this.queue = this.queue.then(async () => {
      try {
        await this.compose();
        this.faults = 0;
      } catch (error) {
        this.faults += 1;
        this.report([error instanceof Error ? error.message : String(error)]);
      }
    });
    await this.queue;
  }

  /** When to try again as something could not be read or written, in milliseconds from the last attempt; undefined where all could. */
  get retryDelayMs(): number | undefined {
    return this.faults === 0 ? undefined : retryAfter(this.faults, 0, 1);
  }

  /** The peers that the configuration names; undefined where it says nothing about them, or while there is none. */
  peers(): readonly Peer[] | undefined {
    return this.split?.peers;
  }

  /**
   * To be called with the moment at which the ProxySQL that runs was started: it has read what was written before. Resolves when that
   * is noted.
   * @param at - by the monotonic clock, up to a second too late
   */
  async proxysqlStarted(at: number): Promise<void> {
    this.queue = this.queue.then(async () => {
      const { startedWith, changedAt = 0 } = this.notes;
      if (this.rest === startedWith || at - START_PRECISION_MS <= changedAt) {
        return;
      }
      // Unless it is noted, it is found out once more after a crash.
      await this.note({ startedWith: this.rest, changedAt }).catch(() => undefined);
    });
    await this.queue;
  }

  truth(): ConfigurationTruth {
    return {
      composed: this.written !== undefined,
      problems: this.problems,
      changedSinceStart: this.rest !== this.notes.startedWith,
    };
  }

  private async compose(): Promise<void> {
    const { folders } = this;
    await mkdir(folders.run, { recursive: true });
    const [config, auth, monitor, users, init] = await Promise.all(
      [folders.config, folders.auth, folders.monitor, folders.users, folders.init].map(readMountedFolder),
    );
    const base = config?.get(CONFIG_KEY)?.toString();
    if (base === undefined) {
      this.report([`The configuration Secret has no key ${CONFIG_KEY}`]);
      return;
    }
    const admin = account(auth);
    const composition = composeConfiguration(base, {
      admin,
      stats: { username: STATS_USERNAME, password: this.accounts.statsPassword },
      monitor: account(monitor),
      users: texts(users),
      fragments: texts(init),
      allowPlaintext: this.allowPlaintext,
    });
    this.report(composition.problems.map(describeProblem));
    if (!composition.fatal) {
      await this.accounts.remember(admin);
      await this.write(composition);
    }
  }

  private async write({ cnf }: Composition): Promise<void> {
    if (cnf === this.written) {
      return;
    }
    const split = splitConfiguration(cnf);
    const rest = digest(split.rest);
    const changed = rest !== this.rest;
    const { startedWith = rest } = this.notes;
    if (changed) {
      // First: a crash in between must not make what is new look like what ProxySQL has read.
      await this.note({ startedWith, changedAt: this.clock.monotonic() });
    }
    await writeWhole(this.file(), cnf, PRIVATE_MODE);
    if (changed) {
      this.notes = { startedWith, changedAt: this.clock.monotonic() };
      if (this.rest !== undefined) {
        this.logger.info('Composed the configuration anew; it takes effect when ProxySQL is started again');
      }
    }
    this.rest = rest;
    this.split = split;
    this.written = cnf;
  }

  private async note(notes: Notes): Promise<void> {
    this.notes = notes;
    await writeWhole(path.join(this.folders.run, NOTES_FILE), JSON.stringify(notes), PRIVATE_MODE);
  }

  /** What cannot be read counts as absent. */
  private async readNotes(): Promise<Notes> {
    try {
      const text = await readFile(path.join(this.folders.run, NOTES_FILE), 'utf8');
      const { startedWith, changedAt } = JSON.parse(text) as Notes;
      return typeof startedWith === 'string' && typeof changedAt === 'number' ? { startedWith, changedAt } : {};
    } catch {
      return {};
    }
  }

  private file(): string {
    return path.join(this.folders.run, path.basename(COMPOSED_CONFIG_FILE));
  }

  private report(problems: readonly string[]): void {
    for (const problem of problems.filter((text) => !this.problems.includes(text))) {
      this.logger.warn(`Configuration: ${problem}`);
    }
    this.problems = problems;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What is missing reads as empty, which composing complains about. */
function account(files: MountedFiles | undefined): AdminAccount {
  return {
    username: files?.get('username')?.toString() ?? '',
    password: files?.get('password')?.toString() ?? '',
  };
}

function texts(files: MountedFiles | undefined): { readonly [name: string]: string } {
  return Object.fromEntries([...(files ?? [])].map(([name, content]) => [name, content.toString()]));
}
