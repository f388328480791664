import { EventEmitter } from 'node:events';
import { type FSWatcher, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../runtime/clock';
import { createLogger, silentLogger } from '../../runtime/logger';
import { FolderWatcher } from '../../sidecar/watcher';
import { FakeClock } from '../runtime/fake-clock';
import { eventually } from './support/wait';

describe('FolderWatcher', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'watched-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reports a burst of changes, and leaves out what is not there', async () => {
    const reports: string[] = [];
    const watcher = new FolderWatcher(systemClock, silentLogger());
    watcher.watch(path.join(folder, 'absent'), () => reports.push('absent'));
    watcher.watch(folder, () => reports.push('present'));

    writeFileSync(path.join(folder, 'one'), '');
    writeFileSync(path.join(folder, 'two'), '');

    await eventually('it is reported', () => reports.length > 0);
    watcher.close();
    expect(reports).toEqual(['present']);
  });

  it('looks every ten seconds while the kernel lets nobody watch any more, says so once, and watches as soon as it may', async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    let refused = true;
    const watched: string[] = [];
    let reports = 0;
    const watcher = new FolderWatcher(clock, logger, (name) => {
      if (refused) {
        throw new Error(`EMFILE: too many open files, watch '${name}'`);
      }
      watched.push(name);
      return Object.assign(new EventEmitter(), { close: () => undefined }) as unknown as FSWatcher;
    });

    watcher.watch(folder, () => (reports += 1));
    await clock.advance(9_999);
    expect(reports).toBe(0);
    await clock.advance(10_001);
    expect(reports).toBe(2);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      `The folder cannot be watched, so it is looked at again and again: EMFILE: too many open files, watch '${folder}'`,
    ]);

    refused = false;
    await clock.advance(10_000);
    // What happened in between was not seen by anybody.
    expect([watched, reports]).toEqual([[folder], 3]);
    await clock.advance(60_000);
    expect([reports, clock.timers]).toEqual([3, 0]);
    watcher.close();
  });

  describe('of a kernel that reports what a test says', () => {
    let clock: FakeClock;
    let lines: string[];
    let reports: number;
    let watcher: FolderWatcher;
    let began: Watched[];

    beforeEach(() => {
      clock = new FakeClock();
      lines = [];
      reports = 0;
      began = [];
      const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
      watcher = new FolderWatcher(clock, logger, (_, __, onEvent) => {
        const watched = new Watched(onEvent);
        began.push(watched);
        return watched as unknown as FSWatcher;
      });
    });

    const watch = (name = folder): void => watcher.watch(name, () => (reports += 1));

    it('reports a burst once, 10 ms after its last event', async () => {
      watch();
      began[0]?.onEvent();
      await clock.advance(9);
      began[0]?.onEvent();
      await clock.advance(9);
      expect(reports).toBe(0);

      await clock.advance(1);
      expect(reports).toBe(1);
      await clock.advance(60_000);
      expect(reports).toBe(1);
    });

    it('does nothing about a folder that is not there', () => {
      watch(path.join(folder, 'absent'));

      expect([began.length, clock.timers, lines.length]).toEqual([0, 0, 0]);
    });

    it('watches anew what it lost after a second, and lets go of it', async () => {
      watch();
      began[0]?.emit('error', new Error('gone'));
      await clock.advance(999);
      expect([began.length, reports]).toEqual([1, 0]);

      await clock.advance(1);
      expect([began.length, reports]).toEqual([2, 1]);
      expect(began.map(({ open }) => open)).toEqual([false, true]);
    });

    it('says so each time that it loses a folder', async () => {
      watch();
      began[0]?.emit('error', new Error('gone'));
      await clock.advance(1000);
      began[1]?.emit('error', new Error('gone again'));

      expect(lines).toEqual([expect.stringContaining('again: gone"'), expect.stringContaining('again: gone again"')]);
    });

    it('lets go of everything in the end, and begins nothing any more', () => {
      const other = path.join(folder, 'other');
      mkdirSync(other);
      watch();
      watch(other);
      began[0]?.onEvent();

      watcher.close();
      watch();

      expect(began.map(({ open }) => open)).toEqual([false, false]);
      expect(clock.timers).toBe(0);
    });
  });
});

/** A folder that is watched. */
class Watched extends EventEmitter {
  open = true;

  constructor(readonly onEvent: () => void) {
    super();
  }

  close(): void {
    this.open = false;
  }
}
