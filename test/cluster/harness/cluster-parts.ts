import { setTimeout as delay } from 'node:timers/promises';

import { restartPart, signalPart, stopPart } from '../driver/parts';
import { type ClusterState, readState, StateKeeper } from '../driver/state';

/** Lets parts of a cluster crash and come back: kube-apiserver, etcd, cert-manager, kube-controller-manager and so on. */
export class ClusterParts {
  public constructor(private readonly cluster: ClusterState) {}

  /** Ends a part as a crash would. */
  public async crash(name: string): Promise<void> {
    await stopPart(this.keeper(), name);
  }

  /** Starts a part again. It is not waited for. */
  public restart(name: string): void {
    restartPart(this.keeper(), name);
  }

  /** Does something while a part is down; it is started again afterwards, and not waited for. */
  public async without<T>(name: string, use: () => Promise<T>): Promise<T> {
    await this.crash(name);
    try {
      return await use();
    } finally {
      this.restart(name);
    }
  }

  /** Lets a part hang and run by turns, in milliseconds, until it is told to stop: then it runs. */
  public stutter(name: string, { hangMs, runMs }: { hangMs: number; runMs: number }): { stop(): Promise<void> } {
    const ending = new AbortController();
    const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal: ending.signal }).catch(() => undefined);
    const running = (async () => {
      while (!ending.signal.aborted) {
        signalPart(this.keeper(), name, 'SIGSTOP');
        await pause(hangMs);
        signalPart(this.keeper(), name, 'SIGCONT');
        await pause(runMs);
      }
    })();
    return {
      stop: async () => {
        ending.abort();
        await running;
      },
    };
  }

  /** The state is read anew each time: others may have restarted a part since. */
  private keeper(): StateKeeper {
    return new StateKeeper(readState(this.cluster.directory) ?? this.cluster);
  }
}
