import { drawGraph, explainGraph } from '../../lib/graph/draw';
import { GATE_IDS } from '../../lib/graph/gate-id';
import { GATES } from '../../lib/graph/gates';
import { syncWaveOf, topologicalOrder } from '../../lib/graph/order';
import { type StepId } from '../../lib/graph/step-id';
import { stepOf, STEPS } from '../../lib/graph/steps';
import { render } from '../../lib/objects/render';
import { appBindingResource, proxysqlResource } from '../support/resource';

test('the order of the steps is that of the guide', () => {
  expect(STEPS.map(({ number, id }) => `${number} ${id}`)).toEqual([
    '1 Issuer',
    '2 ProxySQL',
    '3–4 Secrets',
    '3–4 Services',
    '3–4 Access',
    '5–6 Certificates',
    '7–8 TLSSecrets',
    '9–10 Workload',
    '9–10 Monitoring',
    '11 StartGate',
    '12 Serving',
  ]);
});

test('no step depends on itself, and each is written after all that it depends on', () => {
  expect(new Set(topologicalOrder())).toEqual(new Set(STEPS.map(({ id }) => id)));
  const seen = new Set<string>();
  for (const { id, dependsOn } of STEPS) {
    expect(dependsOn.filter((before) => !seen.has(before))).toEqual([]);
    seen.add(id);
  }
});

test('a circle is told', () => {
  const circle = STEPS.map((step) => (step.id === 'Issuer' ? { ...step, dependsOn: ['Serving' as const] } : step));
  expect(() => topologicalOrder(circle)).toThrow(/These steps depend on each other: Issuer, /);
});

test('every gate exists, and stands before some step', () => {
  const used = new Set(STEPS.flatMap(({ gates }) => gates.map(({ gate }) => gate)));
  expect(used).toEqual(new Set(GATE_IDS));
  expect(Object.keys(GATES)).toEqual([...GATE_IDS]);
});

test('nothing is written for a resource that is not valid, or would be plaintext', () => {
  const writing = STEPS.filter(({ actor }) => actor === 'provisioner' || actor === 'certificate controller');
  expect(writing.map(({ id }) => id)).toEqual([
    ...['Secrets', 'Services', 'Access', 'Certificates'],
    ...['Workload', 'Monitoring'],
  ]);
  for (const { gates } of writing) {
    expect(gates).toEqual(
      expect.arrayContaining([
        { gate: 'ResourceValid', holds: 'every change' },
        { gate: 'PlaintextRefused', holds: 'every change' },
      ]),
    );
  }
});

test('each object that is rendered is of a kind that its step says to create, and no other step does', () => {
  const proxysql = proxysqlResource({
    replicas: 2,
    monitor: { agent: 'prometheus.io/operator', prometheus: { serviceMonitor: {} } },
  });
  const rendered = render({ proxysql, appBinding: appBindingResource() });
  expect(new Set(rendered.map(({ object }) => object.kind)).size).toBeGreaterThanOrEqual(8);
  for (const { step, object } of rendered) {
    expect(STEPS.filter(({ creates }) => creates.includes(object.kind)).map(({ id }) => id)).toEqual([step]);
  }
});

test('a step that is none is told', () => {
  expect(() => stepOf('Nothing' as StepId)).toThrow('There is no step Nothing.');
});

test('sync waves put each step after what it depends on', () => {
  expect(Object.fromEntries(STEPS.map(({ id }) => [id, syncWaveOf(id)]))).toEqual({
    ...{ Issuer: 0, ProxySQL: 1, Secrets: 2, Services: 2, Access: 2, Certificates: 3 },
    ...{ TLSSecrets: 4, Workload: 5, Monitoring: 3, StartGate: 6, Serving: 7 },
  });
  for (const { id, dependsOn } of STEPS) {
    dependsOn.forEach((before) => expect(syncWaveOf(before)).toBeLessThan(syncWaveOf(id)));
  }
});

test('the drawing and the explanation have every step', () => {
  const drawing = drawGraph();
  expect(drawing).toMatch(/^flowchart TD\n/);
  expect(drawing).toContain('  Certificates --> TLSSecrets\n');
  expect(explainGraph()).toHaveLength(STEPS.length);
  expect(explainGraph()[10]).toBe('12. operator reports phase Ready, held until WorkloadReady, CertificatesServed');
});
