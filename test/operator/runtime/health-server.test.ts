import { Counter, Registry } from 'prom-client';
import { HealthServer } from '../../../operator/runtime/health-server';

let problems: string[];
let waiting: string[];
let base: string;
let server: HealthServer;
const registry = new Registry();
new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);

beforeEach(async () => {
  problems = [];
  waiting = [];
  server = new HealthServer({
    port: 0,
    host: '127.0.0.1',
    registry,
    unhealthy: () => problems,
    notReady: () => waiting,
  });
  base = `http://127.0.0.1:${await server.start()}`;
});

afterEach(() => server.stop());

async function ask(path: string): Promise<[number, string]> {
  const response = await fetch(base + path);
  return [response.status, await response.text()];
}

test('all is well', async () => {
  expect(await ask('/healthz')).toEqual([200, 'ok\n']);
  expect(await ask('/readyz')).toEqual([200, 'ok\n']);
});

test('not ready says what it waits for, and is healthy all the same', async () => {
  waiting = ['secrets: first list has not come'];
  expect(await ask('/readyz')).toEqual([503, 'secrets: first list has not come\n']);
  expect(await ask('/healthz')).toEqual([200, 'ok\n']);
});

test('unhealthy is not ready either', async () => {
  problems = ['stuck'];
  expect(await ask('/healthz')).toEqual([503, 'stuck\n']);
  expect(await ask('/readyz')).toEqual([503, 'stuck\n']);
});

test('metrics, and nothing else', async () => {
  expect((await ask('/metrics'))[1]).toContain('things_total 3');
  expect(await ask('/secrets')).toEqual([404, 'There is /healthz, /readyz and /metrics.\n']);
});

test('a port that is taken', async () => {
  const port = Number(new URL(base).port);
  const second = new HealthServer({ port, host: '127.0.0.1', registry, unhealthy: () => [], notReady: () => [] });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
});
