import { Issuer } from '../lib/issuer';
import { metadataOf } from '../lib/api-resource';
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

test('problems of all objects of a chart come in one error', () => {
  const chart = testChart();
  Issuer.selfSigned(chart, 'First');
  Issuer.selfSigned(chart, 'Second');

  expect(problemsOf(chart)).toHaveLength(2);
  expect(() => chart.toJson()).toThrow(/\[test\/First\] metadata\.name[^]*\[test\/Second\] metadata\.name/);
});
