import { seededRandom } from './seeded-random';

/** What can go wrong with a request. */
export type Fault =
  /** The connection is reset; the API server never sees the request. */
  | { readonly kind: 'cut' }
  /** The API server does what is asked, then the connection is reset without an answer. */
  | { readonly kind: 'lost-answer' }
  /** Nothing ever comes back, and the connection stays open. */
  | { readonly kind: 'stall' }
  /** An answer that the API server did not give: 409, 429, 500, 503 ... */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number }
  /** The resourceVersion is too old: told as the answer, or as an event of a watch that began well. */
  | { readonly kind: 'gone'; readonly as: 'answer' | 'event' }
  /** The answer takes this long. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The connection is reset after this many bytes of the answer's body. */
  | { readonly kind: 'reset'; readonly afterBytes: number };

/** A request as rules see it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly userAgent: string;
}

/** Which requests get which fault. A request that no rule chooses passes unharmed. */
export interface FaultRule {
  readonly fault: Fault;
  /** @default every method */
  readonly methods?: readonly string[];
  /** Must match path and query. @default everything */
  readonly url?: RegExp;
  /** Watches only, or no watches. @default both */
  readonly watch?: boolean;
  /** Must match the User-Agent. @default everyone */
  readonly userAgent?: RegExp;
  /** Lets this many matching requests pass first. @default 0 */
  readonly skip?: number;
  /** Ends after this many faults. @default never */
  readonly times?: number;
  /** Share of the matching requests, drawn with the seed. @default 1 */
  readonly probability?: number;
}

/** Whether a request is a watch. */
export function isWatch(url: string): boolean {
  return /[?&]watch=(true|1)(&|$)/.test(url);
}

/** Decides the fate of requests by rules, in their order; the first that matches and strikes counts. */
export class FaultRules {
  private readonly random: () => number;
  private rules: { readonly rule: FaultRule; seen: number; struck: number }[] = [];

  /** @param seed the same seed and the same order of requests give the same faults */
  public constructor(seed = 1) {
    this.random = seededRandom(seed);
  }

  public add(...rules: readonly FaultRule[]): void {
    this.rules.push(...rules.map((rule) => ({ rule, seen: 0, struck: 0 })));
  }

  public clear(): void {
    this.rules = [];
  }

  /** The fault that the request gets; undefined when it passes. */
  public choose(request: SeenRequest): Fault | undefined {
    for (const entry of this.rules) {
      const { skip = 0, times = Infinity, probability = 1, fault } = entry.rule;
      if (entry.struck >= times || !matches(entry.rule, request)) {
        continue;
      }
      entry.seen += 1;
      if (entry.seen > skip && this.random() < probability) {
        entry.struck += 1;
        return fault;
      }
    }
    return undefined;
  }
}

function matches({ methods, url, watch, userAgent }: FaultRule, request: SeenRequest): boolean {
  return (
    (methods === undefined || methods.includes(request.method)) &&
    (url === undefined || url.test(request.url)) &&
    (watch === undefined || watch === isWatch(request.url)) &&
    (userAgent === undefined || userAgent.test(request.userAgent))
  );
}
