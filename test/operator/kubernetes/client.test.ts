import { Transport } from '../../../operator/kubernetes/transport';
import {
  AbortedError,
  AlreadyExistsError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NotFoundError,
  NotLeaderError,
  ServerError,
  TimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnexpectedAnswerError,
} from '../../../operator/kubernetes/errors';
import { type WatchEvent } from '../../../operator/kubernetes/watch-event';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { FakeClock, settle } from '../../runtime/fake-clock';
import { until } from '../../runtime/until';
import { answer, configMap, event, list, openWatch, ScriptedServer, status } from './scripted-server';

let server: ScriptedServer;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
});

afterEach(() => server.stop());

describe('verbs', () => {
  beforeEach(() => {
    server.script = (_, response) => answer(response, 200, configMap('one', 1));
  });

  test('apply is a server-side apply in JSON under the field manager', async () => {
    const applied = await server.client().apply(configMap('one', 1), { force: true });
    const [request] = server.requests;
    expect(request?.method).toBe('PATCH');
    expect(request?.url.pathname).toBe('/api/v1/namespaces/demo/configmaps/one');
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
      fieldManager: 'cdk8s-proxysql',
      fieldValidation: 'Ignore',
      force: 'true',
    });
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(JSON.parse(request?.body ?? '')).toEqual(configMap('one', 1));
    expect(applied.metadata.name).toBe('one');
  });

  test('a status is applied on its subresource', async () => {
    const proxysql = { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata: { name: 'p', namespace: 'demo' } };
    await server.client().applyStatus(proxysql, { metadataOnly: true });
    expect(server.requests[0]?.url.pathname).toBe('/apis/kubedb.com/v1/namespaces/demo/proxysqls/p/status');
    expect(server.requests[0]?.headers.accept).toContain('as=PartialObjectMetadata;');
  });

  test('patches bear their content type', async () => {
    const client = server.client();
    await client.patch('ConfigMap', { namespace: 'demo', name: 'one' }, { type: 'merge', patch: { data: null } });
    await client.patch('ConfigMap', { namespace: 'demo', name: 'one' }, { type: 'json', patch: [{ op: 'test' }] });
    expect(server.requests.map((request) => request.headers['content-type'])).toEqual([
      'application/merge-patch+json',
      'application/json-patch+json',
    ]);
  });

  test('delete says under which conditions, and what becomes of dependents', async () => {
    await server
      .client()
      .delete(
        'StatefulSet',
        { namespace: 'demo', name: 'p' },
        { preconditions: { uid: 'u' }, propagationPolicy: 'Orphan' },
      );
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Orphan',
      preconditions: { uid: 'u' },
    });
  });

  test('create and update go where their object belongs', async () => {
    const client = server.client();
    await client.create(configMap('one', 1));
    await client.update(configMap('one', 1));
    expect(server.requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /api/v1/namespaces/demo/configmaps',
      'PUT /api/v1/namespaces/demo/configmaps/one',
    ]);
  });

  test('requests bear the credentials and say who asks, over connections that stay', async () => {
    const client = server.client({}, { userAgent: 'tester/1' });
    for (let turn = 0; turn < 20; turn++) {
      await client.get('ConfigMap', { namespace: 'demo', name: 'one' });
    }
    // The next request may be sent before the connection of the last one is free again.
    expect(server.connections).toBeLessThanOrEqual(2);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer one', 'user-agent': 'tester/1' });
  });
});

test('a list is fetched page by page, and its items get their kind', async () => {
  server.script = ({ url }, response) =>
    answer(
      response,
      200,
      url.searchParams.get('continue') === 'next'
        ? list(7, [configMap('two', 2)])
        : list(7, [configMap('one', 1)], 'next'),
    );
  const { items, resourceVersion } = await server
    .client()
    .list('ConfigMap', { namespace: 'demo', labelSelector: 'a=b', limit: 1 });
  expect(items).toEqual([configMap('one', 1), configMap('two', 2)]);
  expect(resourceVersion).toBe('7');
  expect(server.requests.map(({ url }) => url.searchParams.toString())).toEqual([
    'labelSelector=a%3Db&limit=1',
    'labelSelector=a%3Db&limit=1&continue=next',
  ]);
});

test('of a list and a watch no more than the metadata is asked for where that is enough', async () => {
  server.script = ({ url }, response) => {
    if (url.searchParams.has('watch')) {
      openWatch(response);
      response.end();
    } else {
      answer(response, 200, { ...list(7, []), items: null });
    }
  };
  const client = server.client();
  for (const metadataOnly of [false, true]) {
    await expect(client.list('Secret', { metadataOnly, resourceVersion: '0' })).resolves.toMatchObject({ items: [] });
    await client.watch('Secret', { metadataOnly, resourceVersion: '1', timeoutSeconds: 60 }).next();
  }
  expect(server.requests.map(({ headers }) => headers.accept)).toEqual([
    'application/json',
    'application/json',
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  ]);
  expect(server.requests[0]?.url.search).toBe('?limit=500&resourceVersion=0');
});

test('watches take no connection from requests, nor from each other', async () => {
  server.script = ({ url }, response) =>
    url.searchParams.has('watch') ? openWatch(response) : answer(response, 200, configMap('one', 1));
  const client = server.client({}, { connections: 1 });
  const abort = new AbortController();
  let opened = 0;
  const watches = [1, 2, 3].map(() =>
    client
      .watch('ConfigMap', {
        resourceVersion: '1',
        timeoutSeconds: 60,
        signal: abort.signal,
        onOpen: () => opened++,
      })
      .next()
      .catch(() => undefined),
  );
  await until('all watches are open', () => opened === 3);
  await client.get('ConfigMap', { namespace: 'demo', name: 'one' });
  abort.abort();
  await Promise.all(watches);
});

describe('watch', () => {
  async function collect(script: (write: (text: string) => void) => void): Promise<WatchEvent<KubernetesObject>[]> {
    server.script = (_, response) => {
      openWatch(response);
      script((text) => response.write(text));
      response.end();
    };
    const events: WatchEvent<KubernetesObject>[] = [];
    for await (const seen of server.client().watch('ConfigMap', { resourceVersion: '1', timeoutSeconds: 60 })) {
      events.push(seen);
    }
    return events;
  }

  test('yields events and bookmarks, however the bytes are cut', async () => {
    const text = event('ADDED', configMap('größe', 2)) + event('BOOKMARK', configMap('', 9));
    server.script = (_, response) => {
      openWatch(response);
      const bytes = Buffer.from(text);
      const write = (at: number): void => {
        if (at === bytes.length) {
          response.end();
          return;
        }
        response.write(bytes.subarray(at, at + 1), () => setImmediate(write, at + 1));
      };
      write(0);
    };
    const events: WatchEvent<KubernetesObject>[] = [];
    for await (const seen of server.client().watch('ConfigMap', { resourceVersion: '1', timeoutSeconds: 60 })) {
      events.push(seen);
    }
    expect(events).toEqual([
      { type: 'ADDED', object: configMap('größe', 2) },
      { type: 'BOOKMARK', resourceVersion: '9', initialEventsEnd: false },
    ]);
    expect(Object.fromEntries(server.requests[0]?.url.searchParams ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '1',
      timeoutSeconds: '60',
    });
  });

  test('an object that does not say its kind, or that it is metadata, gets the kind that was asked for', async () => {
    const { metadata } = configMap('one', 2);
    const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
    const events = await collect((write) => write(event('ADDED', { metadata }) + event('MODIFIED', partial)));
    expect(events.map((seen) => 'object' in seen && seen.object)).toEqual([configMap('one', 2), configMap('one', 2)]);
  });

  test('one that begins with all that there is, and is refused as it cannot be yet, is not asked for again', async () => {
    server.script = (_, response) => answer(response, 429, status(429, 'TooManyRequests', 'not yet'));
    const client = server.client({ retry: { attempts: 3, baseDelayMs: 1 } });
    const watch = (resourceVersion?: string) =>
      client
        .watch('ConfigMap', { ...(resourceVersion !== undefined && { resourceVersion }), timeoutSeconds: 60 })
        .next();
    await expect(watch()).rejects.toThrow(TooManyRequestsError);
    expect(server.requests).toHaveLength(1);
    await expect(watch('1')).rejects.toThrow(TooManyRequestsError);
    expect(server.requests).toHaveLength(4);
  });

  test('a line that was cut off at the end is no event', async () => {
    const events = await collect((write) => write(event('ADDED', configMap('one', 2)) + '{"type":"MODIF'));
    expect(events).toEqual([{ type: 'ADDED', object: configMap('one', 2) }]);
  });

  test('an error in the stream is thrown as what it is', async () => {
    const gone = collect((write) => write(event('ERROR', status(410, 'Expired', 'too old resource version'))));
    await expect(gone).rejects.toThrow(GoneError);
    await expect(gone).rejects.toThrow('watch configmaps: too old resource version');
  });

  test('a line that is not JSON breaks the stream without being quoted', async () => {
    const broken = collect((write) => write('{"secret":\n'));
    await expect(broken).rejects.toThrow(ConnectionError);
    await expect(broken).rejects.toThrow(/^watch configmaps: the stream has a line that is not JSON\.$/);
  });

  test('an unknown type of event breaks the stream', async () => {
    const broken = collect((write) => write(event('SURPRISE', {})));
    await expect(broken).rejects.toThrow('watch configmaps: the stream has an event of type "SURPRISE".');
  });

  test('a connection that breaks in the middle is told', async () => {
    server.script = (_, response) => {
      openWatch(response);
      response.write(event('ADDED', configMap('one', 2)), () => server.cut());
    };
    const drain = async (): Promise<void> => {
      const watch = server.client().watch('ConfigMap', { resourceVersion: '1', timeoutSeconds: 60 });
      for await (const seen of watch) {
        expect(seen.type).toBe('ADDED');
      }
    };
    await expect(drain()).rejects.toThrow(ConnectionError);
  });

  test('the caller can call it off', async () => {
    server.script = (_, response) => openWatch(response);
    const abort = new AbortController();
    let opened = false;
    const watch = server.client().watch('ConfigMap', {
      resourceVersion: '1',
      timeoutSeconds: 60,
      signal: abort.signal,
      onOpen: () => (opened = true),
    });
    const next = watch.next();
    const ended = expect(next).rejects.toThrow(AbortedError);
    await until('the watch is open', () => opened);
    abort.abort();
    await ended;
  });
});

describe('errors', () => {
  const get = (options = {}): Promise<unknown> =>
    server.client({ retry: { attempts: 1 }, ...options }).get('Secret', { namespace: 'demo', name: 's' });

  test.each([
    [400, 'BadRequest', UnexpectedAnswerError],
    [401, 'Unauthorized', UnauthorizedError],
    [403, 'Forbidden', ForbiddenError],
    [404, 'NotFound', NotFoundError],
    [409, 'Conflict', ConflictError],
    [409, 'AlreadyExists', AlreadyExistsError],
    [410, 'Expired', GoneError],
    [422, 'Invalid', InvalidError],
    [429, 'TooManyRequests', TooManyRequestsError],
    [500, 'InternalError', ServerError],
    [503, 'ServiceUnavailable', ServerError],
  ])('%i %s', async (code, reason, expected) => {
    server.script = (_, response) => answer(response, code, status(code, reason, 'because'));
    const failure = get();
    await expect(failure).rejects.toThrow(expected);
    await expect(failure).rejects.toMatchObject({ code, reason });
  });

  test('Forbidden names the verb, the resource and where', async () => {
    server.script = (_, response) => answer(response, 403, status(403, 'Forbidden', 'no'));
    await expect(get()).rejects.toThrow(
      'get secrets demo/s: forbidden; if RBAC refuses it, allow verb "get" on resource "secrets" in namespace "demo": no',
    );
    await expect(server.client().list('Issuer')).rejects.toThrow(
      'allow verb "list" on resource "issuers.cert-manager.io" in the whole cluster',
    );
  });

  test('what the API server quotes of an invalid Secret is not repeated', async () => {
    const details = { causes: [{ field: 'data[password]', message: 'hunter2' }] };
    server.script = (_, response) => answer(response, 422, status(422, 'Invalid', 'bad value "hunter2"', details));
    const failure = get();
    await expect(failure).rejects.toThrow(/^get secrets demo\/s: refused as invalid \(fields: data\[password\]\)$/);
    // A logger writes an error with all that it holds.
    expect(JSON.stringify(await failure.catch((error: unknown) => error))).not.toContain('hunter2');
  });

  test('what the API server says of an object with thousands of mistakes is cut', async () => {
    server.script = (_, response) => answer(response, 422, status(422, 'Invalid', 'bad port '.repeat(100_000)));
    const asked = server.client().get('Service', { namespace: 'demo', name: 's' });
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidError);
    expect((error as Error).message).toMatch(/^get services demo\/s: bad port .*…$/);
    expect((error as Error).message.length).toBe(4000);
  });

  test('an answer that is no Status object still has its code', async () => {
    server.script = (_, response) => answer(response, 404, '404 page not found\n');
    await expect(get()).rejects.toThrow('get secrets demo/s: HTTP status 404');
  });

  test('an answer that is not JSON', async () => {
    server.script = (_, response) => answer(response, 200, '<html>');
    await expect(get()).rejects.toThrow('get secrets demo/s: the answer is not JSON.');
  });

  test('no answer in time', async () => {
    server.script = () => undefined;
    const client = server.client({ retry: { attempts: 1 } }, { timeoutMs: 50 });
    const failure = client.get('Secret', { namespace: 'demo', name: 's' });
    await expect(failure).rejects.toThrow(TimeoutError);
    await expect(failure).rejects.toThrow('get secrets demo/s: no answer in time.');
  });

  test('no end of an answer in time', async () => {
    server.script = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    };
    const client = server.client({ retry: { attempts: 1 } }, { timeoutMs: 50 });
    await expect(client.get('Secret', { namespace: 'demo', name: 's' })).rejects.toThrow(TimeoutError);
  });

  test('an error without words is named by its code', async () => {
    // As of a host name with several addresses, none of which answers.
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    const connection = server.connection({ credentials: () => Promise.reject(refused) });
    const client = server.client({ retry: { attempts: 1 } }, {}, connection);
    const failure = client.get('Secret', { namespace: 'demo', name: 's' });
    await expect(failure).rejects.toThrow(/^get secrets demo\/s: ECONNREFUSED$/);
    await expect(failure).rejects.toMatchObject({ cause: refused });
  });

  test('a namespaced object needs its namespace', async () => {
    await expect(server.client().get('Secret', { name: 's' })).rejects.toThrow(
      'Secret "s" needs a namespace: objects of this kind live in one.',
    );
  });

  test('a kind that nobody told the operator about', async () => {
    const object = { apiVersion: 'v2', kind: 'Thing', metadata: { name: 't' } };
    await expect(server.client().apply(object)).rejects.toThrow(
      'The operator knows no kind "Thing" with apiVersion "v2"; it works with kubedb.com/v1/ProxySQL, ',
    );
  });
});

describe('retry', () => {
  test('429 is tried again, not before the time that the API server asks for', async () => {
    const clock = new FakeClock();
    server.script = (_, response) =>
      server.requests.length === 1
        ? answer(response, 429, status(429, 'TooManyRequests', 'busy'), { 'retry-after': '2' })
        : answer(response, 200, configMap('one', 1));
    const applied = server.client({ clock }).create(configMap('one', 1));
    await until('the client waits', () => clock.timers === 1);
    await clock.advance(2000);
    expect(server.requests).toHaveLength(1);
    await clock.advance(200);
    await expect(applied).resolves.toMatchObject({ metadata: { name: 'one' } });
    expect(server.requests).toHaveLength(2);
  });

  test('a wait longer than a worker should be held is left to the caller', async () => {
    server.script = (_, response) =>
      answer(response, 429, status(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 60 }));
    const failure = server.client().get('Secret', { namespace: 'demo', name: 's' });
    await expect(failure).rejects.toMatchObject({ retryAfterMs: 60_000 });
    expect(server.requests).toHaveLength(1);
  });

  test('a broken connection is tried again where twice is the same as once, and only there', async () => {
    server.script = ({ method }, response) =>
      server.requests.length === 1 || method === 'POST'
        ? response.destroy()
        : answer(response, 200, configMap('one', 1));
    const client = server.client({ retry: { baseDelayMs: 1 } });
    await expect(client.apply(configMap('one', 1))).resolves.toBeDefined();
    expect(server.requests).toHaveLength(2);
    await expect(client.create(configMap('one', 1))).rejects.toThrow(ConnectionError);
    expect(server.requests).toHaveLength(3);
  });

  test('what may be done twice is a read, an apply, a merge patch and a deletion, and nothing else', async () => {
    server.script = (_, response) => response.destroy();
    const client = server.client({ retry: { attempts: 2, baseDelayMs: 1 } });
    const key = { namespace: 'demo', name: 'one' };
    const attempts = async (request: Promise<unknown>): Promise<number> => {
      const before = server.requests.length;
      await expect(request).rejects.toThrow(ConnectionError);
      return server.requests.length - before;
    };
    const patch = { data: { a: '1' } };
    expect(await attempts(client.get('ConfigMap', key))).toBe(2);
    expect(await attempts(client.list('ConfigMap'))).toBe(2);
    expect(await attempts(client.apply(configMap('one', 1)))).toBe(2);
    expect(await attempts(client.patch('ConfigMap', key, { type: 'merge', patch }))).toBe(2);
    expect(await attempts(client.delete('ConfigMap', key))).toBe(2);
    expect(await attempts(client.patch('ConfigMap', key, { type: 'json', patch: [] }))).toBe(1);
    expect(await attempts(client.create(configMap('one', 1)))).toBe(1);
    expect(await attempts(client.update(configMap('one', 1)))).toBe(1);
  });

  test('attempts are bounded', async () => {
    server.script = (_, response) => answer(response, 503, status(503, 'ServiceUnavailable', 'later'));
    const client = server.client({ retry: { attempts: 3, baseDelayMs: 1 } });
    await expect(client.get('Secret', { namespace: 'demo', name: 's' })).rejects.toThrow(ServerError);
    expect(server.requests).toHaveLength(3);
  });

  test('the caller can call off the pause too', async () => {
    const clock = new FakeClock();
    server.script = (_, response) => answer(response, 503, status(503, 'ServiceUnavailable', 'later'));
    const abort = new AbortController();
    const refused = expect(
      server.client({ clock }).get('Secret', { namespace: 'demo', name: 's' }, abort.signal),
    ).rejects.toThrow(ServerError);
    await until('the client waits', () => clock.timers === 1);
    abort.abort();
    await refused;
    expect(clock.timers).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  test('credentials that are refused are fetched anew, once', async () => {
    let token = 'old';
    const connection = server.connection({
      credentials: () =>
        Promise.resolve({ headers: { authorization: `Bearer ${token}` }, tls: { rejectUnauthorized: true } }),
      invalidate: () => (token = 'new'),
    });
    server.script = ({ headers }, response) =>
      headers.authorization === 'Bearer new'
        ? answer(response, 200, configMap('one', 1))
        : answer(response, 401, status(401, 'Unauthorized', 'who?'));
    const client = server.client({}, {}, connection);
    await expect(client.get('ConfigMap', { namespace: 'demo', name: 'one' })).resolves.toBeDefined();
    expect(server.requests).toHaveLength(2);
  });
});

describe('fence', () => {
  test('writes are not sent once it is shut, not even as a further attempt; reads are', async () => {
    let open = true;
    const clock = new FakeClock();
    server.script = ({ method }, response) => {
      open = false;
      return method === 'GET'
        ? answer(response, 200, configMap('one', 1))
        : answer(response, 429, status(429, 'TooManyRequests', 'busy'), { 'retry-after': '1' });
    };
    const client = server.client({ clock }).fenced({ isOpen: () => open });
    const write = client.apply(configMap('one', 1));
    const refused = expect(write).rejects.toThrow(NotLeaderError);
    await until('the client waits', () => clock.timers === 1);
    await clock.advance(2000);
    await refused;
    await expect(write).rejects.toThrow('patch configmaps demo/one: not sent, because this process is not the leader.');
    expect(server.requests).toHaveLength(1);
    await expect(client.get('ConfigMap', { namespace: 'demo', name: 'one' })).resolves.toBeDefined();
  });

  test('it is looked at after the credentials have come, however long that takes', async () => {
    let open = true;
    const connection = server.connection();
    const slow = {
      ...connection,
      credentials: async () => {
        open = false;
        return connection.credentials();
      },
    };
    const client = server.client({}, {}, slow).fenced({ isOpen: () => open });
    await expect(client.delete('ConfigMap', { namespace: 'demo', name: 'one' })).rejects.toThrow(NotLeaderError);
    expect(server.requests).toHaveLength(0);
  });

  test('it is looked at once there is a connection, however long the others are busy', async () => {
    let open = true;
    let release: () => void = () => undefined;
    server.script = (_, response) => (release = () => answer(response, 200, configMap('one', 1)));
    const client = server.client({}, { connections: 1 }).fenced({ isOpen: () => open });
    const before = client.get('ConfigMap', { namespace: 'demo', name: 'one' });
    await until('the connection is busy', () => server.requests.length === 1);
    const refused = expect(client.apply(configMap('one', 1))).rejects.toThrow(NotLeaderError);
    const read = client.get('ConfigMap', { namespace: 'demo', name: 'one' });
    await settle();

    open = false;
    release();
    await before;
    await until('the next request', () => server.requests.length === 2);
    release();
    await Promise.all([refused, read]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(server.connections).toBe(1);
  });
});

test('each attempt is told to the observer', async () => {
  const outcomes: unknown[] = [];
  server.script = ({ url }, response) => {
    if (url.searchParams.has('watch')) {
      openWatch(response);
      response.end();
    } else if (server.requests.length === 1) {
      response.destroy();
    } else if (server.requests.length === 2) {
      answer(response, 503, status(503, 'ServiceUnavailable', 'later'));
    } else {
      answer(response, 200, configMap('one', 1));
    }
  };
  const client = server.client({
    retry: { baseDelayMs: 1 },
    observer: ({ verb, resource, status }) => outcomes.push({ verb, resource, status }),
  });
  await client.get('ConfigMap', { namespace: 'demo', name: 'one' });
  await client.watch('ConfigMap', { resourceVersion: '1', timeoutSeconds: 60 }).next();
  expect(outcomes).toEqual([
    { verb: 'get', resource: 'configmaps', status: 0 },
    { verb: 'get', resource: 'configmaps', status: 503 },
    { verb: 'get', resource: 'configmaps', status: 200 },
    { verb: 'watch', resource: 'configmaps', status: 200 },
  ]);
});

test('the observer is told how long it took', async () => {
  const durations: number[] = [];
  const clock = new FakeClock();
  server.script = (_, response) => {
    clock.freeze(30);
    answer(response, 200, configMap('one', 1));
  };
  const client = server.client({ clock, observer: ({ durationMs }) => durations.push(durationMs) });
  await client.get('ConfigMap', { namespace: 'demo', name: 'one' });
  expect(durations).toEqual([30]);
});

test('an API server behind a path keeps its path', async () => {
  server.script = (_, response) => answer(response, 200, configMap('one', 1));
  const connection = server.connection();
  const transport = new Transport({ ...connection, server: `${connection.server}/k8s/clusters/c1` });
  const { status: code } = await transport.send({ method: 'GET', path: '/api/v1/namespaces' });
  await transport.close();
  expect(code).toBe(200);
  expect(server.requests[0]?.url.pathname).toBe('/k8s/clusters/c1/api/v1/namespaces');
});
