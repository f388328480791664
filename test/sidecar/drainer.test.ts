import { createLogger } from '../../runtime/logger';
import { AdminUnavailableError } from '../../runtime/mysql/admin';
import { Drainer } from '../../sidecar/drainer';
import { FakeClock, settle } from '../runtime/fake-clock';

/** A ProxySQL that was paused by a sidecar which crashed then. */
class Admin {
  paused = true;
  gone = false;
  refusesResume = false;
  resumes = 0;

  async isPaused(): Promise<boolean> {
    return await (this.gone ? Promise.reject(new AdminUnavailableError('gone')) : Promise.resolve(this.paused));
  }

  async resume(): Promise<void> {
    this.resumes += 1;
    if (this.refusesResume) {
      throw new AdminUnavailableError('broken off');
    }
    this.paused = await Promise.resolve(false);
  }

  async pause(): Promise<void> {
    await Promise.reject(new Error('it is paused already'));
  }

  async use<T>(): Promise<T> {
    return await Promise.reject(new Error('nobody should count connections'));
  }
}

describe('a ProxySQL that was drained', () => {
  let clock: FakeClock;
  let admin: Admin;
  let drainer: Drainer;
  let told: boolean[];

  beforeEach(() => {
    clock = new FakeClock();
    admin = new Admin();
    told = [];
    drainer = new Drainer({
      admin,
      restPort: 1,
      budgetMs: 30_000,
      clock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      onDraining: async (draining) => {
        told.push(draining);
        await Promise.resolve();
      },
    });
  });

  afterEach(async () => {
    drainer.stop();
    await settle();
    expect(clock.timers).toBe(0);
  });

  it('is found by the sidecar when that comes back', async () => {
    await drainer.adopt();

    expect(drainer.state).toBe('drained');
    expect(told).toEqual([true]);
  });

  it('is no matter when it is not paused, or not there', async () => {
    admin.paused = false;
    await drainer.adopt();
    admin.gone = true;
    await drainer.adopt();

    expect(drainer.state).toBe('none');
    expect(told).toEqual([]);
  });

  it('is resumed 15 seconds later when nobody ended it, and not before', async () => {
    await drainer.adopt();

    await clock.advance(14_999);
    expect([drainer.state, admin.resumes]).toEqual(['drained', 0]);
    await clock.advance(1);

    expect([drainer.state, admin.resumes]).toEqual(['none', 1]);
    expect(told).toEqual([true, false]);
    expect(clock.timers).toBe(0);
  });

  it('stays drained while it cannot be resumed, and is resumed as soon as it can', async () => {
    admin.refusesResume = true;
    await drainer.adopt();
    await clock.advance(16_000);
    expect([drainer.state, admin.resumes]).toEqual(['drained', 2]);

    admin.refusesResume = false;
    await clock.advance(1_000);
    expect([drainer.state, told]).toEqual(['none', [true, false]]);
  });

  it('is not missed while it is away, and needs no resuming when it was started anew', async () => {
    await drainer.adopt();
    admin.gone = true;
    await clock.advance(60_000);
    expect(drainer.state).toBe('drained');

    admin.gone = false;
    admin.paused = false;
    await clock.advance(1_000);
    expect([drainer.state, admin.resumes]).toEqual(['none', 0]);
  });
});
