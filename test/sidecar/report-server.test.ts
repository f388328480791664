import type http from 'node:http';
import { type AddressInfo } from 'node:net';
import { type PodReport } from '../../lib/graph/pod-report';
import { createReportServer } from '../../sidecar/report-server';

const REPORT: PodReport = {
  gate: { ok: true, reason: 'CertificateProven', message: 'Fine.' },
  configuration: { problems: [], changedSinceStart: false },
};

let server: http.Server;
let origin: string;
let answers: { resolve: (report: PodReport) => void; reject: (error: Error) => void }[];

beforeEach(async () => {
  answers = [];
  server = createReportServer(
    async () => await new Promise<PodReport>((resolve, reject) => answers.push({ resolve, reject })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function whenAsked(count: number): Promise<void> {
  while (answers.length < count) {
    await new Promise(setImmediate);
  }
}

test.each([
  ['GET', '/drain'],
  ['POST', '/report'],
  ['GET', '/status'],
  ['GET', '/'],
])('%s %s leads to nothing', async (method, path) => {
  const answer = await fetch(`${origin}${path}`, { method });

  expect([answer.status, await answer.json()]).toEqual([404, { message: 'There is GET /report.' }]);
  expect(answers).toHaveLength(0);
});

test('given several who ask at once, then ProxySQL is asked once, and anew for who comes later', async () => {
  let requests = 0;
  const everybodyAsked = new Promise<void>((resolve) => server.on('request', () => ++requests === 3 && resolve()));
  const together = [1, 2, 3].map(() => fetch(`${origin}/report`));
  await Promise.all([everybodyAsked, whenAsked(1)]);
  answers[0]?.resolve(REPORT);
  expect(await Promise.all(together.map(async (answer) => await (await answer).json()))).toEqual([
    REPORT,
    REPORT,
    REPORT,
  ]);
  expect(answers).toHaveLength(1);

  const later = fetch(`${origin}/report`);
  await whenAsked(2);
  answers[1]?.resolve({ ...REPORT, servers: [] });
  expect(await (await later).json()).toEqual({ ...REPORT, servers: [] });
});

test('given a failure, then it is told, and the next one is asked anew', async () => {
  const failed = fetch(`${origin}/report`);
  await whenAsked(1);
  answers[0]?.reject(new Error('no luck'));
  expect([(await failed).status, await (await failed).json()]).toEqual([500, { message: 'no luck' }]);

  const next = fetch(`${origin}/report`);
  await whenAsked(2);
  answers[1]?.resolve(REPORT);
  expect((await next).status).toBe(200);
});
