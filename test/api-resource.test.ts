import { Issuer } from '../lib/issuer';
import { isObjectName, metadataOf } from '../lib/api-resource';
import { manifestOf, problemsOf, testChart } from './constructs';

test('the id is the name, unless another is given', () => {
  expect(metadataOf('id')).toEqual({ name: 'id' });
  expect(metadataOf('id', { labels: { a: 'b' } })).toEqual({ name: 'id', labels: { a: 'b' } });
  expect(metadataOf('id', { name: undefined })).toEqual({ name: 'id' });
  expect(metadataOf('id', { name: 'name', namespace: 'demo' })).toEqual({ name: 'name', namespace: 'demo' });
});

test('labels of the chart and of the object are both there', () => {
  const chart = testChart({ namespace: 'demo', labels: { team: 'dba' } });
  const issuer = Issuer.selfSigned(chart, 'ca', { metadata: { labels: { tier: 'pki' } } });
  expect(manifestOf(issuer).metadata).toEqual({ name: 'ca', namespace: 'demo', labels: { team: 'dba', tier: 'pki' } });
});

test.each(['a', 'a-b.c-1', 'a'.repeat(253)])('Kubernetes allows the name %s', (name) => {
  expect(isObjectName(name)).toBe(true);
});

test.each(['', 'A', 'a_b', '-a', 'a-', 'a..b', 'a.', 'a'.repeat(254), 'ä', 'a b', undefined, 7])(
  'Kubernetes does not allow the name %j',
  (name) => {
    expect(isObjectName(name)).toBe(false);
  },
);

test('problems of all objects of a chart come in one error', () => {
  const chart = testChart();
  Issuer.selfSigned(chart, 'First');
  Issuer.selfSigned(chart, 'Second');

  expect(problemsOf(chart)).toHaveLength(2);
  expect(() => chart.toJson()).toThrow(/\[test\/First\] metadata\.name[^]*\[test\/Second\] metadata\.name/);
});
