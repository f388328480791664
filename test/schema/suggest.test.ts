import fc from 'fast-check';
import { didYouMean, editDistance, isOneEditApart } from '../../lib/schema/suggest';
import { effortOf } from '../support/effort';

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

it('one edit apart is what an edit distance of one is', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(fc.property(word, word, (a, b) => isOneEditApart(a, b) === (editDistance(a, b) === 1)));
});

it('a word of a megabyte means none, without being compared letter by letter', () => {
  expect(effortOf(() => expect(didYouMean('a'.repeat(1_000_000), ['alias'])).toBeUndefined())).toBeLessThan(500);
});
