import { createHash, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { type ReportedVerdict } from '../lib/graph/pod-report';
import { HTTP_LIMITS } from '../runtime/http-limits';
import { type DrainReport } from './drainer';

/** What the probes, the status page and the request to drain lead to. */
export interface Routes {
  /** Whether ProxySQL may start. */
  startup(): ReportedVerdict;
  /** Whether clients should be sent here. */
  ready(): Promise<ReportedVerdict>;
  /** Everything that is known, with nothing secret in it. */
  status(): unknown;
  /** Resolves once ProxySQL may be ended. */
  drain(): Promise<DrainReport>;
  /** What a request to drain must carry, if anything. */
  readonly drainToken?: string;
}

/** Header with the token of a request to drain. */
export const DRAIN_TOKEN_HEADER = 'x-drain-token';

/** Serves probes, status and the request to drain over plain HTTP. */
export function createHttpServer(routes: Routes): http.Server {
  return http.createServer(HTTP_LIMITS, (request, response) => {
    respond(routes, request).then(
      ({ code, body }) => answerJson(response, code, body),
      (error: unknown) =>
        answerJson(response, 500, { message: error instanceof Error ? error.message : String(error) }),
    );
  });
}

interface Reply {
  readonly code: number;
  readonly body: unknown;
}

async function respond(routes: Routes, request: http.IncomingMessage): Promise<Reply> {
  switch (new URL(request.url ?? '/', 'http://sidecar').pathname) {
    case '/startup':
      return probe(routes.startup());
    case '/ready':
      return probe(await routes.ready());
    case '/live':
      return probe({ ok: true, reason: 'Running', message: 'The sidecar runs.' });
    case '/status':
      return { code: 200, body: routes.status() };
    case '/drain':
      return mayDrain(routes.drainToken, request)
        ? { code: 200, body: await routes.drain() }
        : { code: 403, body: { message: `The header ${DRAIN_TOKEN_HEADER} is missing or wrong.` } };
    default:
      return { code: 404, body: { message: 'There are /startup, /ready, /live, /status and /drain.' } };
  }
}

function probe(verdict: ReportedVerdict): Reply {
  return { code: verdict.ok ? 200 : 503, body: verdict };
}

function mayDrain(token: string | undefined, request: http.IncomingMessage): boolean {
  if (token === undefined) {
    return true;
  }
  const given = request.headers[DRAIN_TOKEN_HEADER];
  return timingSafeEqual(digest(token), digest(typeof given === 'string' ? given : ''));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Answers with JSON. */
export function answerJson(response: http.ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
