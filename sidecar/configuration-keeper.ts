import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { composeConfiguration, type Composition } from '../lib/cnf/compose';
import { COMPOSED_CONFIG_FILE, CONFIG_KEY } from '../lib/paths';
import { describeProblem } from '../lib/problem';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { writeWhole } from './generations';
import { type MountedFiles, readMountedFolder } from './mounted-folder';
import { type Peer, type SplitConfiguration, splitConfiguration } from './peers';
import { type AdminAccount } from './proxysql-admin';
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

const ACCOUNTS_FILE = 'accounts.json';
const PRIVATE_MODE = 0o600;
const STATS_USERNAME = 'sidecar-stats';
const STATS_PASSWORD_BYTES = 18;
const REMEMBERED_ACCOUNTS = 3;
/** How exactly it is known when ProxySQL was started. */
const START_PRECISION_MS = 1000;

interface Accounts {
  /** Newest first: after a change, ProxySQL knows an older one until it is started again. */
  readonly admin: readonly AdminAccount[];
  readonly statsPassword: string;
}

/** Writes the configuration that ProxySQL starts from: what was rendered, with the credentials of the mounted Secrets. */
export class ConfigurationKeeper {
  private accountsKnown: Accounts | undefined;
  private written: string | undefined;
  private split: SplitConfiguration | undefined;
  /** What ProxySQL was let start with, without the peers. */
  private firstRest: string | undefined;
  /** When the rest was last written anew, milliseconds since the epoch. */
  private restWrittenAt = 0;
  private problems: readonly string[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly folders: Folders,
    private readonly allowPlaintext: boolean,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** To be called at the start, and when mounted files changed. */
  async mountsChanged(): Promise<void> {
    this.queue = this.queue.then(async () => {
      try {
        await this.compose();
      } catch (error) {
        this.report([error instanceof Error ? error.message : String(error)]);
      }
    });
    await this.queue;
  }

  /** Accounts of the admin interface, the most likely one first. */
  accounts(): readonly AdminAccount[] {
    return this.accountsKnown?.admin ?? [];
  }

  /** The peers that the configuration names; undefined where it says nothing about them, or while there is none. */
  peers(): readonly Peer[] | undefined {
    return this.split?.peers;
  }

  /**
   * To be called with the moment at which the ProxySQL that runs was started: it has read what was written before.
   * @param at - milliseconds since the epoch, up to a second too late
   */
  proxysqlStarted(at: number): void {
    if (at - START_PRECISION_MS > this.restWrittenAt) {
      this.firstRest = this.split?.rest;
    }
  }

  truth(): ConfigurationTruth {
    return {
      composed: this.written !== undefined,
      problems: this.problems,
      changedSinceStart: this.split?.rest !== this.firstRest,
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
    const known = this.accountsKnown ?? (await this.readAccounts());
    const admin = account(auth);
    const composition = composeConfiguration(base, {
      admin,
      stats: { username: STATS_USERNAME, password: known.statsPassword },
      monitor: account(monitor),
      users: texts(users),
      fragments: texts(init),
      allowPlaintext: this.allowPlaintext,
    });
    this.report(composition.problems.map(describeProblem));
    if (!composition.fatal) {
      await this.write(composition, { ...known, admin: newestFirst(admin, known.admin) });
    }
  }

  private async write({ cnf }: Composition, accounts: Accounts): Promise<void> {
    const { run } = this.folders;
    if (JSON.stringify(accounts) !== JSON.stringify(this.accountsKnown)) {
      await writeWhole(path.join(run, ACCOUNTS_FILE), JSON.stringify(accounts), PRIVATE_MODE);
      this.accountsKnown = accounts;
    }
    if (cnf === this.written) {
      return;
    }
    const file = path.join(run, path.basename(COMPOSED_CONFIG_FILE));
    // After a crash of the sidecar, ProxySQL has been running with the one that is there.
    const former = this.firstRest ?? (await readRest(file));
    await writeWhole(file, cnf, PRIVATE_MODE);
    const split = splitConfiguration(cnf);
    if (this.split !== undefined && this.split.rest !== split.rest) {
      this.logger.info('Composed the configuration anew; it takes effect when ProxySQL is started again');
    }
    if (split.rest !== (this.split?.rest ?? former)) {
      this.restWrittenAt = this.clock.now();
    }
    this.firstRest = former ?? split.rest;
    this.split = split;
    this.written = cnf;
  }

  private report(problems: readonly string[]): void {
    for (const problem of problems.filter((text) => !this.problems.includes(text))) {
      this.logger.warn(`Configuration: ${problem}`);
    }
    this.problems = problems;
  }

  /** From before a crash, or made up. */
  private async readAccounts(): Promise<Accounts> {
    try {
      return JSON.parse(await readFile(path.join(this.folders.run, ACCOUNTS_FILE), 'utf8')) as Accounts;
    } catch {
      return { admin: [], statsPassword: randomBytes(STATS_PASSWORD_BYTES).toString('base64url') };
    }
  }
}

/** What ProxySQL was let start with before a crash, without the peers. */
async function readRest(file: string): Promise<string | undefined> {
  try {
    return splitConfiguration(await readFile(file, 'utf8')).rest;
  } catch {
    return undefined;
  }
}

function newestFirst(newest: AdminAccount, others: readonly AdminAccount[]): AdminAccount[] {
  const different = others.filter(
    ({ username, password }) => username !== newest.username || password !== newest.password,
  );
  return [newest, ...different].slice(0, REMEMBERED_ACCOUNTS);
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
