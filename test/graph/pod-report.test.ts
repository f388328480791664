import fc from 'fast-check';
import { type PodReport, readPodReport } from '../../lib/graph/pod-report';

const REPORT: PodReport = {
  gate: { ok: true, reason: 'CertificateProven', message: 'Proven.' },
  readiness: { ok: false, reason: 'AdminUnavailable', message: 'No answer.' },
  configuration: { problems: ['user "app" has no password'], changedSinceStart: true },
  servers: [
    { address: 'db-0:3306', inService: true },
    { address: 'db-1:3306', inService: false, trouble: 'gone' },
  ],
};

function read(change: object): PodReport {
  return readPodReport(JSON.stringify({ ...REPORT, ...change }));
}

test('a report is read as it was written', () => {
  expect(read({})).toEqual(REPORT);
});

test('given nothing but what is always there, then the rest is absent', () => {
  const { gate, configuration } = REPORT;
  expect(readPodReport(JSON.stringify({ gate, configuration, more: 'of a newer sidecar' }))).toEqual({
    gate,
    configuration,
  });
});

test.each<[string, object, string]>([
  ['no gate', { gate: undefined }, 'gate is no object'],
  ['a gate without words', { gate: { ok: true } }, 'the reason of gate is no text'],
  ['words of another kind', { readiness: { reason: 'A', message: 1 } }, 'readiness is no text'],
  ['no configuration', { configuration: null }, 'configuration is no object'],
  ['problems of another kind', { configuration: { problems: 'none' } }, 'problems is no list'],
  ['a problem that is no text', { configuration: { problems: [{}] } }, 'a problem is no text'],
  ['servers of another kind', { servers: {} }, 'servers is no list'],
  ['a server that is a list', { servers: [[]] }, 'a server is no object'],
  ['a server without an address', { servers: [{ inService: true }] }, 'an address is no text'],
  ['a trouble of another kind', { servers: [{ address: 'a', trouble: {} }] }, 'a trouble is no text'],
])('%s is refused', (_, change, message) => {
  expect(() => read(change)).toThrow(message);
});

test('what is no JSON, or another one, is refused', () => {
  expect(() => readPodReport('<html>')).toThrow();
  expect(() => readPodReport('[]')).toThrow('the report is no object');
  expect(() => readPodReport('null')).toThrow('the report is no object');
});

test('what is not said to be good is not', () => {
  const { gate, configuration, servers } = read({
    gate: { ok: 'true', reason: 'A', message: 'B' },
    configuration: { problems: [], changedSinceStart: 1 },
    servers: [{ address: 'a', inService: 'yes' }],
  });
  expect([gate.ok, configuration.changedSinceStart, servers?.[0]?.inService]).toEqual([false, false, false]);
});

test('whatever is in a report, what comes out is short and printable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.nat(300), (text, count) => {
      const report = read({
        gate: { ok: false, reason: text, message: text },
        configuration: { problems: Array(count).fill(text), changedSinceStart: false },
        servers: Array(count).fill({ address: text, inService: false, trouble: text }),
      });
      expect(JSON.stringify(report).length).toBeLessThan(100 * 2 * 3200 + 30 * 3200);
      expect(report.gate.message).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(report.servers?.length ?? 0).toBeLessThanOrEqual(100);
      expect(report.configuration.problems.length).toBeLessThanOrEqual(20);
    }),
  );
});
