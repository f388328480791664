import http from 'node:http';
import { type ConnectionCounts } from './drain-decision';

const TIMEOUT_MS = 5000;

/**
 * Reads ProxySQL's own metrics from its REST interface, which answers even while the admin interface is busy.
 * @throws Error when it does not answer
 */
export async function readProxysqlMetrics(port: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const request = http.get(
      { host: '127.0.0.1', port, path: '/metrics', agent: false, timeout: TIMEOUT_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          response.statusCode === 200
            ? resolve(Buffer.concat(chunks).toString())
            : reject(new Error(`ProxySQL's REST interface answered with ${response.statusCode}`)),
        );
      },
    );
    request.once('timeout', () => request.destroy(new Error("ProxySQL's REST interface did not answer in time")));
    request.once('error', reject);
  });
}

/** Finds the counts of client connections in ProxySQL's metrics; undefined where they are not in them. */
export function connectionCountsIn(metrics: string): ConnectionCounts | undefined {
  const connected = /^proxysql_client_connections_connected (\d+)/m.exec(metrics)?.[1];
  const created = /^proxysql_client_connections_total\{[^}]*status="created"[^}]*\} (\d+)/m.exec(metrics)?.[1];
  return connected === undefined || created === undefined
    ? undefined
    : { connected: Number(connected), created: Number(created) };
}
