import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait for what should happen soon: long enough for a busy machine, since only a hang ends it. */
export const patience = 60_000;

/** An answer that no more waiting will change. */
export class HopelessError extends Error {}

/**
 * Asks until the answer is something, and gives it.
 * @param what completes the sentence "Timed out after 10 s waiting for ..."
 * @param ask its errors count as "not yet", and the last one is told when the time is over; but a HopelessError ends it
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  options: { readonly timeout?: number; readonly interval?: number } = {},
): Promise<T> {
  const { timeout = patience, interval = 25 } = options;
  const deadline = Date.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) {
        return answer;
      }
    } catch (error) {
      if (error instanceof HopelessError) {
        throw error;
      }
      last = error;
    }
    if (Date.now() >= deadline) {
      const why = last === undefined ? '' : ` The last attempt failed: ${String(last)}`;
      throw new Error(`Timed out after ${timeout / 1000} s waiting for ${what}.${why}`, { cause: last });
    }
    await sleep(interval);
  }
}
