import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { HopelessError, waitFor } from '../../cluster/driver/wait';

/** How a shell is started. */
export interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Command that starts it, where it is not to run as every other process of this machine. */
  readonly within?: readonly string[];
}

/** A shell that commands are typed into, one after the other, and what comes out on its terminal. */
export class Shell {
  private printed = '';
  private readonly child: ChildProcess;

  public constructor({ cwd, env, within = [] }: ShellOptions) {
    const [program = '', ...args] = [...within, 'bash', '--noprofile', '--norc', '-s'];
    // A group of its own, so that what still runs in the background ends with it.
    this.child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (bytes: Buffer) => (this.printed += bytes.toString()));
    this.type('exec 2>&1\nshopt -s expand_aliases');
  }

  /** Types a command, waits for the next prompt, and gives what was printed until then. */
  public async run(command: string, timeout: number): Promise<string> {
    const prompt = `\n${randomUUID()}\n`;
    this.type(`{ ${command}\n} </dev/null`);
    this.type(`printf '%s' '${prompt}'`);
    return await waitFor(
      `the end of: ${command}`,
      () => {
        if (this.child.exitCode !== null) {
          throw new HopelessError(`The shell ended with ${this.child.exitCode}: ${this.printed}`);
        }
        const [before = '', after] = this.printed.split(prompt);
        if (after === undefined) {
          return undefined;
        }
        this.printed = after;
        return before;
      },
      { timeout },
    );
  }

  /** What was printed since, by what runs in the background. */
  public takePrinted(): string {
    const printed = this.printed;
    this.printed = '';
    return printed;
  }

  /** Ends it, with all that it started. */
  public async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.pid !== undefined && this.child.exitCode === null) {
      process.kill(-this.child.pid, 'SIGKILL');
      await ended;
    }
  }

  private type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }
}
