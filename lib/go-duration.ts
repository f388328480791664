import { type Duration } from 'cdk8s';
import { type Problem } from './problem';

const MILLISECONDS_OF: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

// Digits can be read in one way only: in two, it would take a square of their number to find out that no unit follows.
const TERM = '(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)';
const WHOLE = new RegExp(`^[+-]?(?:0|(?:${TERM})+)$`);

/** What Go cannot hold: a duration is a signed 64-bit number of nanoseconds. */
const MAX_MILLISECONDS = 2 ** 63 / 1e6;

/** Units that people write and Go does not know, in hours. */
const HOURS_OF: { readonly [unit: string]: number } = { d: 24, w: 7 * 24, y: 365 * 24 };

/** Milliseconds of a duration as Go writes it (`2160h`, `1h30m`, `-1.5s`); undefined for what Go would refuse. */
export function parseGoDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) {
    return undefined;
  }
  const terms = [...text.matchAll(new RegExp(TERM, 'g'))];
  const sum = terms.reduce((total, [, number, unit]) => total + Number(number) * (MILLISECONDS_OF[unit ?? ''] ?? 0), 0);
  if (sum >= MAX_MILLISECONDS) {
    return undefined;
  }
  return text.startsWith('-') ? 0 - sum : sum;
}

/**
 * A duration as Go reads it, in the largest units that hold it exactly: `2160h`, `1h30m`, `500ms`. A program that no compiler has seen may
 * give something else: that is passed on, and refused by the schema.
 */
export function formatGoDuration(duration: Duration): string {
  return isDuration(duration) ? formatMilliseconds(duration.toMilliseconds()) : duration;
}

/** A duration in seconds; what is none is passed on as well, and a fraction is refused by the schema, as a field that takes seconds is whole. */
export function secondsOf(duration: Duration): number {
  return isDuration(duration) ? duration.toMilliseconds() / 1000 : duration;
}

function isDuration(value: unknown): value is Duration {
  return typeof (value as Partial<Duration> | null)?.toMilliseconds === 'function';
}

/** Milliseconds as Go reads them; fractions of a millisecond are dropped. */
export function formatMilliseconds(milliseconds: number): string {
  const parts: string[] = [];
  let rest = Math.trunc(milliseconds);
  for (const unit of ['h', 'm', 's', 'ms']) {
    const size = MILLISECONDS_OF[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) {
      parts.push(`${count}${unit}`);
    }
  }
  return parts.length === 0 ? '0s' : parts.join('');
}

/** What is wrong with a field that should hold a duration as Go writes it; undefined if nothing is. */
export function goDurationProblem(path: string, value: unknown): Problem | undefined {
  if (typeof value === 'string' && parseGoDuration(value) !== undefined) {
    return undefined;
  }
  return {
    path,
    value: JSON.stringify(value),
    message:
      'This is not a duration that Kubernetes reads: it knows hours, minutes and seconds, and no days, weeks or years',
    remedy: remedyFor(value),
  };
}

function remedyFor(value: unknown): string {
  const match = /^(\d+(?:\.\d+)?)\s*(d|w|y)$/i.exec(String(value).trim());
  const hours =
    match === null ? undefined : Number(match[1]) * (HOURS_OF[(match[2] ?? '').toLowerCase()] ?? Number.NaN);
  return hours === undefined
    ? 'Write a number with its unit, such as 2160h or 90m'
    : `Write ${formatMilliseconds(hours * 3_600_000)}`;
}
