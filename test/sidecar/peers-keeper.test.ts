import { createLogger } from '../../runtime/logger';
import {
  AdminCommandError,
  AdminLoginRefusedError,
  type AdminSession,
  AdminUnavailableError,
} from '../../runtime/mysql/admin';
import { type Peer } from '../../sidecar/peers';
import { PeersKeeper } from '../../sidecar/peers-keeper';
import { PeersTable } from '../double/peers-table';
import { FakeClock, settle } from '../runtime/fake-clock';

const peer = (hostname: string): Peer => ({ hostname, port: 6032, weight: 1, comment: '' });

/** An admin interface with the double's table behind it. */
class Admin {
  table = new PeersTable([]);
  commands: string[] = [];
  failure: Error | undefined;
  ignoresLoad = false;

  async use<T>(work: (session: AdminSession) => Promise<T>): Promise<T> {
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return await work({
      execute: async (command) => await Promise.resolve(this.execute(command)),
      scalar: async () => await Promise.resolve(undefined),
      rows: async (query) => {
        const answer = this.table.answer(query);
        return await Promise.resolve(
          answer !== undefined && 'rows' in answer ? answer.rows.map((row) => [...row]) : [],
        );
      },
    });
  }

  private execute(command: string): void {
    this.commands.push(command);
    if (!(this.ignoresLoad && command.startsWith('LOAD'))) {
      this.table.answer(command);
    }
  }
}

describe('PeersKeeper', () => {
  let clock: FakeClock;
  let admin: Admin;
  let keeper: PeersKeeper;

  beforeEach(() => {
    clock = new FakeClock();
    admin = new Admin();
    keeper = new PeersKeeper({
      admin,
      clock,
      random: () => 1,
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
  });

  afterEach(async () => {
    await keeper.stop();
    expect(clock.timers).toBe(0);
  });

  it('asks nothing of ProxySQL where the configuration says nothing about peers', async () => {
    admin.failure = new Error('nobody should have asked');
    await keeper.want(undefined);

    expect(keeper.truth()).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  it('applies a list once, and lets the cluster change it afterwards', async () => {
    await keeper.want([peer('a'), peer('b')]);
    expect(keeper.truth()).toEqual({ wanted: 2, applied: true });
    expect(admin.commands).toHaveLength(3);

    admin.table = new PeersTable([['newer', '6032', '1', '']]);
    await keeper.want([peer('b'), peer('a')]);
    expect(admin.commands).toHaveLength(3);

    await keeper.want([peer('a')]);
    expect(admin.commands).toHaveLength(6);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: true });
  });

  it('loads nothing when ProxySQL was started with the list', async () => {
    admin.table = new PeersTable([['a', '6032', '1', '']]);
    await keeper.want([peer('a')]);

    expect(keeper.truth()?.applied).toBe(true);
    expect(admin.commands).toEqual([]);
  });

  it('waits for a ProxySQL that is not there, and tells when that takes long', async () => {
    admin.failure = new AdminUnavailableError('connect ECONNREFUSED');
    await keeper.want([peer('a')]);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: false });
    await clock.advance(25 + 50 + 100);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: false });
    await clock.advance(200);
    expect(keeper.truth()?.trouble).toMatchObject({ reason: 'AdminUnavailable', message: 'connect ECONNREFUSED' });

    admin.failure = undefined;
    await clock.advance(400);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: true });
  });

  it('gives a ProxySQL that lets nobody in time, and tells it like one that is not there', async () => {
    let logins = 0;
    jest.spyOn(admin, 'use').mockImplementation(() => {
      logins += 1;
      return Promise.reject(new AdminLoginRefusedError("Access denied for user 'cluster'"));
    });
    await keeper.want([peer('a')]);
    await clock.advance(3_600_000);

    expect(logins).toBeLessThan(30);
    expect(keeper.truth()?.trouble).toMatchObject({ reason: 'AdminUnavailable' });
  });

  it('tells when ProxySQL refuses, and tries again at longer and longer intervals', async () => {
    admin.failure = new AdminCommandError('near "INSERT": syntax error');
    await keeper.want([peer('a')]);
    const first = clock.now();
    expect(keeper.truth()?.trouble).toEqual({
      reason: 'PeersNotTakenOver',
      message: 'near "INSERT": syntax error',
      at: first,
      retryAt: first + 1000,
    });

    await clock.advance(1000);
    expect(keeper.truth()?.trouble).toMatchObject({ at: first + 1000, retryAt: first + 3000 });
    admin.failure = undefined;
    await clock.advance(1999);
    expect(keeper.truth()?.applied).toBe(false);
    await clock.advance(1);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: true });
  });

  it('believes no answer but what ProxySQL goes by', async () => {
    admin.ignoresLoad = true;
    await keeper.want([peer('a')]);
    expect(keeper.truth()).toMatchObject({
      applied: false,
      trouble: { reason: 'PeersNotTakenOver', message: 'ProxySQL loaded the peers, but goes by others' },
    });

    admin.ignoresLoad = false;
    await clock.advance(1000);
    expect(keeper.truth()).toEqual({ wanted: 1, applied: true });
  });

  it('has nothing to try again when the list is what it was before', async () => {
    await keeper.want([peer('a')]);
    admin.failure = new AdminCommandError('near "INSERT": syntax error');
    await keeper.want([peer('b')]);
    expect(keeper.truth()).toMatchObject({ applied: false, trouble: { reason: 'PeersNotTakenOver' } });

    await keeper.want([peer('a')]);

    expect(keeper.truth()).toEqual({ wanted: 1, applied: true });
    expect(clock.timers).toBe(0);
  });

  it('does not try again what fails while it ends', async () => {
    let fail = (): void => undefined;
    const failing = new Promise<never>((_, reject) => (fail = () => reject(new AdminUnavailableError('gone'))));
    jest.spyOn(admin, 'use').mockReturnValue(failing);
    void keeper.want([peer('a')]);
    await settle();
    const stopped = keeper.stop();
    fail();

    await stopped;
    await settle();

    expect(clock.timers).toBe(0);
  });

  it('ends without trying again', async () => {
    admin.failure = new AdminUnavailableError('gone');
    await keeper.want([peer('a')]);
    await keeper.stop();

    await keeper.want([peer('a'), peer('b')]);
    expect(clock.timers).toBe(0);
  });
});
