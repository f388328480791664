import fc from 'fast-check';
import { type CertificateSet, isServed } from '../../sidecar/certificate-set';
import {
  decide,
  isNotTakenOver,
  lookAgainAfter,
  nextSetback,
  type Seen,
  type Setback,
  type Situation,
} from '../../sidecar/decide';
import { type Presented } from '../../runtime/mysql/handshake';

const set = (id: string): CertificateSet => ({ id, leaf: `leaf-${id}` });
const A = set('A');
const B = set('B');

function presents(shown: CertificateSet): Seen {
  const leaf = { fingerprint: shown.leaf } as Presented['leaf'];
  return { state: 'serving', presented: { leaf, chain: [] } };
}

const quiet: Situation = {
  now: 1000,
  wanted: A,
  installed: A,
  lastGood: A,
  loadedId: A.id,
  seen: presents(A),
  inDoubt: false,
  setbacks: new Map(),
  draining: false,
};

describe('decide', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['waits when the mounted certificate is served', {}, 'wait'],
    ['waits for files while nothing is installed', { wanted: undefined, installed: undefined }, 'wait'],
    ['installs the first set', { installed: undefined, lastGood: undefined, loadedId: undefined }, 'install'],
    ['installs a renewed set', { wanted: B }, 'install'],
    ['reloads what was installed', { wanted: B, installed: B }, 'reload'],
    ['looks after a reload', { wanted: B, installed: B, loadedId: B.id, seen: { state: 'unknown' } }, 'look'],
    ['remembers what is served', { wanted: B, installed: B, loadedId: B.id, seen: presents(B) }, 'confirm'],
    [
      'does not reload a ProxySQL that is not there',
      { installed: B, wanted: B, seen: { state: 'down', message: '' } },
      'wait',
    ],
    [
      'does not reload a ProxySQL without TLS',
      { installed: B, wanted: B, seen: { state: 'no-tls', message: '' } },
      'wait',
    ],
    ['reloads when something else is served', { seen: presents(B) }, 'reload'],
    ['goes back when the set was refused', { wanted: B, installed: B, setbacks: held('B') }, 'restore'],
    ['stays back until it is time', { wanted: B, setbacks: held('B') }, 'wait'],
    ['tries again when it is time', { wanted: B, setbacks: held('B'), now: 2000 }, 'install'],
    ['stays back for the longest wait', { wanted: B, setbacks: held('B', 301_000) }, 'wait'],
    ['tries again when the clock was set back beyond that', { wanted: B, setbacks: held('B', 301_001) }, 'install'],
    ['keeps what is installed when the mounted files are refused', { wanted: undefined }, 'wait'],
    ['has nothing to go back to', { lastGood: undefined, seen: presents(B), setbacks: held('A') }, 'wait'],
    ['does nothing while draining', { wanted: B, draining: true }, 'wait'],
    ['reloads before it looks', { wanted: B, installed: B, loadedId: A.id, seen: { state: 'unknown' } }, 'reload'],
    // Changed authorities are in no handshake: a set that shows the same certificate has to be read all the same.
    ['reloads a set that looks like the one before', { wanted: B, installed: B, seen: presents(B) }, 'reload'],
    ['leaves an admin interface alone that could not be asked', { seen: presents(B), adminRetryAt: 1001 }, 'wait'],
    ['asks it again when it is time', { seen: presents(B), adminRetryAt: 1000 }, 'reload'],
  ])('%s', (_, change, step) => {
    expect(decide({ ...quiet, ...change }).do).toBe(step);
  });

  it('says until when it waits', () => {
    expect(decide({ ...quiet, wanted: B, setbacks: held('B') })).toEqual({ do: 'wait', until: 2000 });
    expect(decide({ ...quiet, seen: presents(B), adminRetryAt: 1500 })).toEqual({ do: 'wait', until: 1500 });
    expect(decide(quiet)).toEqual({ do: 'wait', until: undefined });
  });
});

describe('isNotTakenOver', () => {
  const shown: Situation = { ...quiet, wanted: B, installed: B, loadedId: B.id, inDoubt: true, seen: presents(A) };

  it.each<[string, Partial<Situation>, boolean]>([
    ['says so when another certificate is served after a reload', {}, true],
    ['does not when it is the right one', { seen: presents(B) }, false],
    ['does not when nobody doubts it', { inDoubt: false }, false],
    ['does not when the set was not read yet', { loadedId: A.id }, false],
    ['does not when nothing is installed', { installed: undefined, loadedId: undefined }, false],
    ['does not while nothing is seen', { seen: { state: 'unknown' } }, false],
  ])('%s', (_, change, expected) => {
    expect(isNotTakenOver({ ...shown, ...change })).toBe(expected);
  });
});

function held(id: string, retryAt = 2000): ReadonlyMap<string, Setback> {
  return new Map([[id, { count: 1, retryAt }]]);
}

/** A ProxySQL and a disk in miniature: what a keeper does with each step. */
class World {
  now = 0;
  wanted: CertificateSet | undefined;
  installed: CertificateSet | undefined;
  lastGood: CertificateSet | undefined;
  loadedId: string | undefined;
  seen: Seen = { state: 'unknown' };
  inDoubt = false;
  commands = 0;
  setbacks = new Map<string, Setback>();
  /** What ProxySQL has in memory; undefined while it does not run. */
  memory: CertificateSet | undefined;
  /** Ids that it refuses to reload, and ids that it says to have reloaded though it has not. */
  refuses = new Set<string>();
  ignores = new Set<string>();

  settle(): number {
    for (let steps = 0; steps < 50; steps += 1) {
      const step = decide({ ...this, draining: false });
      switch (step.do) {
        case 'wait':
          return steps;
        case 'install':
          this.loadedId ??= this.wanted?.id;
          this.installed = this.wanted;
          this.inDoubt = false;
          break;
        case 'reload':
          this.reload();
          break;
        case 'look':
          this.look();
          break;
        case 'confirm':
          this.lastGood = this.installed;
          this.setbacks.delete(this.installed?.id ?? '');
          break;
        case 'restore':
          this.installed = this.lastGood;
          this.inDoubt = false;
      }
    }
    throw new Error('it never comes to rest');
  }

  look(): void {
    if (this.memory === undefined) {
      this.seen = { state: 'down', message: '' };
      return;
    }
    this.seen = presents(this.memory);
    const refused = isNotTakenOver({ ...this, draining: false });
    this.inDoubt = false;
    if (refused) {
      this.fail();
    }
  }

  start(): void {
    this.memory = this.installed;
  }

  private reload(): void {
    const id = this.installed?.id ?? '';
    this.commands += 1;
    if (this.memory === undefined) {
      this.seen = { state: 'down', message: '' };
    } else if (this.refuses.has(id)) {
      this.fail();
    } else {
      this.memory = this.ignores.has(id) ? this.memory : this.installed;
      this.loadedId = id;
      this.inDoubt = true;
      this.seen = { state: 'unknown' };
    }
  }

  private fail(): void {
    const id = this.installed?.id ?? '';
    this.setbacks.set(id, nextSetback(this.setbacks.get(id), this.now, 0.5));
  }
}

describe('deciding again and again', () => {
  const ids = ['A', 'B', 'C'] as const;
  const event = fc.oneof(
    fc.record({ kind: fc.constant('mount' as const), id: fc.constantFrom(...ids) }),
    fc.record({ kind: fc.constantFrom('broken', 'start', 'stop', 'look', 'pass') }),
    fc.record({
      kind: fc.constantFrom('refuse' as const, 'ignore' as const, 'accept' as const),
      id: fc.constantFrom(...ids),
    }),
  );

  /** It fails before any set was seen to be served, so that there is none to go back to. */
  const NEVER_SERVED = [
    { kind: 'ignore', id: 'A' },
    { kind: 'mount', id: 'C' },
    { kind: 'refuse', id: 'C' },
    { kind: 'start' },
    { kind: 'mount', id: 'A' },
  ] as const;

  function happen(world: World, { kind, id }: { kind: string; id?: string }): void {
    const actions: Record<string, () => void> = {
      mount: () => (world.wanted = set(id ?? '')),
      broken: () => (world.wanted = undefined),
      start: () => world.start(),
      stop: () => (world.memory = undefined),
      look: () => undefined,
      pass: () => (world.now += 400_000),
      refuse: () => world.refuses.add(id ?? ''),
      ignore: () => world.ignores.add(id ?? ''),
      accept: () => [world.refuses, world.ignores].forEach((list) => list.delete(id ?? '')),
    };
    actions[kind]?.();
    world.look();
    world.settle();
  }

  it('always comes to rest, and never leaves a refused set where a restart would find it when there is a good one', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const world = new World();
        for (const each of events) {
          happen(world, each);
          const { installed, lastGood, memory, setbacks, seen } = world;
          const heldBack = (setbacks.get(installed?.id ?? '')?.retryAt ?? 0) > world.now;
          if (memory !== undefined && seen.state === 'serving' && heldBack && lastGood !== undefined) {
            expect(installed).toEqual(lastGood);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ends with the mounted certificate served once ProxySQL accepts it and time has passed', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.constantFrom(...ids), (events, last) => {
        const world = new World();
        happen(world, { kind: 'mount', id: 'A' });
        events.forEach((each) => happen(world, each));
        ids.forEach((id) => happen(world, { kind: 'accept', id }));
        if (world.memory === undefined) {
          happen(world, { kind: 'start' });
        }
        happen(world, { kind: 'mount', id: last });
        happen(world, { kind: 'pass' });
        happen(world, { kind: 'pass' });

        expect(world.memory).toEqual(set(last));
        expect(world.installed).toEqual(set(last));
        expect(isServed(set(last), { leaf: { fingerprint: `leaf-${last}` } as Presented['leaf'], chain: [] })).toBe(
          true,
        );
        // At rest, nothing is reloaded any more: each reload costs ProxySQL memory.
        const { commands } = world;
        happen(world, { kind: 'look' });
        expect(world.commands).toBe(commands);
      }),
      { numRuns: 500, examples: [[[...NEVER_SERVED], 'A']] },
    );
  });
});

describe('waiting', () => {
  it('doubles after each failure up to five minutes, with a random part of a quarter', () => {
    const waits = (random: number): number[] => {
      let setback: Setback | undefined;
      return Array.from({ length: 12 }, () => (setback = nextSetback(setback, 0, random)).retryAt);
    };

    expect(waits(1).slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(waits(0).slice(0, 2)).toEqual([750, 1500]);
    expect(waits(1).at(-1)).toBe(300_000);
  });

  it('looks for a ProxySQL soon at first, and every two seconds in the end', () => {
    expect([1, 2, 3, 20, 2000].map((misses) => lookAgainAfter(misses, 1))).toEqual([25, 50, 100, 2000, 2000]);
  });
});
