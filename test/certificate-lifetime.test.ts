import fc from 'fast-check';
import { type CertificateLifetime, lifetimeProblems } from '../lib/certificate-lifetime';

test.each([
  {},
  { duration: '1h' },
  { duration: '2160h', renewBefore: '360h' },
  { renewBefore: '2159h59m' },
  { renewBefore: '5m' },
  { renewBeforePercentage: 1 },
  { duration: '1h', renewBeforePercentage: 50 },
])('takes %j', (lifetime) => {
  expect(lifetimeProblems('spec', lifetime)).toEqual([]);
});

test.each<[CertificateLifetime, string, string, string, string]>([
  [
    { duration: '59m' },
    'spec.duration',
    '"59m"',
    'cert-manager issues nothing for less than an hour',
    'Write 1h or more',
  ],
  [
    { renewBefore: '4m59s' },
    'spec.renewBefore',
    '"4m59s"',
    'Five minutes is the least time that cert-manager takes for a renewal',
    'Write 5m or more',
  ],
  [
    { duration: '3h', renewBefore: '3h' },
    'spec.renewBefore',
    '"3h"',
    'The certificate would be renewed before it is issued, since its duration is 3h',
    'Write less than the duration, such as a third of it: 1h',
  ],
  [
    { renewBefore: '2160h' },
    'spec.renewBefore',
    '"2160h"',
    'The certificate would be renewed before it is issued, since its duration is cert-manager’s default of 2160h',
    'Write less than the duration, such as a third of it: 720h',
  ],
  [
    { renewBefore: '5h', renewBeforePercentage: 33 },
    'spec.renewBeforePercentage',
    '33',
    'The time of renewal is given twice, here and as renewBefore',
    'Keep one of the two',
  ],
  ...[0, 100, -1, 33.5].map((percentage): [CertificateLifetime, string, string, string, string] => [
    { renewBeforePercentage: percentage },
    'spec.renewBeforePercentage',
    String(percentage),
    'This is no share of a life',
    'Write a whole number from 1 to 99: the percentage of the life that is left at renewal',
  ]),
  ...[5, 95].map((percentage): [CertificateLifetime, string, string, string, string] => [
    { duration: '1h', renewBeforePercentage: percentage },
    'spec.renewBeforePercentage',
    String(percentage),
    'At a duration of 1h this leaves 3m; cert-manager needs five minutes before and after a renewal',
    'Use a number nearer to 33, or a longer duration',
  ]),
])('refuses %j', (lifetime, path, value, message, remedy) => {
  expect(lifetimeProblems('spec', lifetime)).toEqual([{ path, value, message, remedy }]);
});

test('durations that Go does not read are reported for both fields, and not compared', () => {
  const problems = lifetimeProblems('spec', { duration: '90d', renewBefore: '30d' });
  expect(problems.map(({ path, remedy }) => [path, remedy])).toEqual([
    ['spec.duration', 'Write 2160h'],
    ['spec.renewBefore', 'Write 720h'],
  ]);
});

test('whatever passes leaves cert-manager its hour and its five minutes', () => {
  const minutes = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(minutes, minutes, (duration, renewBefore) => {
      const takes = lifetimeProblems('x', { duration: `${duration}m`, renewBefore: `${renewBefore}m` }).length === 0;
      expect(takes).toBe(duration >= 60 && renewBefore >= 5 && renewBefore < duration);
    }),
  );
});
