import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Cleans up when this process is told to end (Ctrl-C, a closed terminal, a stopped job), and then ends it. Told a second time,
 * the process ends at once.
 * @returns lets go again: from then on the process ends as it would without
 */
export function onInterrupt(cleanUp: () => Promise<unknown>): () => void {
  const end = (signal: NodeJS.Signals): void => {
    letGo();
    const status = 128 + constants.signals[signal];
    cleanUp().then(
      () => process.exit(status),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(status);
      },
    );
  };
  const letGo = (): void => signals.forEach((signal) => process.removeListener(signal, end));
  signals.forEach((signal) => process.on(signal, end));
  return letGo;
}
