import { existsSync, watch, type FSWatcher } from 'node:fs';
import { type Clock, type Timer } from '../runtime/clock';
import { type Logger } from '../runtime/logger';

const DEBOUNCE_MS = 10;
const REWATCH_MS = 1000;

/**
 * Reports changes in mounted folders: the kubelet's swap is a burst of events, which is reported once. Folders that are not there are left
 * out, since mounts do not appear later.
 */
export class FolderWatcher {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly timers = new Map<string, Timer>();
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Begins to report changes of a folder. */
  watch(folder: string, onChange: () => void): void {
    if (this.closed || !existsSync(folder)) {
      return;
    }
    const watcher = watch(folder, { persistent: false }, () => this.later(folder, DEBOUNCE_MS, onChange));
    watcher.on('error', (error) => {
      this.logger.warn({ folder }, `Watching failed, and is begun again: ${error.message}`);
      watcher.close();
      this.later(folder, REWATCH_MS, () => {
        this.watch(folder, onChange);
        onChange();
      });
    });
    this.watchers.set(folder, watcher);
  }

  close(): void {
    this.closed = true;
    this.watchers.forEach((watcher) => watcher.close());
    this.timers.forEach((timer) => timer.clear());
  }

  private later(folder: string, delay: number, callback: () => void): void {
    this.timers.get(folder)?.clear();
    this.timers.set(folder, this.clock.setTimeout(callback, delay));
  }
}
