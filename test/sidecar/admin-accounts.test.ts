import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger, type Logger } from '../../runtime/logger';
import { type AdminAccount, AdminAccounts } from '../../sidecar/admin-accounts';

const account = (password: string): AdminAccount => ({ username: 'cluster', password });

describe('AdminAccounts', () => {
  let folder: string;
  let accounts: AdminAccounts;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'accounts-'));
    accounts = await started();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function started(): Promise<AdminAccounts> {
    const fresh = new AdminAccounts(folder, createLogger({ name: 'test', level: 'silent' }));
    await fresh.load();
    return fresh;
  }

  const passwords = (of: AdminAccounts): string[] => of.list().map(({ password }) => password);

  async function rotate(...names: string[]): Promise<void> {
    for (const name of names) {
      await accounts.remember(account(name));
    }
  }

  it('never forgets the one that ProxySQL let in, and names it first', async () => {
    await rotate('first');
    await accounts.letIn(account('first'));

    await rotate('second', 'third', 'fourth', 'fifth', 'sixth');

    expect(passwords(accounts)).toEqual(['first', 'sixth', 'fifth', 'fourth']);
  });

  it('names the newest after it when ProxySQL was started again, and the former one may go in time', async () => {
    await rotate('first');
    await accounts.letIn(account('first'));
    await rotate('second');

    await accounts.letIn(account('second'));
    expect(passwords(accounts)).toEqual(['second', 'first']);

    await rotate('third', 'fourth', 'fifth');
    expect(passwords(accounts)).toEqual(['second', 'fifth', 'fourth', 'third']);
  });

  it('forgets none as long as it is not known which one ProxySQL was started with', async () => {
    await rotate('first', 'second', 'third', 'fourth', 'fifth');
    expect(passwords(accounts)).toEqual(['fifth', 'fourth', 'third', 'second', 'first']);

    await accounts.letIn(account('first'));
    expect(passwords(accounts)).toEqual(['first', 'fifth', 'fourth', 'third']);
  });

  it('knows each once, though a password comes back', async () => {
    await rotate('first', 'second');
    await accounts.letIn(account('first'));

    await rotate('third', 'second', 'first');

    expect(passwords(accounts)).toEqual(['first', 'second', 'third']);
  });

  it('tells accounts of different names apart, though they have one password', async () => {
    await rotate('first');
    await accounts.letIn(account('first'));

    await accounts.remember({ username: 'admin', password: 'first' });

    expect(accounts.list().map(({ username }) => username)).toEqual(['cluster', 'admin']);
  });

  it('writes what it could not write before', async () => {
    await rotate('first');
    rmSync(folder, { recursive: true });
    await expect(accounts.remember(account('second'))).rejects.toThrow('ENOENT');
    mkdirSync(folder);

    await accounts.remember(account('second'));

    expect(passwords(await started())).toEqual(['second', 'first']);
  });

  it('has them all, and the password for statistics, after a crash', async () => {
    await rotate('first');
    await accounts.letIn(account('first'));
    await rotate('second', 'third', 'fourth', 'fifth');

    const again = await started();

    expect(again.list()).toEqual(accounts.list());
    expect(again.statsPassword).toBe(accounts.statsPassword);
    expect(statSync(path.join(folder, 'accounts.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['half a file', '{"letIn":{"username":"cl'],
    ['something else', '[]'],
    ['accounts that are none', '{"others":[{"username":"cluster"}],"statsPassword":"x"}'],
    ['no password for statistics', '{"others":[]}'],
    ['one account of several that is none', '{"others":[{"username":"a","password":"b"},{}],"statsPassword":"x"}'],
    ['an account without a name', '{"others":[{"password":"b"}],"statsPassword":"x"}'],
    ['one that was let in and is none', '{"letIn":{},"others":[],"statsPassword":"x"}'],
  ])('begins anew when it finds %s', async (_, text) => {
    writeFileSync(path.join(folder, 'accounts.json'), text);

    const again = await started();

    expect(again.list()).toEqual([]);
    expect(again.statsPassword).toMatch(/^[\w-]{24}$/);
  });

  it('goes on when the one that was let in cannot be noted, and says so', async () => {
    const warnings: unknown[] = [];
    const logger = { warn: (message: unknown) => void warnings.push(message) } as unknown as Logger;
    const lost = new AdminAccounts(path.join(folder, 'gone'), logger);

    await lost.letIn(account('first'));

    expect(passwords(lost)).toEqual(['first']);
    expect(warnings).toEqual([expect.stringMatching(/^The account that ProxySQL knows cannot be noted: .*ENOENT/)]);
  });

  it('writes nothing when nothing changed', async () => {
    await rotate('first');
    await accounts.letIn(account('first'));
    await rotate('first');
    chmodSync(path.join(folder, 'accounts.json'), 0o400);

    await accounts.letIn(account('first'));
    await rotate('first');
    await (await started()).remember(account('first'));

    expect(statSync(path.join(folder, 'accounts.json')).mode & 0o777).toBe(0o400);
    expect(readFileSync(path.join(folder, 'accounts.json'), 'utf8')).toContain('first');
  });
});
