import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { type PodReport } from '../../lib/graph/pod-report';
import { type KubernetesObject } from '../../lib/kubernetes';
import { askOverHttp, ReportWatch } from '../../operator/reports';
import { silentLogger } from '../../runtime/logger';
import { FakeClock } from '../runtime/fake-clock';

const KEY = 'demo/db';
const FINE = { ok: true, reason: 'Serving', message: 'Fine.' };
const WELL: PodReport = {
  gate: FINE,
  readiness: FINE,
  configuration: { problems: [], changedSinceStart: false },
  servers: [{ address: 'mysql:3306', inService: true }],
};

function pod(
  ready: boolean,
  more: { uid?: string; podIP?: string; deletionTimestamp?: string } = {},
): KubernetesObject {
  const { uid = 'uid-0', podIP = '10.0.0.7', deletionTimestamp } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'db-0', namespace: 'demo', uid, ...(deletionTimestamp && { deletionTimestamp }) },
    status: { podIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

let clock: FakeClock;
let watch: ReportWatch;
let answer: PodReport | Error;
let asked: string[];
let changes: number;

beforeEach(() => {
  clock = new FakeClock();
  [answer, asked, changes] = [WELL, [], 0];
  watch = new ReportWatch({
    clock,
    random: () => 0.5,
    logger: silentLogger(),
    onChange: () => changes++,
    ask: async (address) => {
      asked.push(address);
      return await (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
    },
  });
});

afterEach(() => watch.stop());

test('given a pod, then it is given time to start, asked, and asked again every minute', async () => {
  watch.expect(KEY, [pod(true)]);
  await clock.advance(9_000);
  expect([asked, watch.seen(KEY).size]).toEqual([[], 0]);

  await clock.advance(1_000);
  expect(asked).toEqual(['10.0.0.7']);
  expect([...watch.seen(KEY)]).toEqual([['db-0', WELL]]);
  await clock.advance(600_000);

  expect(asked).toHaveLength(11);
  expect(changes).toBe(1);
});

test.each<[string, Partial<PodReport>]>([
  ['a gate that is shut', { gate: { ...FINE, ok: false } }],
  ['a pod that is not ready', { readiness: { ...FINE, ok: false } }],
  ['a pod that was not probed yet', { readiness: undefined }],
  ['flaws of the configuration', { configuration: { problems: ['a flaw'], changedSinceStart: false } }],
  ['a configuration that waits for a restart', { configuration: { problems: [], changedSinceStart: true } }],
  ['a server out of service', { servers: [{ address: 'mysql:3306', inService: false }] }],
  ['a server that cannot be checked', { servers: [{ address: 'mysql:3306', inService: true, trouble: 'denied' }] }],
])(
  'given %s, then it is asked again every 15 seconds until that is over, and each change is told once',
  async (_, trouble) => {
    answer = { ...WELL, ...trouble };
    watch.expect(KEY, [pod(true)]);
    await clock.advance(10_000 + 60_000);
    expect([asked.length, changes]).toEqual([5, 1]);

    answer = WELL;
    await clock.advance(15_000);
    expect([...watch.seen(KEY).values()]).toEqual([WELL]);
    await clock.advance(60_000);
    expect([asked.length, changes]).toEqual([7, 2]);
  },
);

test('given a pod that becomes ready, or is not any more, then it is asked soon, and what it reported counts until then', async () => {
  watch.expect(KEY, [pod(true)]);
  await clock.advance(15_000);
  watch.expect(KEY, [pod(true)]);
  watch.expect(KEY, [pod(false)]);
  expect(watch.seen(KEY).size).toBe(1);
  await clock.advance(10_000);

  expect(asked).toHaveLength(2);
});

test('given a pod that does not answer, then its last report counts for a while, and it is asked on', async () => {
  watch.expect(KEY, [pod(true)]);
  await clock.advance(10_000);
  answer = new Error('refused');
  await clock.advance(120_000);
  expect([watch.seen(KEY).size, changes]).toEqual([1, 1]);
  await clock.advance(60_000);
  expect([watch.seen(KEY).size, changes]).toEqual([0, 2]);

  answer = WELL;
  await clock.advance(60_000);
  expect([watch.seen(KEY).size, changes]).toEqual([1, 3]);
});

test('given one that answers in between, then it may fail as often again', async () => {
  watch.expect(KEY, [pod(true)]);
  await clock.advance(10_000);
  for (let turn = 0; turn < 3; turn++) {
    answer = new Error('refused');
    await clock.advance(120_000);
    answer = WELL;
    await clock.advance(60_000);
  }
  expect([watch.seen(KEY).size, changes]).toEqual([1, 1]);
});

test.each([
  ['another pod of its name', pod(true, { uid: 'uid-1' })],
  ['another address', pod(true, { podIP: '10.0.0.8' })],
  ['a pod that is ending', pod(true, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
])('given %s, then what was reported does not count', async (_, next) => {
  watch.expect(KEY, [pod(true)]);
  await clock.advance(10_000);
  watch.expect(KEY, [next]);

  expect(watch.seen(KEY).size).toBe(0);
});

test('given a pod that is gone, then it is not asked any more', async () => {
  watch.expect(KEY, [pod(true)]);
  watch.expect(KEY, []);
  await clock.advance(600_000);

  expect([asked, clock.timers]).toEqual([[], 0]);
});

test('given an answer that comes after its pod was forgotten, then it is none', async () => {
  let reply: (report: PodReport) => void = () => undefined;
  const slow = new ReportWatch({
    clock,
    random: () => 0.5,
    logger: silentLogger(),
    onChange: () => changes++,
    ask: async () => await new Promise((resolve) => (reply = resolve)),
  });
  slow.expect(KEY, [pod(true)]);
  await clock.advance(10_000);
  slow.forget(KEY);
  reply(WELL);
  await clock.advance(0);

  expect([slow.seen(KEY).size, changes, clock.timers]).toEqual([0, 0, 0]);
});

test('given the end of a term, then nobody is asked, and a question under way is given up', async () => {
  let given: AbortSignal | undefined;
  const ending = new ReportWatch({
    clock,
    random: () => 0.5,
    logger: silentLogger(),
    onChange: () => changes++,
    ask: async (_, signal) => {
      given = signal;
      return await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('ended'))),
      );
    },
  });
  ending.expect(KEY, [pod(true)]);
  await clock.advance(10_000);
  ending.stop();
  await clock.advance(0);

  expect([given?.aborted, changes, clock.timers]).toEqual([true, 0, 0]);
});

describe('over HTTP', () => {
  let respond: http.RequestListener;
  let server: http.Server;
  let port: number;

  beforeEach(async () => {
    server = http.createServer((request, response) => respond(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (signal = new AbortController().signal): Promise<PodReport> => askOverHttp('127.0.0.1', signal, port);

  test('a report is read', async () => {
    const paths: unknown[] = [];
    respond = (request, response) => {
      paths.push(request.url);
      response.end(JSON.stringify(WELL));
    };
    expect(await ask()).toEqual(WELL);
    expect(paths).toEqual(['/report']);
  });

  test.each<[string, http.RequestListener, string]>([
    ['another answer than 200', (_, response) => response.writeHead(404).end('{}'), 'the answer is 404'],
    ['what is no report', (_, response) => response.end('{}'), 'configuration is no object'],
    ['what is no JSON', (_, response) => response.end('hello'), 'JSON'],
    ['a report without an end', (_, response) => response.end('x'.repeat(300_000)), 'longer than 262144 bytes'],
    [
      'an answer that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
      'aborted',
    ],
    ['a connection that breaks off', (request) => request.socket.destroy(), 'socket hang up'],
  ])('%s is an error', async (_, listener, message) => {
    respond = listener;
    await expect(ask()).rejects.toThrow(message);
  });

  test('nobody who listens is an error', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
  });

  test('a question that is given up ends', async () => {
    const ending = new AbortController();
    respond = () => ending.abort();
    await expect(ask(ending.signal)).rejects.toThrow();
  });
});
