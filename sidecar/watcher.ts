import { existsSync, watch, type FSWatcher } from 'node:fs';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';

const DEBOUNCE_MS = 10;
const REWATCH_MS = 1000;
/** Every look at a folder that cannot be watched costs; a renewed certificate can wait for so long. */
const LOOK_MS = 10_000;

/** Begins to watch a folder, as `fs.watch` does. */
type Watch = (folder: string, options: { persistent: boolean }, onEvent: () => void) => FSWatcher;

/**
 * Reports changes in mounted folders: the kubelet's swap is a burst of events, which is reported once. Folders that are not there are left
 * out, since mounts do not appear later. The kernel counts watchers per user, and pods of one node share users: a folder that it lets
 * nobody watch any more is reported again and again instead, until it can be watched.
 */
export class FolderWatcher {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly timers = new Map<string, Timer>();
  private readonly unwatched = new Set<string>();
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly begin: Watch = watch,
  ) {}

  /** Begins to report changes of a folder. */
  watch(folder: string, onChange: () => void): void {
    if (this.closed || !existsSync(folder)) {
      return;
    }
    try {
      const watcher = this.begin(folder, { persistent: false }, () => this.later(folder, DEBOUNCE_MS, onChange));
      watcher.on('error', (error) => {
        watcher.close();
        this.lost(folder, REWATCH_MS, error, onChange);
      });
      this.watchers.set(folder, watcher);
      this.unwatched.delete(folder);
    } catch (error) {
      this.lost(folder, LOOK_MS, error, onChange);
    }
  }

  close(): void {
    this.closed = true;
    this.watchers.forEach((watcher) => watcher.close());
    this.timers.forEach((timer) => timer.clear());
  }

  private lost(folder: string, delay: number, error: unknown, onChange: () => void): void {
    if (!this.unwatched.has(folder)) {
      this.unwatched.add(folder);
      const message = error instanceof Error ? error.message : String(error);
      this.logger.warn({ folder }, `The folder cannot be watched, so it is looked at again and again: ${message}`);
    }
    this.later(folder, delay, () => {
      this.watch(folder, onChange);
      onChange();
    });
  }

  private later(folder: string, delay: number, callback: () => void): void {
    this.timers.get(folder)?.clear();
    this.timers.set(folder, this.clock.setTimeout(callback, delay));
  }
}
