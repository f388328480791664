import { formatMilliseconds, goDurationProblem, parseGoDuration } from './go-duration';
import { type Problem } from './problem';

/** How long a certificate lives and when it is renewed, as its object has it. */
export interface CertificateLifetime {
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly renewBeforePercentage?: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DEFAULT_DURATION = 90 * 24 * HOUR;
const MIN_DURATION = HOUR;
const MIN_RENEW_BEFORE = 5 * MINUTE;

/** What is wrong with it; `path` is that of the object that holds the fields. */
export function lifetimeProblems(path: string, lifetime: CertificateLifetime): Problem[] {
  const syntax = (['duration', 'renewBefore'] as const).flatMap((field) => {
    const problem = lifetime[field] === undefined ? undefined : goDurationProblem(`${path}.${field}`, lifetime[field]);
    return problem === undefined ? [] : [problem];
  });
  // Numbers are compared only once they are numbers.
  return syntax.length > 0 ? syntax : arithmeticProblems(path, lifetime);
}

function arithmeticProblems(
  path: string,
  { duration, renewBefore, renewBeforePercentage }: CertificateLifetime,
): Problem[] {
  const life = milliseconds(duration) ?? DEFAULT_DURATION;
  const given = duration ?? 'cert-manager’s default of 2160h';
  const before = milliseconds(renewBefore);
  const problems: Problem[] = [];
  if (life < MIN_DURATION) {
    problems.push({
      path: `${path}.duration`,
      value: JSON.stringify(duration),
      message: 'cert-manager issues nothing for less than an hour',
      remedy: 'Write 1h or more',
    });
  }
  if (before !== undefined && renewBeforePercentage !== undefined) {
    problems.push({
      path: `${path}.renewBeforePercentage`,
      value: String(renewBeforePercentage),
      message: 'The time of renewal is given twice, here and as renewBefore',
      remedy: 'Keep one of the two',
    });
  }
  if (before !== undefined && before < MIN_RENEW_BEFORE) {
    problems.push({
      path: `${path}.renewBefore`,
      value: JSON.stringify(renewBefore),
      message: 'Five minutes is the least time that cert-manager takes for a renewal',
      remedy: 'Write 5m or more',
    });
  }
  if (before !== undefined && before >= life) {
    problems.push({
      path: `${path}.renewBefore`,
      value: JSON.stringify(renewBefore),
      message: `The certificate would be renewed before it is issued, since its duration is ${given}`,
      remedy: `Write less than the duration, such as a third of it: ${formatMilliseconds(life / 3)}`,
    });
  }
  if (renewBeforePercentage !== undefined) {
    problems.push(...percentageProblems(`${path}.renewBeforePercentage`, renewBeforePercentage, life));
  }
  return problems;
}

function percentageProblems(path: string, percentage: number, life: number): Problem[] {
  if (!Number.isInteger(percentage) || percentage <= 0 || percentage >= 100) {
    return [
      {
        path,
        value: String(percentage),
        message: 'This is no share of a life',
        remedy: 'Write a whole number from 1 to 99: the percentage of the life that is left at renewal',
      },
    ];
  }
  // cert-manager renews by one end of the life and admits by the other, so both have to be long enough.
  const shorter = (life * Math.min(percentage, 100 - percentage)) / 100;
  return shorter >= MIN_RENEW_BEFORE
    ? []
    : [
        {
          path,
          value: String(percentage),
          message: `At a duration of ${formatMilliseconds(life)} this leaves ${formatMilliseconds(shorter)}; cert-manager needs five minutes before and after a renewal`,
          remedy: 'Use a number nearer to 33, or a longer duration',
        },
      ];
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseGoDuration(text);
}
