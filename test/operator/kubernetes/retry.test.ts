import fc from 'fast-check';
import { apiError, type ApiError } from '../../../operator/kubernetes/errors';
import { exponentialDelay, retryDelay } from '../../../operator/kubernetes/retry';

const subject = { verb: 'patch', resource: 'services', namespace: 'demo', name: 's' };
const NOW = Date.parse('2026-01-01T00:00:00Z');

function refused(code: number, retryAfter?: string): ApiError {
  return apiError(subject, code, '', retryAfter, NOW);
}

test('pauses grow, are bounded, and never fall below half of what they may be', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1000, max: 100_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, base, max, random) => {
        const delay = exponentialDelay(failures, base, max, () => random);
        const ceiling = Math.min(max, base * 2 ** Math.min(failures - 1, 40));
        expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
        expect(delay).toBeLessThanOrEqual(ceiling);
      },
    ),
  );
});

test.each<[string, ApiError, boolean, boolean]>([
  ['429 is refused before it is carried out', refused(429), false, true],
  ['503 may have been carried out', refused(503), false, false],
  ['503 of what may be done twice', refused(503), true, true],
  ['504 of what may be done twice', refused(504), true, true],
  ['500 is nothing that time heals', refused(500), true, false],
  ['500 with a time to come back', refused(500, '1'), true, true],
  ['404 stays', refused(404), true, false],
  ['409 needs a new decision', refused(409), true, false],
])('%s', (_, error, idempotent, retried) => {
  expect(retryDelay(error, 1, idempotent, () => 0.5) !== undefined).toBe(retried);
});

test('Retry-After as a date', () => {
  expect(refused(429, 'Thu, 01 Jan 2026 00:00:03 GMT').retryAfterMs).toBe(3000);
  expect(refused(429, 'Wed, 31 Dec 2025 00:00:00 GMT').retryAfterMs).toBe(0);
  expect(refused(429, 'soon').retryAfterMs).toBeUndefined();
});

test('never sooner than asked', () => {
  expect(retryDelay(refused(429, '3'), 1, false, () => 0)).toBe(3050);
});

test('what is usual: four attempts, pauses of 100 ms and more, and no worker that waits longer than five seconds', () => {
  const delays = [1, 2, 3, 4].map((failures) => retryDelay(refused(503), failures, true, () => 0));
  expect(delays).toEqual([50, 100, 200, undefined]);
  expect(retryDelay(refused(429, '5'), 1, true, () => 0)).toBe(5050);
  expect(retryDelay(refused(429, '6'), 1, true, () => 0)).toBeUndefined();
});

test('what is wanted instead', () => {
  const policy = { attempts: 20, baseDelayMs: 10, maxDelayMs: 2000 };
  expect(retryDelay(refused(503), 1, true, () => 0, policy)).toBe(5);
  expect(retryDelay(refused(503), 19, true, () => 0, policy)).toBe(1000);
  expect(retryDelay(refused(503), 20, true, () => 0, policy)).toBeUndefined();
  expect(retryDelay(refused(429, '3'), 1, true, () => 0, policy)).toBeUndefined();
});
