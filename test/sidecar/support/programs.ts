import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { temporaryFolder } from '../../support/temporary-folder';

/** How a ProxySQL is started: the double, or the real one where there is one. */
export interface ProxySqlProgram {
  readonly name: string;
  readonly command: readonly string[];
}

const ROOT = path.resolve(__dirname, '../../..');
const bundles = new Map<string, string>();

/** Bundles an entry point, once in each test process, and returns the file. */
export function bundle(entry: string): string {
  let file = bundles.get(entry);
  if (file === undefined) {
    file = path.join(temporaryFolder('bundle-'), `${path.basename(path.dirname(entry))}.js`);
    buildSync({
      entryPoints: [path.join(ROOT, entry)],
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
    bundles.set(entry, file);
  }
  return file;
}

/** The double, always; the real ProxySQL where PROXYSQL_BINARY or the PATH has one. */
export function proxysqlPrograms(): ProxySqlProgram[] {
  const real = realBinary();
  return [
    { name: 'the double', command: [process.execPath, bundle('test/double/main.ts')] },
    ...(real === undefined ? [] : [{ name: 'the real ProxySQL', command: [real] }]),
  ];
}

function realBinary(): string | undefined {
  const given = process.env['PROXYSQL_BINARY'];
  const candidates = [
    ...(given === undefined ? [] : [given]),
    ...(process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'proxysql')),
  ];
  return candidates.find((file) => existsSync(file));
}

/** A program that a test started. */
export class Program {
  output = '';
  exitCode: number | null | undefined;
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(command: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const [file = '', ...args] = command;
    this.child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (bytes: Buffer) => (this.output += bytes.toString()));
    this.child.stderr?.on('data', (bytes: Buffer) => (this.output += bytes.toString()));
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code) => {
        this.exitCode = code;
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.exitCode === undefined;
  }

  /** Ends it and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.kill(signal);
    await this.exited;
  }
}

/** Runs a program to its end. */
export function run(command: readonly string[]): string {
  const [file = '', ...args] = command;
  return spawnSync(file, args, { encoding: 'utf8' }).stdout;
}
