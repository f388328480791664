import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '../../runtime/logger';
import { AdminAccounts } from '../../sidecar/admin-accounts';
import { ConfigurationKeeper } from '../../sidecar/configuration-keeper';
import { readSettings } from '../../sidecar/settings';
import { FakeClock } from '../runtime/fake-clock';
import { mountSecret } from './support/secret-mount';

const rule = (id: number): string => `mysql_query_rules= ( { rule_id=${id} active=1 apply=1 } )\n`;
const WITH_TLS = 'mysql_variables= { have_ssl=true }\n';

describe('ConfigurationKeeper', () => {
  let folder: string;
  let clock: FakeClock;
  let keeper: ConfigurationKeeper;
  let lines: string[];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'configuration-'));
    clock = new FakeClock();
    lines = [];
    mountSecret(path.join(folder, 'auth'), { username: 'cluster', password: 'AdminPw' });
    mountSecret(path.join(folder, 'monitor'), { username: 'proxysql', password: 'MonitorPw' });
    mountConfiguration(rule(1));
    keeper = await started();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function mountConfiguration(text: string): void {
    mountSecret(path.join(folder, 'config'), { 'proxysql.cnf': WITH_TLS + text });
  }

  const composed = (): string => path.join(folder, 'run', 'proxysql.cnf');

  /** A sidecar that begins, be it after a crash. */
  async function started(): Promise<ConfigurationKeeper> {
    const folders = Object.fromEntries(
      ['run', 'config', 'auth', 'monitor', 'users', 'init'].map((name) => [
        `${name.toUpperCase()}_DIR`,
        path.join(folder, name),
      ]),
    );
    const settings = readSettings({ EXPECTED_NAMES: '{"server":{}}', ...folders });
    const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    const accounts = new AdminAccounts(settings.folders.run, logger);
    const fresh = new ConfigurationKeeper(settings.folders, false, accounts, clock, logger);
    await accounts.load();
    await fresh.load();
    await fresh.mountsChanged();
    return fresh;
  }

  describe('while what is mounted is refused', () => {
    beforeEach(() => mountSecret(path.join(folder, 'auth'), { username: 'cluster', password: '' }));

    const problems = [expect.stringContaining('auth Secret, key password')];

    it('goes by what was composed before', async () => {
      const before = readFileSync(composed(), 'utf8');

      await keeper.mountsChanged();

      expect(keeper.truth()).toMatchObject({ composed: true, problems });
      expect(readFileSync(composed(), 'utf8')).toBe(before);
    });

    it('tells what is wrong once, however often it is looked at', async () => {
      await keeper.mountsChanged();
      await keeper.mountsChanged();

      expect(lines.filter((line) => line.includes('auth Secret, key password'))).toHaveLength(1);
    });

    it('goes by it after a crash too, and goes on telling what is wrong', async () => {
      const before = readFileSync(composed(), 'utf8');

      const again = await started();

      expect(again.truth()).toMatchObject({ composed: true, problems });
      expect(readFileSync(composed(), 'utf8')).toBe(before);
    });

    it.each<[string, () => void]>([
      ['when there is none', () => rmSync(composed())],
      ['when it is empty', () => writeFileSync(composed(), '')],
      ['when it cannot be read', () => writeFileSync(composed(), 'mysql_users= (')],
      ['when nobody knows its accounts', () => rmSync(path.join(folder, 'run', 'accounts.json'))],
    ])('does not go by it %s', async (_, spoil) => {
      spoil();

      expect((await started()).truth()).toMatchObject({ composed: false, problems });
    });
  });

  describe('that changed since ProxySQL was started', () => {
    const MINUTE = 60_000;
    let startedAt: number;

    beforeEach(async () => {
      await clock.advance(MINUTE);
      startedAt = clock.monotonic();
      await keeper.proxysqlStarted(startedAt);
      await clock.advance(MINUTE);
      mountConfiguration(rule(2));
      await keeper.mountsChanged();
    });

    const isPending = (of: ConfigurationKeeper): boolean => of.truth().changedSinceStart;

    it('is pending until ProxySQL was started again', async () => {
      expect(isPending(keeper)).toBe(true);
      await keeper.proxysqlStarted(startedAt);
      expect(isPending(keeper)).toBe(true);

      await clock.advance(MINUTE);
      await keeper.proxysqlStarted(clock.monotonic());
      expect(isPending(keeper)).toBe(false);
      // Nor after a crash.
      expect(isPending(await started())).toBe(false);
    });

    it.each([
      ['forward', 86_400_000],
      ['back', -86_400_000],
    ])('is pending until then though the clock is set %s, before or after it changed', async (_, ms) => {
      clock.set(ms);
      await keeper.proxysqlStarted(startedAt);
      expect(isPending(keeper)).toBe(true);
      mountConfiguration(rule(3));
      await keeper.mountsChanged();
      clock.set(-ms);
      await keeper.proxysqlStarted(startedAt);
      expect(isPending(keeper)).toBe(true);

      await clock.advance(MINUTE);
      await keeper.proxysqlStarted(clock.monotonic());
      expect(isPending(keeper)).toBe(false);
    });

    it('is pending after a crash as well', async () => {
      const again = await started();
      await again.proxysqlStarted(startedAt);
      expect(isPending(again)).toBe(true);

      await clock.advance(MINUTE);
      await again.proxysqlStarted(clock.monotonic());
      expect(isPending(again)).toBe(false);
      expect(isPending(await started())).toBe(false);
    });

    it('is not pending any more when it is changed back', async () => {
      mountConfiguration(rule(1));

      expect(isPending(await started())).toBe(false);
    });

    it('is pending when it changed while nobody looked', async () => {
      await clock.advance(MINUTE);
      await keeper.proxysqlStarted(clock.monotonic());
      mountConfiguration(rule(3));
      await clock.advance(MINUTE);

      const again = await started();
      await again.proxysqlStarted(clock.monotonic() - MINUTE);

      expect(isPending(again)).toBe(true);
    });

    it.each(['{"startedWith":', '{"startedWith":"of old"}', '{"changedAt":1}'])(
      'is taken for the one that ProxySQL has read where the note is %s',
      async (note) => {
        writeFileSync(path.join(folder, 'run', 'configuration.json'), note);

        expect(isPending(await started())).toBe(false);
      },
    );

    it('is read though peers changed after that', async () => {
      await clock.advance(MINUTE);
      const again = clock.monotonic();
      await clock.advance(MINUTE);
      mountConfiguration(`${rule(2)}proxysql_servers= ( { hostname="a" port=6032 } )\n`);
      await keeper.mountsChanged();

      await keeper.proxysqlStarted(again);

      expect(isPending(keeper)).toBe(false);
    });

    it('is read though that cannot be noted, and is found out once more after a crash', async () => {
      mkdirSync(path.join(folder, 'run', 'configuration.json.draft'));
      await clock.advance(MINUTE);

      await keeper.proxysqlStarted(clock.monotonic());

      expect(isPending(keeper)).toBe(false);
      const again = await started();
      expect(isPending(again)).toBe(true);
      await again.proxysqlStarted(clock.monotonic());
      expect(isPending(again)).toBe(false);
    });
  });

  it('is taken for read by a ProxySQL that was started more than a second after it changed, and no sooner', async () => {
    await clock.advance(60_000);
    mountConfiguration(rule(2));
    await keeper.mountsChanged();

    // How long ProxySQL has been running is told to the second.
    await keeper.proxysqlStarted(clock.monotonic() + 1000);
    expect(keeper.truth().changedSinceStart).toBe(true);
    await keeper.proxysqlStarted(clock.monotonic() + 1001);
    expect(keeper.truth().changedSinceStart).toBe(false);
  });

  it('is not written again when nothing changed, be it after a crash', async () => {
    const { ino } = statSync(composed());

    await keeper.mountsChanged();
    await (await started()).mountsChanged();

    expect(statSync(composed()).ino).toBe(ino);
  });

  it('is what it was before while the Secret has none', async () => {
    mountSecret(path.join(folder, 'config'), { 'other.cnf': '' });

    await keeper.mountsChanged();

    expect(keeper.truth()).toMatchObject({
      composed: true,
      problems: ['The configuration Secret has no key proxysql.cnf'],
    });
  });

  it('is for its owner alone, as are the notes about it', async () => {
    mountConfiguration(rule(2));
    await keeper.mountsChanged();

    const modes = ['proxysql.cnf', 'configuration.json'].map((name) => statSync(path.join(folder, 'run', name)).mode);
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it('is told when it cannot be written, is still the one of before then, and is written as soon as that is possible', async () => {
    const run = path.join(folder, 'run');
    const before = readFileSync(composed(), 'utf8');
    mountConfiguration(rule(2));
    mkdirSync(`${composed()}.draft`);

    expect(keeper.retryDelayMs).toBeUndefined();
    await keeper.mountsChanged();

    expect(keeper.truth()).toMatchObject({ composed: true, problems: [expect.stringContaining('proxysql.cnf.draft')] });
    expect(readFileSync(composed(), 'utf8')).toBe(before);
    expect(keeper.retryDelayMs).toBe(1000);
    await keeper.mountsChanged();
    expect(keeper.retryDelayMs).toBe(2000);
    rmSync(`${composed()}.draft`, { recursive: true });
    await keeper.mountsChanged();
    expect(keeper.retryDelayMs).toBeUndefined();
    expect(keeper.truth()).toMatchObject({ composed: true, problems: [], changedSinceStart: true });
    expect(readFileSync(composed(), 'utf8')).toMatch(/rule_id ?= ?2/);
    expect(readdirSync(run).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  it('is not pending when only peers changed', async () => {
    mountConfiguration(`${rule(1)}proxysql_servers= ( { hostname="a" port=6032 } )\n`);

    const again = await started();

    expect(again.truth().changedSinceStart).toBe(false);
    expect(again.peers()).toHaveLength(1);
  });

  it('composes nothing at first while what is mounted is refused', async () => {
    rmSync(path.join(folder, 'run'), { recursive: true });
    mountSecret(path.join(folder, 'auth'), { username: 'cluster', password: '' });

    expect((await started()).truth()).toMatchObject({
      composed: false,
      problems: [expect.stringContaining('auth Secret, key password')],
    });
    expect(existsSync(composed())).toBe(false);
  });
});
