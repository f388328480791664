import { didYouMean } from '../../lib/schema/suggest';

it.each([
  ['replica', 'replicas'],
  ['teplicas', 'replicas'],
  ['alais', 'alias'],
  ['SECRETNAME', 'secretName'],
  ['something', undefined],
  ['x', undefined],
])('%s means %s', (word, meant) => {
  expect(didYouMean(word, ['replicas', 'alias', 'secretName'])).toBe(meant);
});

it('the nearest word wins', () => {
  expect(didYouMean('clients', ['client', 'clientIPs', 'clients1'])).toBe('client');
});

it('no word means none', () => {
  expect(didYouMean('a', [])).toBeUndefined();
});
