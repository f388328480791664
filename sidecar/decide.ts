import { type CertificateSet, isServed } from './certificate-set';
import { type Presented } from '../runtime/mysql/handshake';

/** What is known about ProxySQL's MySQL port. */
export type Seen =
  /** Nothing since something was changed. */
  | { readonly state: 'unknown' }
  /** Nobody listens, or the handshake failed. */
  | { readonly state: 'down'; readonly message: string }
  /** It listens, but offers no TLS. */
  | { readonly state: 'no-tls'; readonly message: string }
  | { readonly state: 'serving'; readonly presented: Pick<Presented, 'leaf' | 'chain'> };

/** A set that ProxySQL did not take over, and when to try it again. */
export interface Setback {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
}

/** All that deciding looks at. */
export interface Situation {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The proven set of the mounted files; absent while they do not pass the proof. */
  readonly wanted?: CertificateSet;
  /** The set that ProxySQL would read now. */
  readonly installed?: CertificateSet;
  /** The last set that was seen to be served. */
  readonly lastGood?: CertificateSet;
  /** Id of the set that ProxySQL has in memory, as far as is known. */
  readonly loadedId?: string;
  readonly seen: Seen;
  /** Whether ProxySQL answered a reload with OK, and nobody has looked yet whether it serves the installed set now. */
  readonly inDoubt: boolean;
  /** By id of the set. */
  readonly setbacks: ReadonlyMap<string, Setback>;
  /** When to ask ProxySQL's admin interface again, which could not be asked; milliseconds since the epoch. */
  readonly adminRetryAt?: number;
  /** True while ProxySQL is being drained: its port is closed on purpose. */
  readonly draining: boolean;
}

/** The next thing to do. */
export type Step =
  /** Make the wanted set the installed one. */
  | { readonly do: 'install' }
  /** Let ProxySQL read the installed set. */
  | { readonly do: 'reload' }
  /** Find out what is served. */
  | { readonly do: 'look' }
  /** The installed set is served: remember it as good. */
  | { readonly do: 'confirm' }
  /** ProxySQL does not take the installed set: go back to the last good one. */
  | { readonly do: 'restore' }
  /** Nothing, until something happens or this time comes (milliseconds since the epoch). */
  | { readonly do: 'wait'; readonly until?: number };

/**
 * Says what to do next. Each step changes the situation, so that asking again and again ends in waiting, with the mounted certificate
 * served, or else the last good one.
 */
export function decide(situation: Situation): Step {
  const { wanted, installed, loadedId, seen } = situation;
  if (situation.draining) {
    return { do: 'wait' };
  }
  if (wanted !== undefined && wanted.id !== installed?.id && heldBackUntil(situation, wanted.id) === undefined) {
    return { do: 'install' };
  }
  if (installed === undefined || seen.state === 'down' || seen.state === 'no-tls') {
    return { do: 'wait' };
  }
  if (loadedId === installed.id && seen.state === 'unknown') {
    return { do: 'look' };
  }
  if (loadedId === installed.id && seen.state === 'serving' && isServed(installed, seen.presented)) {
    return situation.lastGood?.id === installed.id
      ? { do: 'wait', until: wanted && heldBackUntil(situation, wanted.id) }
      : { do: 'confirm' };
  }
  const until = heldBackUntil(situation, installed.id);
  if (until !== undefined) {
    return canRestore(situation) ? { do: 'restore' } : { do: 'wait', until };
  }
  const { adminRetryAt, now } = situation;
  return adminRetryAt !== undefined && now < adminRetryAt ? { do: 'wait', until: adminRetryAt } : { do: 'reload' };
}

/** Whether there is a good set to go back to. */
function canRestore({ installed, lastGood }: Situation): boolean {
  return lastGood !== undefined && lastGood.id !== installed?.id;
}

/** When a set that failed may be tried again; undefined once it may, and where the clock was set back since, so that it would take too long. */
function heldBackUntil({ setbacks, now }: Situation, id: string): number | undefined {
  const retryAt = setbacks.get(id)?.retryAt;
  return retryAt !== undefined && now < retryAt && retryAt <= now + LONGEST_BACKOFF_MS ? retryAt : undefined;
}

/** Whether a look showed that ProxySQL goes on with something else though it said that it had reloaded. */
export function isNotTakenOver({ installed, loadedId, seen, inDoubt }: Situation): boolean {
  return (
    installed !== undefined &&
    loadedId === installed.id &&
    inDoubt &&
    seen.state === 'serving' &&
    !isServed(installed, seen.presented)
  );
}

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/**
 * Notes one more failure of a set: the wait doubles each time, and a random part keeps pods from trying all at once.
 * @param random - from 0 to 1
 */
export function nextSetback(previous: Setback | undefined, now: number, random: number): Setback {
  const count = (previous?.count ?? 0) + 1;
  return { count, retryAt: retryAfter(count, now, random) };
}

/** When to try again what has failed so many times in a row, milliseconds since the epoch. */
export function retryAfter(failures: number, now: number, random: number): number {
  return now + backoff(failures, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, random);
}

const FIRST_LOOK_MS = 25;
const LONGEST_LOOK_MS = 2000;

/** How long to wait before looking for a ProxySQL again that was not there so many times. */
export function lookAgainAfter(misses: number, random: number): number {
  return backoff(misses, FIRST_LOOK_MS, LONGEST_LOOK_MS, random);
}

function backoff(count: number, first: number, longest: number, random: number): number {
  return Math.min(longest, first * 2 ** Math.min(count - 1, 30)) * (0.75 + random / 4);
}
