import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as it can be found again: an id is reused, an id with a start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** What to run. */
export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** File that gets all it prints. */
  readonly log: string;
}

/** When process `pid` started, in the operating system's own notation; undefined when there is none (or only its corpse). */
export function startTimeOf(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) {
    try {
      // After the parenthesized name, which may contain anything: state is the 1st field, the start time the 20th.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const found = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : found;
}

/** This process, findable by others. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
}

/** Whether that is this process. */
export function isOwn({ pid }: ProcessIdentity): boolean {
  return pid === process.pid;
}

/** Whether the very process that was recorded still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Starts a program in a process group of its own: it outlives this process, and nothing typed at a terminal reaches it. */
export function start(program: Program): ProcessIdentity {
  const log = openSync(program.log, 'a', 0o600);
  try {
    const [command, ...args] = program.argv;
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...program.env };
    const child = spawn(command as string, args, { detached: true, stdio: ['ignore', log, log], env });
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) {
      throw new Error(`Cannot run ${String(command)}.`);
    }
    return { pid: child.pid, startTime: startTimeOf(child.pid) ?? '' };
  } finally {
    closeSync(log);
  }
}

/** Sends a signal to each process that is still the one recorded: to its whole group, where it leads one. */
export function signal(identities: readonly ProcessIdentity[], name: NodeJS.Signals): void {
  for (const { pid } of identities.filter(isAlive)) {
    if (!kill(-pid, name)) {
      kill(pid, name);
    }
  }
}

/** Whether there was somebody to send it to. */
function kill(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}

/** Ends all that still run, with their process groups, the hard way: nothing a test cluster holds is worth a farewell. */
export async function end(identities: readonly ProcessIdentity[], timeout = 30_000): Promise<void> {
  signal(identities, 'SIGKILL');
  const deadline = Date.now() + timeout;
  while (identities.some(isAlive)) {
    if (Date.now() > deadline) {
      const left = identities.filter(isAlive).map(({ pid }) => pid);
      throw new Error(`Processes ${left.join(', ')} still run ${timeout / 1000} s after they were killed.`);
    }
    await sleep(10);
  }
}
