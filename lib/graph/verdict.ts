import { type ObjectReference } from '../kubernetes';

/** What a gate says. */
export type Verdict = Open | Held;

/** Everything the gate asks for is proven. */
export interface Open {
  readonly open: true;
  /** CamelCase, for the condition. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** When the verdict can change without any event, e.g. a certificate's end: milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** Something is missing, and what it is. */
export interface Held {
  readonly open: false;
  /** CamelCase, for the condition. */
  readonly reason: string;
  /** A sentence for people: what is wrong, and what would help. */
  readonly message: string;
  /** The object that everything waits for. */
  readonly blockedBy?: ObjectReference;
  /** When it is worth looking again without any event, milliseconds since the epoch. */
  readonly retryAt?: number;
  /** True when waiting does not help: the user must change something. */
  readonly needsUser?: boolean;
  /** True when nothing has been seen yet, as after a restart, and what was known before still counts. */
  readonly unknown?: boolean;
}

/** An open verdict. */
export function open(reason: string, message: string, retryAt?: number): Open {
  return { open: true, reason, message, ...(retryAt !== undefined && { retryAt }) };
}

/** A held verdict. */
export function held(reason: string, message: string, more: Omit<Held, 'open' | 'reason' | 'message'> = {}): Held {
  return { open: false, reason, message, ...more };
}
