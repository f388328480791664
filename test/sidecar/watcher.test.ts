import { EventEmitter } from 'node:events';
import { type FSWatcher, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  it('watches anew what it lost', async () => {
    const clock = new FakeClock();
    const began: EventEmitter[] = [];
    let reports = 0;
    const watcher = new FolderWatcher(clock, silentLogger(), () => {
      const emitter = Object.assign(new EventEmitter(), { close: () => undefined });
      began.push(emitter);
      return emitter as unknown as FSWatcher;
    });
    watcher.watch(folder, () => (reports += 1));

    began[0]?.emit('error', new Error('gone'));
    await clock.advance(1000);

    expect([began.length, reports]).toEqual([2, 1]);
    watcher.close();
    expect(clock.timers).toBe(0);
  });
});
