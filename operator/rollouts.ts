/** What taking turns needs. */
export interface RolloutsOptions {
  /** ProxySQLs whose pods may be replaced at the same time. */
  readonly limit: number;
  /** Keys of those whose pods are being replaced, for whatever reason. */
  readonly rolling: () => readonly string[];
  /** Told of a key that may have its turn now. */
  readonly onTurn: (key: string) => void;
}

/**
 * Lets a new version of the operator replace the pods of so many ProxySQLs at a time: where its pods do not become ready, the rest keeps what
 * it has. Who is rolling is read from the cluster, so that it holds across restarts.
 */
export class Rollouts {
  /** Keys whose turn began in a pass that is not over: the cluster need not show it yet. */
  private readonly begun = new Set<string>();
  private readonly waiting = new Set<string>();

  constructor(private readonly options: RolloutsOptions) {}

  get counts(): { readonly rolling: number; readonly waiting: number } {
    return { rolling: this.options.rolling().length, waiting: this.waiting.size };
  }

  /** Whether it is the key's turn, which lasts until the pass is over, and then as long as its pods roll. If not, it is told later. */
  take(key: string): boolean {
    if (!this.begun.has(key) && this.room() <= 0) {
      this.waiting.add(key);
      return false;
    }
    this.waiting.delete(key);
    this.begun.add(key);
    return true;
  }

  /** A pass over the key is over. */
  release(key: string): void {
    this.begun.delete(key);
    this.next();
  }

  /** Something may have stopped rolling: whoever waits looks again, as many as there is room for. */
  next(): void {
    if (this.waiting.size === 0) {
      return;
    }
    for (const key of [...this.waiting].slice(0, Math.max(0, this.room()))) {
      this.waiting.delete(key);
      this.options.onTurn(key);
    }
  }

  private room(): number {
    return this.options.limit - new Set([...this.options.rolling(), ...this.begun]).size;
  }
}
