import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../cluster/driver/build';
import { adminKubeconfig } from '../../cluster/driver/cluster';
import { type ClusterState } from '../../cluster/driver/state';
import { waitFor } from '../../cluster/driver/wait';
import { readerFolder } from '../../docs/reader-folder';
import { type Step } from '../../docs/tutorial';
import { Shell } from './shell';

/** A reader takes longer between two commands than a shell does: what only looks may look again. */
const LOOK_AGAIN_MS = 30_000;
const COMMAND_MS = 120_000;

/** Somebody who follows the tutorial, in a folder and a shell, with a kubectl that leads to a cluster. */
export class Reader {
  private constructor(
    private readonly folder: string,
    private readonly shell: Shell,
  ) {}

  public static async at(cluster: ClusterState, program: string): Promise<Reader> {
    const folder = readerFolder(program);
    const programs = join(folder, 'bin');
    const { kubernetes } = await build('node');
    mkdirSync(programs);
    writeFileSync(join(programs, 'kubectl'), `#!/bin/sh\nexec '${kubernetes}' kubectl "$@"\n`, { mode: 0o755 });
    const env = {
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      KUBECONFIG: adminKubeconfig(cluster),
      npm_config_update_notifier: 'false',
    };
    // On the node's network nobody else has the port that the tutorial forwards.
    const within = ['nsenter', `--target=${cluster.namespaces?.pid}`, '--net', '--'];
    return new Reader(folder, new Shell({ cwd: folder, env, within }));
  }

  /** Types the command of a step, and gives what it printed: at the latest when the time to look is over, at best as shown. */
  public async take({ command }: Step, isAsShown: (printed: string) => boolean): Promise<string> {
    const runsOn = command.endsWith('&');
    const looks = /^(served|kubectl .*\bget\b)/.test(command) && !command.includes('>');
    let printed = await this.shell.run(command, COMMAND_MS);
    const lookAgain = async (): Promise<true | undefined> => {
      if (isAsShown(printed)) {
        return true;
      }
      printed = runsOn ? printed + this.shell.takePrinted() : await this.shell.run(command, COMMAND_MS);
      return undefined;
    };
    if (runsOn || looks) {
      // What it was instead is told by whoever compares.
      await waitFor('what is shown', lookAgain, { timeout: LOOK_AGAIN_MS, interval: 250 }).catch(() => undefined);
    }
    return printed;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.shell.end();
    rmSync(this.folder, { recursive: true });
  }
}
