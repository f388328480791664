import { ApiClient } from '../harness/api-client';
import { type ApiError } from '../harness/api-transport';
import { clusterTest } from '../harness/cluster-test';
import { type KubeObject, ref } from '../harness/kube-object';
import { type TestNamespace } from '../harness/test-namespace';
import { FaultProxy } from './fault-proxy';
import { FaultRules } from './fault-rules';

const secrets = /\/secrets/;
const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret' } };
const kind = { apiVersion: 'v1', kind: 'Secret' };

interface Setting {
  readonly proxy: FaultProxy;
  /** Goes through the proxy. */
  readonly client: ApiClient;
  /** Goes past it. */
  readonly admin: ApiClient;
}

function faultTest(name: string, run: (setting: Setting) => Promise<void>): void {
  clusterTest(name, async ({ namespace }) => {
    const { server, ca = '' } = namespace.admin.target;
    const proxy = await FaultProxy.start({ server, ca });
    const client = clientThrough(proxy, namespace);
    try {
      await client.list(kind); // looks the kind up
      await run({ proxy, client, admin: namespace.admin });
    } finally {
      client.close();
      await proxy.stop();
    }
  });
}

function clientThrough(proxy: FaultProxy, { admin, name }: TestNamespace): ApiClient {
  return new ApiClient({ ...admin.target, server: proxy.server, ca: proxy.ca }, { namespace: name });
}

async function whatWatchTells(client: ApiClient, first: () => void): Promise<string> {
  const types: string[] = [];
  try {
    for await (const { type, object } of client.watch(kind)) {
      if (type !== 'BOOKMARK') {
        types.push(type === 'ERROR' ? `ERROR ${String(object.code)}` : type);
        first();
      }
    }
    return [...types, 'end'].join(' ');
  } catch (error) {
    return [...types, String(error)].join(' ');
  }
}

faultTest('without rules everything passes, and so do identities', async ({ client, admin, proxy }) => {
  await client.create(secret);

  await expect(admin.get(secret)).resolves.toMatchObject({ kind: 'Secret' });
  expect(proxy.injected).toEqual([]);
});

faultTest('cut: the API server never sees the request', async ({ client, admin, proxy }) => {
  proxy.add({ fault: { kind: 'cut' }, url: secrets, times: 1 });

  await expect(client.create(secret)).rejects.toThrow(/socket hang up|ECONNRESET/);
  await expect(admin.find(secret)).resolves.toBeUndefined();
  await client.create(secret);
});

faultTest('lost answer: the write is done, and the writer does not know', async ({ client, admin, proxy }) => {
  proxy.add({ fault: { kind: 'lost-answer' }, methods: ['POST'], times: 1 });

  await expect(client.create(secret)).rejects.toThrow(/socket hang up|ECONNRESET/);
  await expect(admin.get(secret)).resolves.toBeDefined();
});

faultTest('status: an answer that the API server did not give', async ({ client, proxy }) => {
  for (const code of [409, 429, 500, 503]) {
    proxy.add({ fault: { kind: 'status', code, retryAfterSeconds: 1 }, url: secrets, times: 1 });
    const refused = (await client.get(secret).catch((error: unknown) => error)) as ApiError;
    expect(refused.code).toBe(code);
  }
  expect(proxy.injected.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
});

faultTest('stall: nothing comes, and the connection stays', async ({ client, proxy }) => {
  proxy.add({ fault: { kind: 'stall' }, url: secrets });
  const signal = AbortSignal.timeout(300);

  const path = `/api/v1/namespaces/${client.namespace}/secrets`;
  await expect(client.request({ method: 'GET', path, signal })).rejects.toThrow(/abort/);
});

faultTest('slow: the answer takes its time', async ({ client, proxy }) => {
  proxy.add({ fault: { kind: 'slow', milliseconds: 200 }, url: secrets, times: 1 });
  const started = performance.now();

  await client.list(kind);

  expect(performance.now() - started).toBeGreaterThanOrEqual(195);
});

faultTest('reset: the body breaks off', async ({ client, proxy }) => {
  proxy.add({ fault: { kind: 'reset', afterBytes: 20 }, url: secrets, times: 1 });

  await expect(client.list(kind)).rejects.toThrow(/aborted|ECONNRESET/);
});

faultTest('gone: a watch is refused, or told later, that it is too old', async ({ client, proxy }) => {
  proxy.add({ fault: { kind: 'gone', as: 'answer' }, watch: true, times: 1 });
  proxy.add({ fault: { kind: 'gone', as: 'event' }, watch: true, times: 1 });

  expect(await whatWatchTells(client, () => undefined)).toMatch(/410 too old resource version/);
  expect(await whatWatchTells(client, () => undefined)).toBe('ERROR 410 end');
});

faultTest('open watches can be cut and expired', async ({ client, admin, proxy }) => {
  await admin.create(secret);

  expect(await whatWatchTells(client, () => proxy.cutWatches())).toMatch(/^ADDED .*(aborted|ECONNRESET)/);
  expect(await whatWatchTells(client, () => proxy.expireWatches())).toBe('ADDED ERROR 410 end');
  expect(proxy.openWatches).toBe(0);
});

faultTest('open watches can fall silent, and later ones are not', async ({ client, admin, proxy }) => {
  await admin.create(secret);
  const silent: string[] = [];
  const ended = new AbortController();
  const namesOf = async (names: string[], signal: AbortSignal, seen: () => void): Promise<void> => {
    for await (const { type, object } of client.watch(kind, { signal })) {
      names.push(...(type === 'BOOKMARK' ? [] : [object.metadata.name ?? '']));
      seen();
    }
  };

  const watching = namesOf(silent, ended.signal, () => {
    if (proxy.openWatches === 1) {
      proxy.stallWatches();
      void admin.apply({ ...secret, metadata: { name: 'unseen' } });
    }
  });
  watching.catch(() => undefined);
  const later: string[] = [];
  await admin.until(ref('v1', 'Secret', 'unseen'), (seen) => seen !== undefined);
  const other = new AbortController();
  await expect(namesOf(later, other.signal, () => later.includes('unseen') && other.abort())).rejects.toThrow(/abort/);
  ended.abort();

  await expect(watching).rejects.toThrow(/abort/);
  expect(silent).toEqual(['secret']);
  expect(later.sort()).toEqual(['secret', 'unseen']);
});

test('rules skip, end, and draw with the seed', () => {
  const fate = (seed: number): string => {
    const rules = new FaultRules(seed);
    rules.add({ fault: { kind: 'cut' }, skip: 1, times: 1, methods: ['PUT'] });
    rules.add({ fault: { kind: 'stall' }, probability: 0.5, userAgent: /^victim/ });
    const requests = Array.from({ length: 20 }, (_, index) => ({
      method: index < 3 ? 'PUT' : 'GET',
      url: '/',
      userAgent: index < 3 ? 'other' : 'victim/1',
    }));
    return requests.map((request) => rules.choose(request)?.kind ?? '-').join(' ');
  };

  expect(fate(7)).toBe(fate(7));
  expect(fate(7)).not.toBe(fate(8));
  expect(fate(7)).toMatch(/^- cut - /);
  expect(fate(7)).toMatch(/stall/);
});
