import { sleep } from '../../runtime/clock';
import { createLogger } from '../../runtime/logger';
import { AdminUnavailableError } from '../../runtime/mysql/admin';
import { Drainer, type DrainReport } from '../../sidecar/drainer';
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
      metrics: async () => await Promise.reject(new Error('nobody should count connections')),
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
    expect(await drainer.drain()).toEqual({ outcome: 'unavailable', remaining: 0, tookMs: 0 });
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

  it('is drained once more when that is asked while it is being found', async () => {
    const found = drainer.adopt();
    const report = drainer.drain();
    await found;

    expect(drainer.state).toBe('draining');
    await clock.advance(31_000);
    expect(await report).toMatchObject({ outcome: 'unavailable', remaining: 0 });
    expect(told).toEqual([true]);
    await clock.advance(16_000);
    expect([drainer.state, admin.resumes]).toEqual(['none', 1]);
    expect(told).toEqual([true, false]);
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

  it('is resumed in time though the clock is set back meanwhile', async () => {
    await drainer.adopt();
    clock.set(-3_600_000);

    await clock.advance(15_000);

    expect([drainer.state, admin.resumes]).toEqual(['none', 1]);
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

/** A ProxySQL with clients, which a test makes fail. Its admin interface does nothing else while it pauses. */
class Draining {
  connected = 3;
  created = 7;
  /** How many connections come between two questions. */
  coming = 0;
  pauses = 0;
  refusesPause = false;
  /** What becomes of the next questions for metrics. */
  readonly failures: (Error | 'silence' | Promise<void>)[] = [];
  adminFailure: Error = new AdminUnavailableError('Query inactivity timeout');

  async metrics(): Promise<string> {
    const failure = this.failures.shift();
    this.created += this.coming;
    if (failure === 'silence') {
      await new Promise(() => undefined);
    }
    if (failure instanceof Promise) {
      await failure;
    }
    return await (failure instanceof Error
      ? Promise.reject(failure)
      : Promise.resolve(
          `proxysql_client_connections_connected ${this.connected}\nproxysql_client_connections_total{status="created"} ${this.created}\n`,
        ));
  }

  async pause(): Promise<void> {
    this.pauses += 1;
    await (this.refusesPause
      ? Promise.reject(new AdminUnavailableError('broken off'))
      : new Promise<void>(() => undefined));
  }

  async use<T>(): Promise<T> {
    return await Promise.reject(this.adminFailure);
  }

  async isPaused(): Promise<boolean> {
    return await Promise.reject(this.adminFailure);
  }

  async resume(): Promise<void> {
    return await Promise.reject(this.adminFailure);
  }
}

describe('draining a ProxySQL with clients', () => {
  const BUDGET_MS = 30_000;
  let clock: FakeClock;
  let proxysql: Draining;
  let drainer: Drainer;
  let report: DrainReport | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    proxysql = new Draining();
    report = undefined;
    drainer = new Drainer({
      admin: proxysql,
      metrics: async () => await proxysql.metrics(),
      budgetMs: BUDGET_MS,
      clock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      onDraining: async () => await Promise.resolve(),
    });
    void drainer.drain().then((done) => (report = done));
  });

  afterEach(async () => {
    drainer.stop();
    await settle();
    expect(clock.timers).toBe(0);
  });

  const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  it('waits for them until the budget ends, and tells how many were left', async () => {
    await clock.advance(BUDGET_MS - 1);
    expect(report).toBeUndefined();

    await clock.advance(50);
    expect(report).toMatchObject({ outcome: 'budget', remaining: 3 });
    expect(proxysql.pauses).toBe(1);
  });

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('gives them the whole budget and no more though the clock is set %s meanwhile', async (_, ms) => {
    await clock.advance(2000);
    clock.set(ms);

    await clock.advance(BUDGET_MS - 2001);
    expect(report).toBeUndefined();
    await clock.advance(50);
    expect(report).toMatchObject({ outcome: 'budget', remaining: 3 });
  });

  it('waits for the last one too', async () => {
    proxysql.connected = 1;

    await clock.advance(BUDGET_MS + 50);

    expect(report).toMatchObject({ outcome: 'budget', remaining: 1 });
  });

  it('takes connections for longer while they keep coming, but not for ever', async () => {
    proxysql.coming = 1;
    await clock.advance(4_999);
    expect(proxysql.pauses).toBe(0);

    await clock.advance(1);
    expect(proxysql.pauses).toBe(1);
  });

  it('goes on after a question that was not answered', async () => {
    await clock.advance(2000);
    proxysql.failures.push(new Error('socket hang up'), new Error('socket hang up'));
    await clock.advance(1000);
    expect(report).toBeUndefined();

    proxysql.connected = 0;
    await clock.advance(400);
    expect(report).toMatchObject({ outcome: 'empty', remaining: 0 });
  });

  it('waits a second for an answer, and no longer', async () => {
    await clock.advance(2000);
    proxysql.connected = 0;
    proxysql.failures.push(sleep(clock, 999));
    await clock.advance(999 + 100);
    proxysql.connected = 3;
    proxysql.failures.push('silence');
    await clock.advance(1100);
    expect(report).toBeUndefined();

    proxysql.connected = 0;
    await clock.advance(400);
    expect(report).toMatchObject({ outcome: 'empty' });
  });

  it('does not take what it does not know for the end of the last client', async () => {
    await clock.advance(2000);
    proxysql.connected = 0;
    await clock.advance(100);
    proxysql.failures.push(...Array.from({ length: 20 }, () => new Error('socket hang up')));

    await clock.advance(500);
    expect(report).toBeUndefined();
    await clock.advance(1000);
    expect(report).toMatchObject({ outcome: 'empty', remaining: 0 });
  });

  it('goes on without a pause that failed, and pauses again', async () => {
    proxysql.refusesPause = true;
    await clock.advance(1499);
    expect(proxysql.pauses).toBe(1);
    await clock.advance(1);
    expect(proxysql.pauses).toBe(2);
    expect(report).toBeUndefined();

    proxysql.refusesPause = false;
    await clock.advance(BUDGET_MS);
    expect(report).toMatchObject({ outcome: 'budget', remaining: 3 });
    expect(proxysql.pauses).toBe(3);
  });

  it('answers in time, with what was last known, though ProxySQL says nothing any more', async () => {
    await clock.advance(2000);
    proxysql.failures.push(...Array.from({ length: 100 }, () => 'silence' as const));

    await clock.advance(BUDGET_MS - 2000);

    expect(report).toEqual({ outcome: 'budget', remaining: 3, tookMs: BUDGET_MS });
  });

  it('does not wait for a ProxySQL that is gone, and tells what was last known', async () => {
    await clock.advance(2000);
    proxysql.failures.push(...Array.from({ length: 100 }, refused));
    proxysql.adminFailure = new AdminUnavailableError('connect ECONNREFUSED', { cause: refused() });

    await clock.advance(200);

    expect(report).toMatchObject({ outcome: 'unavailable', remaining: 3 });
  });

  it('does not take it for gone when it refuses connections twice in a row, however often', async () => {
    await clock.advance(2000);
    proxysql.adminFailure = new AdminUnavailableError('connect ECONNREFUSED', { cause: refused() });
    for (let time = 0; time < 5; time += 1) {
      proxysql.failures.push(refused(), refused());
      await clock.advance(150);
    }

    expect(report).toBeUndefined();
    expect(proxysql.failures).toEqual([]);
  });

  it('waits for one whose admin interface is still there', async () => {
    await clock.advance(2000);
    proxysql.failures.push(...Array.from({ length: 10_000 }, refused));

    await clock.advance(BUDGET_MS);

    expect(report).toMatchObject({ outcome: 'budget', remaining: 3 });
  });
});
