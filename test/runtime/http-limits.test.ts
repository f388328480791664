import http from 'node:http';
import net from 'node:net';
import { Registry } from 'prom-client';
import { HealthServer } from '../../operator/runtime/health-server';
import { createHttpServer, type Routes } from '../../sidecar/http-server';
import { MetricsServer } from '../../sidecar/metrics-server';
import { silentLogger } from '../../runtime/logger';
import { freePorts } from '../sidecar/support/ports';

/** Whoever reaches a port can hold connections and say nothing. */

const registry = new Registry();

test.each<[string, () => unknown]>([
  ['the sidecar’s probes', () => createHttpServer({} as Routes)],
  [
    'the operator’s probes',
    () =>
      Reflect.get(
        new HealthServer({ port: 0, registry, unhealthy: () => [], notReady: () => [] }),
        'server',
      ) as unknown,
  ],
  ['metrics', () => Reflect.get(metricsServer(), 'server') as unknown],
])('given the server of %s, then a request has to come within seconds', (_, serverOf) => {
  expect(serverOf()).toMatchObject({ headersTimeout: 5_000, requestTimeout: 10_000 });
});

test('given as many silent connections as metrics have room for, then one more is turned away, and finds room when one has gone', async () => {
  const [port = 0] = await freePorts(1);
  const server = metricsServer();
  await server.listen(port);
  const silent = await Promise.all(Array.from({ length: 64 }, () => connected(port)));

  await expect(scrape(port)).rejects.toThrow();

  const [first] = silent;
  const gone = new Promise((resolve) => first?.once('close', resolve));
  first?.end();
  await gone;
  expect(await scrape(port)).toBe(404);
  silent.forEach((socket) => socket.destroy());
  server.close();
});

function metricsServer(): MetricsServer {
  return new MetricsServer({ restPort: 1, own: () => Promise.resolve(''), secure: false, logger: silentLogger() });
}

function connected(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function scrape(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', path: '/', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .once('error', reject);
  });
}
