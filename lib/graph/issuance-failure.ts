import { describeReference, type KubernetesObject, referenceTo } from '../kubernetes';
import { conditionOf, quoted, statusOf } from './gates/conditions';
import { instant } from './instant';

const HOUR_MS = 3_600_000;
const LONGEST_WAIT_HOURS = 32;

/** That a Certificate could not be issued, in its last attempt. */
export interface IssuanceFailure {
  /** A sentence or two for people, with cert-manager's own words. */
  readonly message: string;
  /** When cert-manager tries again, milliseconds since the epoch; absent while it does. */
  readonly retryAt?: number;
}

/** What cert-manager says of its last attempt, if that failed. It waits an hour after a failure, then two, up to 32. */
export function issuanceFailure(object: KubernetesObject): IssuanceFailure | undefined {
  const described = describeReference(referenceTo(object));
  const { failedIssuanceAttempts, lastFailureTime } = statusOf(object);
  const failedAt = typeof lastFailureTime === 'string' ? Date.parse(lastFailureTime) : Number.NaN;
  if (Number.isNaN(failedAt)) {
    return undefined;
  }
  const attempts = typeof failedIssuanceAttempts === 'number' ? Math.max(1, failedIssuanceAttempts) : 1;
  const hours = Math.min(2 ** (attempts - 1), LONGEST_WAIT_HOURS);
  const retryAt = failedAt + hours * HOUR_MS;
  const issuing = conditionOf(object, 'Issuing');
  const words = quoted(issuing?.message ?? conditionOf(object, 'Ready')?.message);
  if (issuing?.status === 'True') {
    return { message: `${described} is being issued once more, after ${plural(attempts)}${words}.` };
  }
  return {
    message: `${described} could not be issued, ${plural(attempts)}${words}. cert-manager tries again at ${instant(retryAt)}.`,
    retryAt,
  };
}

function plural(attempts: number): string {
  return attempts === 1 ? '1 failed attempt' : `${attempts} failed attempts`;
}
