import { setTimeout as pause } from 'node:timers/promises';

/** Waits until something holds that other processes or sockets bring about; fails, saying what, after the deadline. */
export async function until(what: string, holds: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error(`Waited ${deadlineMs} ms in vain until ${what}.`);
    }
    await pause(2);
  }
}
