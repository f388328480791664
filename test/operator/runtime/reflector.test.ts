import { type KubernetesObject } from '../../../lib/kubernetes';
import { Reflector, type ReflectorOptions, type ReflectorState } from '../../../operator/runtime/reflector';
import { objectKey, Store } from '../../../operator/runtime/store';
import { silentLogger } from '../../../runtime/logger';
import { FakeClock, settle } from '../../runtime/fake-clock';
import { until } from '../../runtime/until';
import { answer, configMap, event, list, openWatch, ScriptedServer, status } from '../kubernetes/scripted-server';

let server: ScriptedServer;
let clock: FakeClock;
let store: Store<KubernetesObject>;
let states: ReflectorState[];
let changes: string[];
const running: Reflector<KubernetesObject>[] = [];

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  clock = new FakeClock();
  store = new Store();
  states = [];
  changes = [];
  store.subscribe((change) => changes.push(`${change.type} ${objectKey(change.object)}`));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((reflector) => reflector.stop()));
  await server.stop();
});

function start(options: Partial<ReflectorOptions<KubernetesObject>> = {}): Reflector<KubernetesObject> {
  const reflector = new Reflector<KubernetesObject>({
    client: server.client({ retry: { attempts: 1 } }),
    kind: 'ConfigMap',
    store,
    clock,
    random: () => 0.5,
    logger: silentLogger(),
    onState: (state) => states.push(state),
    ...options,
  });
  running.push(reflector);
  reflector.start();
  return reflector;
}

const isWatch = (url: URL): boolean => url.searchParams.has('watch');
const watchedFrom = (): (string | null)[] =>
  server.requests.filter(({ url }) => isWatch(url)).map(({ url }) => url.searchParams.get('resourceVersion'));
const lists = (): number => server.requests.filter(({ url }) => !isWatch(url)).length;

/** Lets the reflector's pause before the next attempt pass, once it is pausing. */
async function passPause(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds() && Date.now() < end) {
    await settle();
    await clock.advance(50);
  }
  expect(holds()).toBe(true);
}

test('given a list and events, then the store follows', async () => {
  server.script = ({ url }, response) => {
    if (isWatch(url)) {
      openWatch(response);
      response.write(event('ADDED', configMap('two', 11)) + event('MODIFIED', configMap('one', 12)));
      response.write(event('DELETED', configMap('two', 13)));
    } else {
      answer(response, 200, list(10, [configMap('one', 1)]));
    }
  };
  const reflector = start({ namespace: 'demo', labelSelector: 'a=b' });
  expect(reflector.hasSynced).toBe(false);
  await reflector.whenSettled();
  expect(reflector.hasSynced).toBe(true);
  await until('all events have come', () => changes.length === 4);
  expect(changes).toEqual(['added demo/one', 'added demo/two', 'updated demo/one', 'deleted demo/two']);
  expect(reflector.state).toEqual({ phase: 'watching' });
  expect(server.requests[1]?.url.searchParams.get('labelSelector')).toBe('a=b');
});

test('given a cut, then the watch goes on where it was, bookmarks included, without a new list', async () => {
  server.script = ({ url }, response) => {
    if (!isWatch(url)) {
      answer(response, 200, list(10, []));
      return;
    }
    openWatch(response);
    if (watchedFrom().length === 1) {
      const text = event('ADDED', configMap('one', 11)) + event('BOOKMARK', configMap('', 20)) + '{"type":"ADDED","obj';
      response.write(text, () => setTimeout(() => response.destroy(), 20));
    } else {
      response.write(event('ADDED', configMap('two', 21)));
    }
  };
  const reflector = start();
  await passPause(() => store.size === 2);
  expect(watchedFrom()).toEqual(['10', '20']);
  expect(lists()).toBe(1);
  expect(states.map(({ phase }) => phase)).toEqual(['watching', 'interrupted', 'watching']);
  expect(reflector.hasSynced).toBe(true);
});

test('given a watch that says nothing, then it is taken for dead after the deadline', async () => {
  server.script = ({ url }, response) => {
    if (isWatch(url)) {
      openWatch(response);
    } else {
      answer(response, 200, list(10, []));
    }
  };
  const reflector = start({ silenceMs: 1000 });
  await until('the watch is open', () => reflector.state.phase === 'watching');
  await clock.advance(999);
  expect(watchedFrom()).toHaveLength(1);
  await clock.advance(1);
  await until('the silence is noticed', () => reflector.state.phase === 'interrupted');
  await passPause(() => watchedFrom().length === 2);
  expect(lists()).toBe(1);
});

test('given 410, then a new list tells what was missed, deletions too', async () => {
  server.script = ({ url }, response) => {
    if (!isWatch(url)) {
      const first = lists() === 1;
      answer(
        response,
        200,
        first
          ? list(10, [configMap('gone', 1), configMap('kept', 2), configMap('changed', 3)])
          : list(30, [configMap('kept', 2), configMap('changed', 25), configMap('new', 26)]),
      );
      return;
    }
    openWatch(response);
    if (watchedFrom().length === 1) {
      response.end(event('ERROR', status(410, 'Expired', 'too old')));
    }
  };
  start();
  await passPause(() => store.get('demo', 'new') !== undefined && store.size === 3);
  expect(changes.slice(3)).toEqual(['updated demo/changed', 'added demo/new', 'deleted demo/gone']);
  await until('the watch goes on from the new list', () => watchedFrom().at(-1) === '30');
});

test('given watches that end without a word, then the pauses grow', async () => {
  server.script = ({ url }, response) => {
    if (isWatch(url)) {
      openWatch(response);
      response.end();
    } else {
      answer(response, 200, list(10, []));
    }
  };
  start();
  const pauses: number[] = [];
  for (let round = 1; round <= 4; round++) {
    // Only the pause is left on the clock: the watchdog is gone with its watch.
    await until(
      'a pause',
      () => watchedFrom().length === round && clock.timers === 1 && (clock.nextAt ?? Infinity) < clock.now() + 10_000,
    );
    const pause = (clock.nextAt ?? Infinity) - clock.now();
    pauses.push(pause);
    await clock.advance(pause);
  }
  expect(pauses).toEqual([75, 150, 300, 600]);
});

test('given a kind that is not installed, then that is said, nobody waits, and it is tried again', async () => {
  let installed = false;
  server.script = ({ url }, response) => {
    if (!installed) {
      answer(response, 404, '404 page not found\n');
    } else if (isWatch(url)) {
      openWatch(response);
    } else {
      answer(response, 200, list(10, [configMap('one', 1)]));
    }
  };
  const reflector = start({ kind: 'ServiceMonitor' });
  await reflector.whenSettled();
  expect(reflector.hasSynced).toBe(false);
  expect(reflector.state).toEqual({
    phase: 'unavailable',
    why: 'The API server has no servicemonitors.monitoring.coreos.com (not installed)',
  });
  installed = true;
  await passPause(() => reflector.state.phase === 'watching');
  expect(store.size).toBe(1);
});

test('given a permission that is taken away, then the state says which, and the store stays', async () => {
  server.script = ({ url }, response) => {
    if (isWatch(url)) {
      answer(response, 403, status(403, 'Forbidden', 'no'));
    } else if (lists() === 1) {
      answer(response, 200, list(10, [configMap('one', 1)]));
    } else {
      answer(response, 403, status(403, 'Forbidden', 'no'));
    }
  };
  const reflector = start();
  await until('it is noticed', () => reflector.state.phase === 'unavailable');
  expect(reflector.state).toMatchObject({ why: expect.stringContaining('allow verb "watch"') as unknown });
  expect(store.size).toBe(1);
});
