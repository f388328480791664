import { issuanceFailure } from '../../lib/graph/issuance-failure';
import * as small from './small-world';

const HOUR = 3_600_000;
const FAILED = '2026-06-15T12:00:00Z';
const DESCRIBED = 'Certificate demo/db-server-cert';

const look = (status: object) => issuanceFailure({ ...small.CERTIFICATE, status });

test.each([
  [undefined, 1],
  ['many', 1],
  [0, 1],
  [1, 1],
  [2, 2],
  [6, 32],
  [9, 32],
])('given %s failed attempts, then cert-manager waits %d hours', (failedIssuanceAttempts, hours) => {
  expect(look({ lastFailureTime: FAILED, failedIssuanceAttempts })?.retryAt).toBe(small.NOW + hours * HOUR);
});

test.each([
  ['none', {}],
  ['one without a time', { failedIssuanceAttempts: 3 }],
  ['a time that is none', { lastFailureTime: 'then' }],
  ['a time of another shape', { lastFailureTime: 5 }],
])('given %s, then nothing failed', (_, status) => {
  expect(look(status)).toBeUndefined();
});

test('given a failure, then it tells how often, why, and when it is tried again', () => {
  const conditions = [{ type: 'Ready', status: 'False', message: 'No order.' }];
  expect(look({ lastFailureTime: FAILED, conditions })?.message).toBe(
    `${DESCRIBED} could not be issued, 1 failed attempt: No order. cert-manager tries again at 2026-06-15T13:00:00Z.`,
  );
});

test('given that it is being tried again, then that is told, and there is no time to wait for', () => {
  const conditions = [
    { type: 'Ready', status: 'False', message: 'Old.' },
    { type: 'Issuing', status: 'True', message: 'Asked again.' },
  ];
  expect(look({ lastFailureTime: FAILED, failedIssuanceAttempts: 2, conditions })).toEqual({
    message: `${DESCRIBED} is being issued once more, after 2 failed attempts: Asked again.`,
  });
});
