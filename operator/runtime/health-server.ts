import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Registry } from 'prom-client';
import { HTTP_LIMITS } from '../../runtime/http-limits';

/** What a health server can be told. */
export interface HealthServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /**
   * Address to listen on.
   *
   * @default - all
   */
  readonly host?: string;
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  /** What keeps the process from working at all, so that it has to be restarted; nothing when all is well. */
  readonly unhealthy: () => readonly string[];
  /** What the process is still waiting for; nothing when it is ready. */
  readonly notReady: () => readonly string[];
}

/** Answers /healthz, /readyz and /metrics. */
export class HealthServer {
  private readonly server: Server;

  constructor(private readonly options: HealthServerOptions) {
    this.server = createServer(HTTP_LIMITS, (request, response) => {
      void this.answer(request.url ?? '/').then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      });
    });
  }

  /**
   * @returns the port it listens on
   * @throws Error when the port is taken
   */
  start(): Promise<number> {
    const { port, host } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(url: string): Promise<{ status: number; type: string; body: string }> {
    const { registry, unhealthy, notReady } = this.options;
    switch (url.split('?')[0]) {
      case '/healthz':
        return verdict(unhealthy());
      case '/readyz':
        return verdict([...unhealthy(), ...notReady()]);
      case '/metrics':
        try {
          return { status: 200, type: registry.contentType, body: await registry.metrics() };
        } catch (error) {
          return verdict([error instanceof Error ? error.message : String(error)]);
        }
      default:
        return { status: 404, type: 'text/plain', body: 'There is /healthz, /readyz and /metrics.\n' };
    }
  }
}

function verdict(problems: readonly string[]): { status: number; type: string; body: string } {
  return problems.length === 0
    ? { status: 200, type: 'text/plain', body: 'ok\n' }
    : { status: 503, type: 'text/plain', body: problems.map((problem) => `${problem}\n`).join('') };
}
