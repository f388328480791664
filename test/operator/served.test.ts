import { type KubernetesObject } from '../../lib/kubernetes';
import { createLogger } from '../../runtime/logger';
import { ServedWatch } from '../../operator/served';
import { FakeClock } from '../runtime/fake-clock';

const KEY = 'demo/db';
const POD: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'db-0', namespace: 'demo', uid: 'uid-0' },
  status: {
    podIP: '10.0.0.7',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'proxysql', containerID: 'c', restartCount: 0 }],
  },
};

let clock: FakeClock;
let watch: ServedWatch;
let answer: string | Error | undefined;
let asked: number;
let changes: number;
let logged: string[];

beforeEach(() => {
  clock = new FakeClock();
  [answer, asked, changes, logged] = [undefined, 0, 0, []];
  watch = new ServedWatch({
    clock,
    random: () => 0.5,
    logger: createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
    }),
    onChange: () => changes++,
    ask: () => {
      asked++;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
});

afterEach(() => watch.stop());

test('given a pod that never answers, then that is known after half a minute, and told once', async () => {
  answer = new Error('did not answer within 2000 ms');
  watch.expect(KEY, [POD], 'f1');
  await clock.advance(25_000);
  expect([watch.unanswered(KEY).size, changes, logged]).toEqual([0, 0, []]);

  await clock.advance(3_600_000);

  expect(watch.unanswered(KEY).get('db-0')).toEqual({
    address: '10.0.0.7',
    why: 'did not answer within 2000 ms',
    since: Date.parse('2026-01-01T00:00:00Z'),
  });
  expect(asked).toBeGreaterThan(100);
  expect(changes).toBe(1);
  expect(logged).toEqual(['A pod does not say what it serves: check that NetworkPolicies let the operator reach it.']);
});

test('given a pod that does not answer once, then what it was seen to serve counts, and nobody is told', async () => {
  answer = 'f1';
  watch.expect(KEY, [POD], 'f1');
  await clock.advance(1000);
  expect(changes).toBe(1);
  answer = undefined;
  await clock.advance(600_000);
  answer = 'f1';
  await clock.advance(1000);

  expect([...watch.seen(KEY)]).toEqual([['db-0', 'f1']]);
  expect([watch.unanswered(KEY).size, changes]).toEqual([0, 1]);
});

test('given a silent pod that answers again, then that is told, too', async () => {
  watch.expect(KEY, [POD], 'f1');
  await clock.advance(60_000);
  expect([...watch.unanswered(KEY).values()]).toMatchObject([{ why: 'no answer' }]);
  answer = 'f1';
  await clock.advance(60_000);

  expect([...watch.seen(KEY)]).toEqual([['db-0', 'f1']]);
  expect([watch.unanswered(KEY).size, changes]).toEqual([0, 2]);
  expect(logged[1]).toBe('Looked at what a pod serves.');
});

test.each([
  ['is not ready any more', { conditions: [{ type: 'Ready', status: 'False' }] }],
  ['runs another container', { containerStatuses: [{ name: 'proxysql', containerID: 'd', restartCount: 1 }] }],
])('given a pod that %s, then nothing is known of it', async (_, changed) => {
  answer = 'f1';
  watch.expect(KEY, [POD], 'f1');
  await clock.advance(1000);
  watch.expect(KEY, [{ ...POD, status: { ...(POD.status as object), ...changed } }], 'f1');

  expect(watch.seen(KEY).size).toBe(0);
});
