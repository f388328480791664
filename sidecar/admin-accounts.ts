import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Logger } from '../runtime/logger';
import { writeWhole } from './generations';

/** An account of the admin interface. */
export interface AdminAccount {
  readonly username: string;
  readonly password: string;
}

interface Notes {
  /** The one that ProxySQL let in last. */
  readonly letIn?: AdminAccount;
  /** Those that it may know besides, newest first. */
  readonly others: readonly AdminAccount[];
  readonly statsPassword: string;
}

const FILE = 'accounts.json';
const PRIVATE_MODE = 0o600;
const STATS_PASSWORD_BYTES = 18;
/** Besides the one that ProxySQL knows for certain. */
const MOST_OTHERS = 3;

/**
 * The accounts of the admin interface. ProxySQL knows the one that it was started with until it is started again, however often the Secret
 * changes meanwhile; so the one that it let in last is never forgotten.
 */
export class AdminAccounts {
  private notes: Notes = { others: [], statsPassword: randomBytes(STATS_PASSWORD_BYTES).toString('base64url') };
  private saved: string | undefined;
  private queue: Promise<void> = Promise.resolve();

  /** @param folder must be on a file system in memory, since passwords are in the file */
  constructor(
    private readonly folder: string,
    private readonly logger: Logger,
  ) {}

  /** Password of the account that reads statistics only; made up before the first start. */
  get statsPassword(): string {
    return this.notes.statsPassword;
  }

  /** To be called first: takes what was noted before a crash. What cannot be read counts as absent. */
  async load(): Promise<void> {
    const text = await readFile(path.join(this.folder, FILE), 'utf8').catch(() => '');
    const notes = readNotes(text);
    if (notes !== undefined) {
      this.notes = notes;
      // The same in another order is no reason to write.
      this.saved = JSON.stringify(notes);
    }
  }

  /** All that ProxySQL may know, the most likely one first. */
  list(): readonly AdminAccount[] {
    const { letIn, others } = this.notes;
    return letIn === undefined ? others : [letIn, ...others];
  }

  /**
   * The configuration is going to name this account, so that ProxySQL knows it when it is started again.
   * @throws Error when it cannot be noted
   */
  async remember(account: AdminAccount): Promise<void> {
    const { letIn, others } = this.notes;
    if (letIn === undefined || !isSame(letIn, account)) {
      const all = [account, ...without(others, account)];
      // Which one ProxySQL was started with is not known until it has let one in.
      this.notes = { ...this.notes, others: letIn === undefined ? all : all.slice(0, MOST_OTHERS) };
    }
    await this.save();
  }

  /** ProxySQL has let this account in; resolves when that is noted, or cannot be. */
  async letIn(account: AdminAccount): Promise<void> {
    const { letIn, others } = this.notes;
    if (letIn !== undefined && isSame(letIn, account)) {
      return;
    }
    const all = [...(letIn === undefined ? [] : [letIn]), ...without(others, account)];
    this.notes = { ...this.notes, letIn: account, others: all.slice(0, MOST_OTHERS) };
    await this.save().catch((error: unknown) => {
      this.logger.warn(
        `The account that ProxySQL knows cannot be noted: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  private async save(): Promise<void> {
    this.queue = this.queue
      .catch(() => undefined)
      .then(async () => {
        const text = JSON.stringify(this.notes);
        if (text !== this.saved) {
          await writeWhole(path.join(this.folder, FILE), text, PRIVATE_MODE);
          this.saved = text;
        }
      });
    await this.queue;
  }
}

function readNotes(text: string): Notes | undefined {
  try {
    const { letIn, others, statsPassword } = JSON.parse(text) as Partial<Notes>;
    const whole =
      (letIn === undefined || isAccount(letIn)) && others?.every(isAccount) && typeof statsPassword === 'string';
    return whole ? { ...(letIn !== undefined && { letIn }), others, statsPassword } : undefined;
  } catch {
    return undefined;
  }
}

function isAccount(value: unknown): value is AdminAccount {
  const { username, password } = (value ?? {}) as Partial<AdminAccount>;
  return typeof username === 'string' && typeof password === 'string';
}

function isSame(one: AdminAccount, other: AdminAccount): boolean {
  return one.username === other.username && one.password === other.password;
}

function without(accounts: readonly AdminAccount[], account: AdminAccount): AdminAccount[] {
  return accounts.filter((other) => !isSame(other, account));
}
