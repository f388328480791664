import { type KubernetesObject } from '../../../lib/kubernetes';
import { LeaderElection, type LeaderElectionOptions } from '../../../operator/runtime/leader-election';
import { silentLogger } from '../../../runtime/logger';
import { FakeClock, settle } from '../../runtime/fake-clock';
import { answer, ScriptedServer, status } from '../kubernetes/scripted-server';

interface Lease extends KubernetesObject {
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly acquireTime: string;
    readonly leaseTransitions: number;
  };
}

let server: ScriptedServer;
let clock: FakeClock;
let lease: Lease | undefined;
let version: number;
let down: boolean;
/** Requests arrive, and are not answered. */
let silent: boolean;
/** Happens when a request has arrived, before it is answered. */
let meanwhile: () => void;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  clock = new FakeClock();
  lease = undefined;
  version = 0;
  down = false;
  silent = false;
  meanwhile = () => undefined;
  const store = (body: string): Lease => {
    const sent = JSON.parse(body) as Lease;
    lease = { ...sent, metadata: { ...sent.metadata, resourceVersion: String(++version) } };
    return lease;
  };
  server.script = ({ method, body }, response) => {
    meanwhile();
    if (silent) {
      return;
    }
    if (down) {
      answer(response, 500, status(500, 'InternalError', 'down'));
    } else if (method === 'POST' && lease === undefined) {
      answer(response, 201, store(body));
    } else if (method === 'POST') {
      answer(response, 409, status(409, 'AlreadyExists', 'is there'));
    } else if (lease === undefined) {
      answer(response, 404, status(404, 'NotFound', 'none'));
    } else if (method === 'GET') {
      answer(response, 200, lease);
    } else if ((JSON.parse(body) as Lease).metadata.resourceVersion === lease.metadata.resourceVersion) {
      answer(response, 200, store(body));
    } else {
      answer(response, 409, status(409, 'Conflict', 'changed'));
    }
  };
});

afterEach(() => server.stop());

const told: string[] = [];
beforeEach(() => void told.splice(0));

function candidate(identity: string, options: Partial<LeaderElectionOptions> = {}): LeaderElection {
  const created = new LeaderElection({
    client: server.client({ retry: { attempts: 1 } }),
    namespace: 'demo',
    name: 'operator',
    identity,
    clock,
    random: () => 0.5,
    logger: silentLogger(),
    onStartedLeading: () => told.push(`${identity} leads`),
    onStoppedLeading: () => told.push(`${identity} stopped`),
    ...options,
  });
  return created;
}

/** Moves time in small steps, so that answers from the socket keep up with it. */
async function pass(ms: number, done: () => boolean = () => false): Promise<number> {
  let passed = 0;
  for (; passed < ms && !done(); passed += 100) {
    for (let turn = 0; turn < 5; turn++) {
      await settle();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(100);
  }
  return passed;
}

test('the first leads, the second waits, and takes over when the first releases the lease', async () => {
  const first = candidate('first');
  const second = candidate('second');
  first.start();
  await pass(500, () => first.isOpen());
  second.start();
  await pass(20_000);
  expect([first.isOpen(), second.isOpen()]).toEqual([true, false]);
  expect(second.leader).toBe('first');
  const stopping = first.stop();
  await pass(3000, () => lease?.spec.holderIdentity === '');
  await stopping;
  expect(first.isOpen()).toBe(false);
  expect(await pass(5000, () => second.isOpen())).toBeLessThan(3000);
  expect(told).toEqual(['first leads', 'first stopped', 'second leads']);
  expect(lease?.spec.leaseTransitions).toBe(1);
  const ended = second.stop();
  await pass(500);
  await ended;
});

test('a leader that was killed is followed within 20 s, and not before its lease has run out', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  const held = lease;
  const stopping = first.stop();
  await pass(500);
  await stopping;
  // As the kill left it: held, and never renewed again.
  lease = held && { ...held, metadata: { ...held.metadata, resourceVersion: String(++version) } };
  const second = candidate('second');
  second.start();
  const waited = await pass(30_000, () => second.isOpen());
  expect(waited).toBeGreaterThanOrEqual(15_000);
  expect(waited).toBeLessThanOrEqual(20_000);
  const ended = second.stop();
  await pass(500);
  await ended;
});

test('a leader that cannot renew stops before anybody else may start', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  down = true;
  const led = await pass(20_000, () => !first.isOpen());
  expect(led).toBeLessThanOrEqual(10_100);
  expect(told).toEqual(['first leads', 'first stopped']);
  down = false;
  await pass(5000, () => first.isOpen());
  expect(first.isOpen()).toBe(true);
  const ended = first.stop();
  await pass(500);
  await ended;
});

test('a process that was stopped for long finds its fence shut before any timer tells it', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  clock.freeze(10_001);
  expect(first.isOpen()).toBe(false);
  await pass(3000, () => first.isOpen());
  const ended = first.stop();
  await pass(500);
  await ended;
});

test('a leader whose lease another one holds steps down at its next look', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  lease = lease && {
    ...lease,
    metadata: { ...lease.metadata, resourceVersion: String(++version) },
    spec: { ...lease.spec, holderIdentity: 'other' },
  };
  expect(await pass(10_000, () => !first.isOpen())).toBeLessThanOrEqual(2500);
  expect(told).toEqual(['first leads', 'first stopped']);
  const ended = first.stop();
  await pass(500);
  await ended;
  expect(lease?.spec.holderIdentity).toBe('other');
});

async function end(...candidates: readonly LeaderElection[]): Promise<void> {
  const ended = Promise.all(candidates.map((one) => one.stop()));
  await pass(500);
  await ended;
  expect(clock.timers).toBe(0);
}

test('a leader renews about every two seconds, and leads since it began to', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  const { acquireTime, leaseTransitions } = lease?.spec ?? {};
  await pass(22_000);
  expect(version).toBeGreaterThanOrEqual(4);
  expect(version).toBeLessThanOrEqual(12);
  expect(lease?.spec).toMatchObject({ acquireTime, leaseTransitions, leaseDurationSeconds: 15 });
  await end(first);
});

test('the lease lasts as long as is wanted', async () => {
  const first = candidate('first', { leaseDurationMs: 30_000 });
  first.start();
  await pass(500, () => first.isOpen());
  expect(lease?.spec.leaseDurationSeconds).toBe(30);
  await end(first);
  expect(first.leader).toBeUndefined();
});

test('each change of leaders is counted, and when the new one began is told', async () => {
  const acquired: (string | undefined)[] = [];
  for (const identity of ['first', 'second', 'third']) {
    const one = candidate(identity);
    one.start();
    await pass(5000, () => one.isOpen());
    acquired.push(lease?.spec.acquireTime);
    await end(one);
  }
  expect(lease?.spec.leaseTransitions).toBe(2);
  expect(new Set(acquired).size).toBe(3);
});

test('the time that the holder asked for is waited for, not the own', async () => {
  const metadata = { name: 'operator', namespace: 'demo', resourceVersion: String(++version) };
  const spec = { holderIdentity: 'other', leaseDurationSeconds: 30, acquireTime: '', leaseTransitions: 0 };
  lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  const second = candidate('second');
  second.start();
  const waited = await pass(60_000, () => second.isOpen());
  expect(waited).toBeGreaterThanOrEqual(30_000);
  expect(waited).toBeLessThanOrEqual(40_000);
  await end(second);
});

test('an answer that comes when its time is over makes nobody a leader', async () => {
  const first = candidate('first');
  meanwhile = () => {
    if (lease === undefined) {
      // The process stands still between the request and the answer.
      clock.freeze(10_001);
    }
  };
  first.start();
  await pass(200, () => lease !== undefined);
  await pass(300);
  expect([told, first.isOpen()]).toEqual([[], false]);
  await pass(3000, () => first.isOpen());
  expect(told).toEqual(['first leads']);
  await end(first);
});

test('a request without an answer is broken off, and the leader stops in time', async () => {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  silent = true;
  const asked = server.requests.length;
  expect(await pass(20_000, () => !first.isOpen())).toBeLessThanOrEqual(10_100);
  expect(server.requests.length).toBeGreaterThan(asked + 1);
  silent = false;
  await pass(20_000, () => first.isOpen());
  expect(first.isOpen()).toBe(true);
  await end(first);
});

/** A leader of which the last attempt to renew has failed, while nobody reaches the API server. */
async function failedToRenew(): Promise<LeaderElection> {
  const first = candidate('first');
  first.start();
  await pass(500, () => first.isOpen());
  down = true;
  const asked = server.requests.length;
  await pass(5000, () => server.requests.length > asked);
  await pass(200);
  return first;
}

test('a leader that just failed to renew still releases the lease when it is stopped', async () => {
  const first = await failedToRenew();
  expect(first.isOpen()).toBe(true);
  down = false;
  await end(first);
  expect(lease?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
});

test('a leader that slept through its time leaves the lease to who holds it by then', async () => {
  const first = await failedToRenew();
  down = false;
  clock.freeze(20_000);
  lease = lease && {
    ...lease,
    metadata: { ...lease.metadata, resourceVersion: String(++version) },
    spec: { ...lease.spec, holderIdentity: 'other' },
  };
  await end(first);
  expect(lease?.spec.holderIdentity).toBe('other');
  expect(told).toEqual(['first leads', 'first stopped']);
});

test('times that cannot work are refused', () => {
  expect(() => candidate('x', { retryPeriodMs: 10_000 })).toThrow('they are 10000 ms, 10000 ms and 15000 ms.');
  expect(() => candidate('x', { renewDeadlineMs: 15_000 })).toThrow('they are 2000 ms, 15000 ms and 15000 ms.');
  expect(() => candidate('x', { renewDeadlineMs: 20_000 })).toThrow(
    'Leader election needs retry period < renew deadline < lease duration, but they are 2000 ms, 20000 ms and 15000 ms.',
  );
});
