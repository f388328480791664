import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OPERATOR_ENVIRONMENT, OPERATOR_NODE_FLAGS } from '../../lib/objects/programs';
import { bundlePrograms, writePrograms } from '../../scripts/image/programs';
import { waitFor } from '../../test/cluster/driver/wait';
import { temporaryFolder } from '../../test/support/temporary-folder';

const PORT = 18080 + (process.pid % 1000);

/** So long without any use of a processor, in milliseconds, and it may be asked whether it is done; the clock of the processor counts hundredths. */
const REST_MS = 150;

/** The operator as it ships, in a process of its own. */
export class OperatorProcess {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    private readonly kubeconfig: string,
  ) {}

  /** Bundles it; it is not started. */
  static async bundle(kubeconfig: string): Promise<OperatorProcess> {
    const folder = temporaryFolder('operator-');
    writePrograms(await bundlePrograms(), folder);
    const program = join(folder, 'operator.js');
    return new OperatorProcess(program, kubeconfig);
  }

  /** Starts it, and gives the milliseconds until it is ready. */
  async start(): Promise<number> {
    const from = performance.now();
    this.child = spawn(
      process.execPath,
      [
        ...OPERATOR_NODE_FLAGS,
        this.program,
        `--kubeconfig=${this.kubeconfig}`,
        `--health-port=${PORT}`,
        '--log-level=warn',
      ],
      { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...OPERATOR_ENVIRONMENT } },
    );
    await waitFor('the operator to be ready', async () => ((await fetch(url('readyz'))).ok ? true : undefined), {
      interval: 5,
    });
    return performance.now() - from;
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child !== undefined) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }

  residentMegabytes(): number {
    const status = readFileSync(`/proc/${this.child?.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  cpuSeconds(): number {
    return cpuSecondsOf(this.child?.pid ?? 0);
  }

  /**
   * Waits until it has nothing to do, and gives the moment since when. Asking for its metrics all the time would be most of what it does
   * then: it is asked when its process has been at rest.
   */
  async untilQuiet(timeout = 60_000): Promise<number> {
    let used = this.cpuSeconds();
    let restingSince = performance.now();
    await waitFor(
      'the operator to be quiet',
      async () => {
        const now = this.cpuSeconds();
        if (now > used) {
          used = now;
          restingSince = performance.now();
        }
        return performance.now() - restingSince > REST_MS ? isQuiet() : undefined;
      },
      { timeout, interval: 20 },
    );
    return restingSince;
  }
}

/** What a process has used of processors since it began. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function url(path: string): string {
  return `http://127.0.0.1:${PORT}/${path}`;
}

/** Whether the operator leads and nothing waits for it. */
export async function isQuiet(): Promise<true | undefined> {
  const text = await (await fetch(url('metrics'))).text();
  const value = (line: string): number => Number(new RegExp(`^${line} (\\S+)$`, 'm').exec(text)?.[1]);
  const waiting =
    value('proxysql_operator_queue{state="waiting"}') + value('proxysql_operator_queue{state="in_flight"}');
  return value('proxysql_operator_leading') === 1 && waiting === 0 ? true : undefined;
}
