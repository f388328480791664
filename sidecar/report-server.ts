import http from 'node:http';
import { type PodReport } from '../lib/graph/pod-report';
import { HTTP_LIMITS, MOST_SCRAPES } from '../runtime/http-limits';
import { answerJson } from './http-server';

/** Serves the report, and nothing else: who may ask for it must not be able to drain the pod. */
export function createReportServer(report: () => Promise<PodReport>): http.Server {
  let pending: Promise<PodReport> | undefined;
  const server = http.createServer(HTTP_LIMITS, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/report') {
      answerJson(response, 404, { message: 'There is GET /report.' });
      return;
    }
    // Whoever asks meanwhile gets the same answer: ProxySQL is asked once.
    pending ??= report().finally(() => (pending = undefined));
    pending.then(
      (body) => answerJson(response, 200, body),
      (error: unknown) =>
        answerJson(response, 500, { message: error instanceof Error ? error.message : String(error) }),
    );
  });
  server.maxConnections = MOST_SCRAPES;
  return server;
}
