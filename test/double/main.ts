import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { CertificateFilesError, generateCertificates, loadCertificates, noCertificates } from './certificate-files';
import { ProxySqlDouble, VERSION } from './proxysql';
import { readSettings } from './settings';

/** ProxySQL's command line as far as pods use it. */
async function main(): Promise<void> {
  const program = new Command('proxysql')
    .option('-f, --foreground')
    .option('--initial')
    .option('--no-version-check')
    .option('--version')
    .option('-c, --config <file>', 'configuration file', '/etc/proxysql.cnf')
    .option('-D, --datadir <folder>')
    .parse();
  const options = program.opts<{ config: string; datadir?: string; version?: boolean }>();
  if (options.version === true) {
    process.stdout.write(`ProxySQL version ${VERSION}\n`);
    return;
  }
  const settings = readSettings(readFileSync(options.config, 'utf8'));
  const dataDir = path.resolve(options.datadir ?? settings.dataDir ?? '/var/lib/proxysql');
  if (noCertificates(dataDir)) {
    await generateCertificates(dataDir);
  }
  loadCertificates(dataDir);
  await new ProxySqlDouble(settings, dataDir).start();
}

// As the real one: whatever the files are like, the exit code says that all is well.
process.on('SIGTERM', () => process.exit(0));
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof CertificateFilesError ? 0 : 1);
});
