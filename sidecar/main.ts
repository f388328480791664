import { systemClock } from '../runtime/clock';
import { createLogger, type Logger } from '../runtime/logger';
import { readSettings, SettingsError } from './settings';
import { Sidecar } from './sidecar';

/** Exit code for an environment that a restart cannot put right. */
const USAGE = 64;

/** Runs the sidecar until it is told to end; whatever it does not expect ends it, and the kubelet starts it again. */
export async function runSidecar(env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(env);
  const logger = createLogger({ name: 'sidecar', level: settings.logLevel });
  const sidecar = new Sidecar({ settings, clock: systemClock, random: Math.random, logger });
  endOnSignals(sidecar, logger);
  await sidecar.start();
}

function endOnSignals(sidecar: Sidecar, logger: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'Ending');
      sidecar.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

if (require.main === module) {
  runSidecar(process.env).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof SettingsError ? USAGE : 1);
  });
}
