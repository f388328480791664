import { type KubernetesObject } from '../../../lib/kubernetes';
import { EventRecorder, type EventNote, type EventRecorderOptions } from '../../../operator/runtime/event-recorder';
import { silentLogger } from '../../../runtime/logger';
import { FakeClock } from '../../runtime/fake-clock';
import { answer, configMap, ScriptedServer, status } from '../kubernetes/scripted-server';

let server: ScriptedServer;
let clock: FakeClock;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  server.script = (_, response) => answer(response, 200, configMap('event', 1));
  clock = new FakeClock();
});

afterEach(() => server.stop());

const note: EventNote = {
  type: 'Warning',
  reason: 'IssuerNotReady',
  message: 'Issuer demo/ca is not ready.',
  action: 'Wait',
};
const about = configMap('one', 7);

function recorder(options: Partial<EventRecorderOptions> = {}): EventRecorder {
  const client = server.client({ retry: { attempts: 1 } });
  return new EventRecorder({ client, clock, controller: 'c', instance: 'i', logger: silentLogger(), ...options });
}

const sent = (): string[] => server.requests.map(({ method }) => method);

test('an event says what happened to what, and who says so', async () => {
  const events = recorder();
  events.record(about, note);
  await events.flush();
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    metadata: { namespace: 'demo' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'c',
    reportingInstance: 'i',
    reason: 'IssuerNotReady',
    note: 'Issuer demo/ca is not ready.',
    regarding: { kind: 'ConfigMap', namespace: 'demo', name: 'one', uid: 'uid-one' },
  });
});

test('the same again is counted, and the count is written once in a while', async () => {
  const events = recorder();
  for (let second = 0; second <= 130; second++) {
    events.record(about, note);
    await clock.advance(1000);
  }
  await events.flush();
  expect(sent()).toEqual(['POST', 'PATCH', 'PATCH']);
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
    series: { count: 61, lastObservedTime: '2026-01-01T00:01:00.000000Z' },
  });
});

test.each<[string, { readonly object?: KubernetesObject; readonly more?: Partial<EventNote> }]>([
  ['object', { object: configMap('other', 8) }],
  ['life of the object', { object: { ...about, metadata: { ...about.metadata, uid: 'another' } } }],
  ['type', { more: { type: 'Normal' } }],
  ['reason', { more: { reason: 'IssuerStale' } }],
  ['action', { more: { action: 'Report' } }],
  ['message', { more: { message: 'Another one.' } }],
])('the same of another %s is an event of its own', async (_, { object = about, more = {} }) => {
  const events = recorder();
  events.record(about, note);
  events.record(object, { ...note, ...more });
  await events.flush();
  expect(sent()).toEqual(['POST', 'POST']);
  const names = server.requests.map(({ body }) => (JSON.parse(body) as KubernetesObject).metadata.name);
  expect(new Set(names).size).toBe(2);
});

test('objects without a UID, or a namespace, are told apart and told of all the same', async () => {
  const metadata = { name: about.metadata.name };
  const events = recorder();
  events.record({ ...about, metadata }, note);
  events.record({ ...about, metadata: { ...metadata, namespace: 'demo' } }, note);
  events.record({ ...about, kind: 'Secret', metadata }, note);
  await events.flush();
  const told = server.requests.map(({ body }) => (JSON.parse(body) as KubernetesObject).metadata.namespace);
  expect(told).toEqual(['default', 'demo', 'default']);
});

test('an object of the longest name has a name for its events', async () => {
  const events = recorder();
  events.record(configMap('n'.repeat(253), 1), note);
  await events.flush();
  expect((JSON.parse(server.requests[0]?.body ?? '') as KubernetesObject).metadata.name.length).toBeLessThanOrEqual(
    253,
  );
});

test('what has not come for long is a new event', async () => {
  const events = recorder();
  events.record(about, note);
  await clock.advance(700_000);
  events.record(about, note);
  await events.flush();
  expect(sent()).toEqual(['POST', 'POST']);
});

test.each([
  ['that the API server has forgotten is written anew', 404, 'NotFound', ['POST', 'PATCH', 'POST']],
  ['whose count cannot be written is not written anew', 403, 'Forbidden', ['POST', 'PATCH']],
])('an event %s', async (_, code, reason, requests) => {
  server.script = ({ method }, response) =>
    method === 'PATCH' ? answer(response, code, status(code, reason, 'no')) : answer(response, 200, about);
  const events = recorder();
  events.record(about, note);
  await clock.advance(60_000);
  events.record(about, note);
  await events.flush();
  await events.flush();
  expect(sent()).toEqual(requests);
});

test('an object that had all of its events gets one more a minute, however long it goes on', async () => {
  const events = recorder({ burst: 3 });
  for (let second = 0; second < 600; second++) {
    events.record(about, { ...note, message: `Number ${second}.` });
    await clock.advance(1000);
  }
  await events.flush();
  expect(sent()).toHaveLength(3 + 9);
});

test('one object cannot flood, and others are not held back by it', async () => {
  const events = recorder({ burst: 3 });
  for (let index = 0; index < 10; index++) {
    events.record(about, { ...note, message: `Number ${index}.` });
  }
  events.record(configMap('two', 1), note);
  await events.flush();
  expect(sent()).toHaveLength(4);
});

test('a long message is cut to what the API server takes, between two characters', async () => {
  const events = recorder();
  events.record(about, { ...note, message: 'ü'.repeat(2000) });
  await events.flush();
  const { note: written } = JSON.parse(server.requests[0]?.body ?? '') as { note: string };
  expect(Buffer.byteLength(written)).toBeLessThanOrEqual(1024);
  expect(written).toMatch(/^ü+…$/);
});

test('a message that the API server takes is not cut', async () => {
  const events = recorder();
  const message = 'n'.repeat(1024);
  events.record(about, { ...note, message });
  await events.flush();
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ note: message });
});

test('an event that cannot be written hurts nobody', async () => {
  server.script = (_, response) => answer(response, 403, status(403, 'Forbidden', 'no'));
  const events = recorder();
  events.record(about, note);
  await expect(events.flush()).resolves.toBeUndefined();
});
