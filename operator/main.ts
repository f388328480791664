import { Operator } from './operator';
import { readSettings, SettingsError } from './settings';

/** Runs the operator until it is told to end. */
export async function runOperator(argv: readonly string[]): Promise<void> {
  try {
    const operator = new Operator(readSettings(argv));
    let ending = false;
    const end = (): void => {
      if (!ending) {
        ending = true;
        void operator.stop().then(() => process.exit(0));
      }
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    await operator.start();
  } catch (error) {
    const help = error instanceof SettingsError && error.exitCode === 0;
    const message = error instanceof Error ? error.message : String(error);
    (help ? process.stdout : process.stderr).write(`${message}\n`);
    process.exit(error instanceof SettingsError ? error.exitCode : 1);
  }
}

if (require.main === module) {
  void runOperator(process.argv.slice(2));
}
