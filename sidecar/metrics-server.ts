import http from 'node:http';
import https from 'node:https';
import { type Server } from 'node:net';
import { HTTP_LIMITS, HTTPS_LIMITS, MOST_SCRAPES } from '../runtime/http-limits';
import { type Logger } from '../runtime/logger';
import { readProxysqlMetrics } from './proxysql-metrics';

/** Certificate chain and key in PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface MetricsServerOptions {
  /** ProxySQL's own REST interface, inside the pod. */
  readonly restPort: number;
  /** The sidecar's own metrics in Prometheus' text form. */
  readonly own: () => Promise<string>;
  /** Whether metrics leave the pod over TLS; only a pod without any certificate has them plain. */
  readonly secure: boolean;
  readonly logger: Logger;
}

/** Serves ProxySQL's metrics together with the sidecar's own. */
export class MetricsServer {
  private readonly server: http.Server | https.Server;
  private identity: ServerIdentity | undefined;

  constructor(private readonly options: MetricsServerOptions) {
    const listener: http.RequestListener = (request, response) => {
      this.respond(request, response).catch((error: unknown) => {
        options.logger.warn(`A scrape failed: ${error instanceof Error ? error.message : String(error)}`);
        response.destroy();
      });
    };
    // Until there is a certificate, TLS handshakes fail.
    this.server = options.secure
      ? https.createServer({ minVersion: 'TLSv1.2', ...HTTPS_LIMITS }, listener)
      : http.createServer(HTTP_LIMITS, listener);
    this.server.maxConnections = MOST_SCRAPES;
  }

  async listen(port: number): Promise<void> {
    await listen(this.server, port);
  }

  /** From now on new connections get this certificate; open ones keep theirs. */
  useIdentity(identity: ServerIdentity): void {
    if (this.server instanceof https.Server && JSON.stringify(identity) !== JSON.stringify(this.identity)) {
      this.identity = identity;
      this.server.setSecureContext({ ...identity, minVersion: 'TLSv1.2' });
    }
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async respond(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (new URL(request.url ?? '/', 'http://sidecar').pathname !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const [upstream, own] = await Promise.all([this.upstream(), this.options.own()]);
    const up = upstream === undefined ? 0 : 1;
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(
        [
          upstream === undefined || upstream.endsWith('\n') ? (upstream ?? '') : `${upstream}\n`,
          own.endsWith('\n') ? own : `${own}\n`,
          "# HELP proxysql_sidecar_proxysql_metrics_up Whether ProxySQL's own metrics could be read.\n",
          `# TYPE proxysql_sidecar_proxysql_metrics_up gauge\nproxysql_sidecar_proxysql_metrics_up ${up}\n`,
        ].join(''),
      );
  }

  /** ProxySQL's own metrics, or undefined while it does not answer. */
  private async upstream(): Promise<string | undefined> {
    return await readProxysqlMetrics(this.options.restPort).catch(() => undefined);
  }
}

/** Listens on all addresses of the pod, of both families where there are both. */
export async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
