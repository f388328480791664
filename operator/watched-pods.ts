import { type ObjectReference } from '../lib/kubernetes';
import { type Clock, type Timer } from '../runtime/clock';
import { Turns } from './runtime/turns';

/** What is kept of a pod that is asked something again and again. */
export interface WatchedPod {
  timer: Timer | undefined;
}

/** What asking pods needs. */
export interface WatchedPodsOptions<Watched, Answer> {
  readonly clock: Clock;
  /** Never rejects. */
  readonly ask: (watched: Watched) => Promise<Answer>;
  /** Told what a pod says, while it is still watched. */
  readonly heard: (key: string, pod: ObjectReference, watched: Watched, answer: Answer) => void;
}

/** Not all at once, however many there are. */
const MOST_AT_ONCE = 32;

/** The pods of each ProxySQL, by its key, and the times at which they are asked. */
export class WatchedPods<Watched extends WatchedPod, Answer> {
  private readonly pods = new Map<string, ReadonlyMap<string, Watched>>();
  private readonly turns = new Turns(MOST_AT_ONCE);
  private stopped = false;

  constructor(private readonly options: WatchedPodsOptions<Watched, Answer>) {}

  /** The pods of a ProxySQL, by pod name. */
  of(key: string): ReadonlyMap<string, Watched> {
    return this.pods.get(key) ?? new Map<string, Watched>();
  }

  /** What is known of each of them, where anything is. */
  known<T>(key: string, what: (watched: Watched) => T | undefined): ReadonlyMap<string, T> {
    const known = new Map<string, T>();
    for (const [name, watched] of this.of(key)) {
      const value = what(watched);
      if (value !== undefined) {
        known.set(name, value);
      }
    }
    return known;
  }

  /** Watches these from now on, and no others of the ProxySQL. */
  keep(key: string, pods: ReadonlyMap<string, Watched>): void {
    for (const [name, watched] of this.of(key)) {
      if (pods.get(name) !== watched) {
        watched.timer?.clear();
      }
    }
    this.pods.set(key, pods);
  }

  /** Asks a pod after a delay in milliseconds; of several times the last that was said counts. */
  askIn(delayMs: number, key: string, pod: ObjectReference, watched: Watched): void {
    watched.timer?.clear();
    watched.timer = this.options.clock.setTimeout(() => void this.look(key, pod, watched), delayMs);
  }

  forget(key: string): void {
    this.of(key).forEach(({ timer }) => timer?.clear());
    this.pods.delete(key);
  }

  stop(): void {
    this.stopped = true;
    [...this.pods.keys()].forEach((key) => this.forget(key));
  }

  private async look(key: string, pod: ObjectReference, watched: Watched): Promise<void> {
    const { ask, heard } = this.options;
    await this.turns.take(async () => {
      if (!this.stopped) {
        const answer = await ask(watched);
        if (this.of(key).get(pod.name) === watched) {
          heard(key, pod, watched, answer);
        }
      }
    });
  }
}
