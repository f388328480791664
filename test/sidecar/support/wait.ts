import { setTimeout as delay } from 'node:timers/promises';

const STEP_MS = 10;

/** Tries until it neither throws nor returns false or undefined, or fails at the deadline with the last reason. */
export async function eventually<T>(
  what: string,
  attempt: () => T | Promise<T>,
  deadlineMs = 30_000,
): Promise<Exclude<T, false | undefined>> {
  const end = Date.now() + deadlineMs;
  let reason = 'it was not so';
  while (Date.now() < end) {
    try {
      const result = await attempt();
      if (result !== false && result !== undefined) {
        return result as Exclude<T, false | undefined>;
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await delay(STEP_MS);
  }
  throw new Error(`${what}: not within ${deadlineMs} ms: ${reason}`);
}
