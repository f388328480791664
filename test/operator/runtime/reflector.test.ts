import { type ServerResponse } from 'node:http';

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

const begins = (url: URL): boolean => url.searchParams.has('sendInitialEvents');
const isWatch = (url: URL): boolean => url.searchParams.has('watch') && !begins(url);
const isList = (url: URL): boolean => !url.searchParams.has('watch');
const count = (which: (url: URL) => boolean): number => server.requests.filter(({ url }) => which(url)).length;
const watchedFrom = (): (string | null)[] =>
  server.requests.filter(({ url }) => isWatch(url)).map(({ url }) => url.searchParams.get('resourceVersion'));

/** Everything that there is, as the first events of a watch. */
function initial(resourceVersion: number, items: readonly KubernetesObject[]): string {
  return items.map((item) => event('ADDED', item)).join('') + initialEnd(resourceVersion);
}

function initialEnd(resourceVersion: number): string {
  const metadata = { resourceVersion: String(resourceVersion), annotations: { 'k8s.io/initial-events-end': 'true' } };
  return event('BOOKMARK', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

/** Answers with the beginning of a watch, which stays open. */
function beginWatch(response: ServerResponse, resourceVersion: number, items: readonly KubernetesObject[]): void {
  openWatch(response);
  response.write(initial(resourceVersion, items));
}

/** Lets the reflector's pause before the next attempt pass, once it is pausing. */
async function passPause(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds() && Date.now() < end) {
    await settle();
    await clock.advance(50);
  }
  expect(holds()).toBe(true);
}

/** The pauses after so many attempts. No watchdog of a watch may be as short as any of them. */
async function pausesAfter(attempts: () => number, rounds: number): Promise<number[]> {
  const pauses: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    // Only the pause is left on the clock: the watchdog is gone with its watch.
    await until(
      'a pause',
      () => attempts() === round && clock.timers === 1 && (clock.nextAt ?? Infinity) < clock.now() + SILENCE_MS / 2,
    );
    const pause = (clock.nextAt ?? Infinity) - clock.now();
    pauses.push(pause);
    await clock.advance(pause);
  }
  return pauses;
}

/** Longer than any pause. */
const SILENCE_MS = 1_000_000;

test('given all that there is and events, then the store follows, and nothing is listed', async () => {
  server.script = (_, response) => {
    beginWatch(response, 10, [configMap('one', 1)]);
    response.write(event('ADDED', configMap('two', 11)) + event('MODIFIED', configMap('one', 12)));
    response.write(event('DELETED', configMap('two', 13)));
  };
  const reflector = start({ namespace: 'demo', labelSelector: 'a=b' });
  expect(reflector.hasSynced).toBe(false);
  await reflector.whenSettled();
  expect(reflector.hasSynced).toBe(true);
  await until('all events have come', () => changes.length === 4);
  expect(changes).toEqual(['added demo/one', 'added demo/two', 'updated demo/one', 'deleted demo/two']);
  expect(reflector.state).toEqual({ phase: 'watching' });
  expect(server.requests).toHaveLength(1);
  expect(Object.fromEntries(server.requests[0]?.url.searchParams ?? [])).toMatchObject({
    labelSelector: 'a=b',
    watch: 'true',
    allowWatchBookmarks: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
  });
});

test('given changes before all has been told, then they count too', async () => {
  server.script = (_, response) => {
    openWatch(response);
    response.write(event('ADDED', configMap('one', 1)) + event('ADDED', configMap('two', 2)));
    response.write(event('DELETED', configMap('one', 3)) + event('MODIFIED', configMap('two', 4)) + initialEnd(4));
  };
  await start().whenSettled();
  expect([...store.list()].map(objectKey)).toEqual(['demo/two']);
  expect(store.get('demo', 'two')?.metadata.resourceVersion).toBe('4');
});

test('given a bookmark before all has been told, then nothing is known to be gone yet', async () => {
  store.put(configMap('old', 1));
  server.script = (_, response) => {
    openWatch(response);
    response.write(event('BOOKMARK', configMap('', 5)) + event('ADDED', configMap('one', 6)));
  };
  const reflector = start();
  await until('the object has come', () => store.get('demo', 'one') !== undefined);
  expect([reflector.hasSynced, reflector.state.phase]).toEqual([false, 'starting']);
  expect(store.size).toBe(2);
});

test('given a watch that ends in peace after it said something, then it goes on without a pause', async () => {
  server.script = ({ url }, response) => {
    openWatch(response);
    if (begins(url)) {
      response.end(initial(10, []));
    } else if (watchedFrom().length < 4) {
      const resourceVersion = 10 + watchedFrom().length;
      response.end(event('ADDED', configMap(`at-${resourceVersion}`, resourceVersion)));
    }
  };
  start();
  await until('the last one is open', () => watchedFrom().length === 4);
  expect(watchedFrom()).toEqual(['10', '11', '12', '13']);
});

test('given an error after a watch said something, then the pause is the shortest again', async () => {
  server.script = ({ url }, response) => {
    openWatch(response);
    if (begins(url)) {
      response.end(initial(10, []));
    } else {
      const change = watchedFrom().length < 4 ? '' : event('ADDED', configMap('one', 20));
      response.end(change + event('ERROR', status(500, 'InternalError', 'no')));
    }
  };
  start({ silenceMs: SILENCE_MS });
  expect(await pausesAfter(() => watchedFrom().length, 4)).toEqual([75, 150, 300, 75]);
});

test('given a reflector that is stopped before it knows anything, then whoever waits for it goes on', async () => {
  let asked = false;
  server.script = () => {
    asked = true;
  };
  const reflector = start();
  await until('the server is asked', () => asked);
  await reflector.stop();
  await reflector.whenSettled();
  expect([reflector.hasSynced, clock.timers]).toEqual([false, 0]);
  expect(states).toEqual([]);
});

test('given a cut before all has been told, then nothing is known to be gone, and it begins anew', async () => {
  store.put(configMap('old', 1));
  server.script = (_, response) => {
    openWatch(response);
    if (server.requests.length === 1) {
      response.write(event('ADDED', configMap('one', 2)), () => setTimeout(() => response.destroy(), 20));
    } else {
      response.write(initial(10, [configMap('one', 2)]));
    }
  };
  const reflector = start();
  await until('the cut is noticed', () => reflector.state.phase === 'interrupted');
  expect(reflector.hasSynced).toBe(false);
  expect(store.size).toBe(2);
  await passPause(() => reflector.hasSynced);
  expect(count(begins)).toBe(2);
  expect([...store.list()].map(objectKey)).toEqual(['demo/one']);
});

test('given an API server that cannot begin with all that there is yet, then it is listed this time', async () => {
  server.script = ({ url }, response) => {
    if (begins(url) && count(begins) === 1) {
      answer(response, 429, status(429, 'TooManyRequests', 'storage is (re)initializing'), { 'retry-after': '1' });
    } else if (begins(url)) {
      beginWatch(response, 20, [configMap('one', 1), configMap('two', 2)]);
    } else if (isList(url)) {
      answer(response, 200, list(10, [configMap('one', 1)]));
    } else {
      openWatch(response);
      response.end(event('ERROR', status(410, 'Expired', 'too old')));
    }
  };
  await start().whenSettled();
  expect(store.size).toBe(1);
  expect(count(begins)).toBe(1);
  await passPause(() => store.size === 2);
  expect([count(begins), count(isList)]).toEqual([2, 1]);
});

test('given an API server that cannot begin with all that there is, then it is listed, and asked for that no more', async () => {
  server.script = ({ url }, response) => {
    if (begins(url)) {
      answer(response, 422, status(422, 'Invalid', 'sendInitialEvents: Forbidden'));
    } else if (isList(url)) {
      answer(response, 200, list(count(isList) * 10, [configMap('one', 1)]));
    } else {
      openWatch(response);
      response.end(watchedFrom().length === 1 ? event('ERROR', status(410, 'Expired', 'too old')) : '');
    }
  };
  const reflector = start({ namespace: 'demo', labelSelector: 'a=b' });
  await reflector.whenSettled();
  expect(store.size).toBe(1);
  await passPause(() => watchedFrom().length === 2);
  expect(watchedFrom()).toEqual(['10', '20']);
  expect(count(begins)).toBe(1);
  expect(server.requests.every(({ url }) => url.searchParams.get('labelSelector') === 'a=b')).toBe(true);
});

test('given a cut, then the watch goes on where it was, bookmarks included, without a new list', async () => {
  server.script = ({ url }, response) => {
    if (begins(url)) {
      openWatch(response);
      response.end(initial(10, []));
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
  expect(count(begins)).toBe(1);
  expect(states.map(({ phase }) => phase)).toEqual(['watching', 'interrupted', 'watching']);
  expect(reflector.hasSynced).toBe(true);
});

test('given a watch that says nothing, then it is taken for dead after the deadline', async () => {
  server.script = ({ url }, response) => {
    if (begins(url)) {
      beginWatch(response, 10, []);
    } else {
      openWatch(response);
    }
  };
  const reflector = start({ silenceMs: 1000 });
  await until('the watch is open', () => reflector.state.phase === 'watching');
  await clock.advance(999);
  expect(reflector.state.phase).toBe('watching');
  await clock.advance(1);
  await until('the silence is noticed', () => reflector.state.phase === 'interrupted');
  await passPause(() => watchedFrom().length === 1);
  expect(count(begins)).toBe(1);
});

test('given a watch that says something now and then, then it lives on, until its own time is over', async () => {
  let say: (text: string) => void = () => undefined;
  server.script = (_, response) => {
    beginWatch(response, 10, []);
    say = (text) => void response.write(text);
  };
  const reflector = start({ silenceMs: 1000 });
  await until('the watch is open', () => reflector.state.phase === 'watching');
  for (let version = 11; version < 15; version++) {
    await clock.advance(900);
    say(event('ADDED', configMap(`at-${version}`, version)));
    await until('it is heard', () => store.get('demo', `at-${version}`) !== undefined);
  }
  expect(reflector.state.phase).toBe('watching');
  expect(server.requests).toHaveLength(1);
  // Half of the way from one to two times 300 s, so that not all end at the same time.
  expect(server.requests[0]?.url.searchParams.get('timeoutSeconds')).toBe('450');
});

test('given a watch that says nothing from its beginning to the deadline, then its version is not trusted', async () => {
  server.script = ({ url }, response) => {
    if (begins(url)) {
      beginWatch(response, count(begins) === 1 ? 2000 : 1000, []);
      if (count(begins) === 1) {
        response.end();
      }
    } else {
      // As an API server does whose versions have not come so far.
      openWatch(response);
    }
  };
  start({ silenceMs: 1000 });
  await passPause(() => watchedFrom().length === 1);
  expect(watchedFrom()).toEqual(['2000']);
  await passPause(() => count(begins) === 2);
  expect(watchedFrom()).toEqual(['2000']);
});

test('given 410, then a new beginning tells what was missed, deletions too', async () => {
  server.script = (_, response) => {
    if (count(begins) === 1) {
      beginWatch(response, 10, [configMap('gone', 1), configMap('kept', 2), configMap('changed', 3)]);
      response.end(event('ERROR', status(410, 'Expired', 'too old')));
    } else {
      beginWatch(response, 30, [configMap('kept', 2), configMap('changed', 25), configMap('new', 26)]);
    }
  };
  start();
  await passPause(() => store.get('demo', 'new') !== undefined && store.size === 3);
  expect(changes.slice(3)).toEqual(['updated demo/changed', 'added demo/new', 'deleted demo/gone']);
  expect(watchedFrom()).toEqual([]);
});

test.each([
  ['streams', true],
  ['lists', false],
])(
  'given an API server that was put back to an older day, then the reflector %s what there is now',
  async (_, streaming) => {
    const [before, now] = [[configMap('one', 2000), configMap('later', 1999)], [configMap('one', 900)]];
    server.script = ({ url }, response) => {
      const isFirst = count(begins) + count(isList) === 1;
      if (begins(url)) {
        beginWatch(response, isFirst ? 2000 : 1000, isFirst ? before : now);
      } else if (isList(url)) {
        answer(response, 200, list(isFirst ? 2000 : 1000, isFirst ? before : now));
      } else {
        openWatch(response);
      }
      if (!isList(url) && isFirst) {
        response.end(event('ERROR', status(410, 'Expired', 'too old')));
      } else if (!isList(url)) {
        response.write(event('MODIFIED', configMap('one', 1001)));
      }
    };
    start({ streaming });
    await passPause(() => store.get('demo', 'one')?.metadata.resourceVersion === '1001');
    expect(changes.slice(2)).toEqual(['updated demo/one', 'deleted demo/later', 'updated demo/one']);
    expect([count(begins) > 0, count(isList) > 0]).toEqual([streaming, !streaming]);
  },
);

test('given watches that end without a word, then the pauses grow', async () => {
  server.script = ({ url }, response) => {
    openWatch(response);
    response.end(begins(url) ? initial(10, []) : '');
  };
  start({ silenceMs: SILENCE_MS });
  const pauses = await pausesAfter(() => watchedFrom().length, 11);
  expect(pauses.slice(0, 4)).toEqual([75, 150, 300, 600]);
  expect(pauses.slice(-2)).toEqual([22_500, 22_500]);
  expect(count(begins)).toBe(1);
});

test('given an API server that cannot go on from a version five times in a row, then it is not trusted', async () => {
  server.script = ({ url }, response) => {
    if (!begins(url)) {
      answer(response, 500, status(500, 'InternalError', 'etcd is gone'));
    } else if (count(begins) === 1) {
      openWatch(response);
      response.end(initial(10, []));
    } else {
      beginWatch(response, 20, [configMap('one', 15)]);
    }
  };
  start();
  await passPause(() => store.size === 1);
  expect(watchedFrom()).toEqual(['10', '10', '10', '10', '10']);
});

test('given an API server that is too busy for a watch to go on, then it goes on after a pause, where it was', async () => {
  server.script = ({ url }, response) => {
    if (begins(url)) {
      openWatch(response);
      response.end(initial(10, []));
    } else {
      answer(response, 429, status(429, 'TooManyRequests', 'busy'));
    }
  };
  start({ silenceMs: SILENCE_MS });
  expect(await pausesAfter(() => watchedFrom().length, 3)).toEqual([75, 150, 300]);
  expect([count(begins), count(isList)]).toEqual([1, 0]);
});

test('given an API server that asks for time, then it gets it before it is asked again', async () => {
  server.script = (_, response) =>
    answer(response, 429, status(429, 'TooManyRequests', 'busy'), { 'retry-after': '20' });
  start({ silenceMs: SILENCE_MS });
  expect(await pausesAfter(() => count(isList), 2)).toEqual([20_075, 20_150]);
});

test('given a kind that stays unavailable, then it is asked for once in a while, and rarely in the end', async () => {
  server.script = (_, response) => answer(response, 404, '404 page not found\n');
  start({ silenceMs: SILENCE_MS });
  const pauses = await pausesAfter(() => count(begins), 11);
  expect(pauses.slice(0, 3)).toEqual([750, 1500, 3000]);
  expect(pauses.slice(-2)).toEqual([225_000, 225_000]);
});

test('given a kind that is not installed, then that is said, nobody waits, and it is tried again', async () => {
  let installed = false;
  server.script = (_, response) => {
    if (!installed) {
      answer(response, 404, '404 page not found\n');
    } else {
      beginWatch(response, 10, [configMap('one', 1)]);
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
    if (begins(url) && count(begins) === 1) {
      openWatch(response);
      response.end(initial(10, [configMap('one', 1)]));
    } else {
      answer(response, 403, status(403, 'Forbidden', 'no'));
    }
  };
  const reflector = start();
  await until('it is noticed', () => reflector.state.phase === 'unavailable');
  expect(reflector.state).toMatchObject({ why: expect.stringContaining('allow verb "watch"') as unknown });
  expect(store.size).toBe(1);
});
