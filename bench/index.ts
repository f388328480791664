/** Runs every bench of this folder, one after the other and each in a process of its own: `npm run bench [name ...]`. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { printReport, type Report } from './support/bench';

const ITSELF = 'index.ts';

async function runBench(file: string): Promise<Report | undefined> {
  const child = fork(join(__dirname, file), { execArgv: ['--import', 'tsx'] });
  let received: Report | undefined;
  child.on('message', (message) => (received = message as Report));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`bench/${file} failed.`);
  }
  return received;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).map((name) => `${name}.ts`);
  const benches = readdirSync(__dirname).filter((file) => file.endsWith('.ts') && file !== ITSELF);
  for (const file of benches.filter((name) => wanted.length === 0 || wanted.includes(name))) {
    const result = await runBench(file);
    if (result !== undefined) {
      printReport(result);
      process.exitCode = result.figures.some(({ met }) => met === false) ? 1 : process.exitCode;
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
