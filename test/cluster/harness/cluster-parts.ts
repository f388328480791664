import { restartPart, stopPart } from '../driver/parts';
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

  /** The state is read anew each time: others may have restarted a part since. */
  private keeper(): StateKeeper {
    return new StateKeeper(readState(this.cluster.directory) ?? this.cluster);
  }
}
