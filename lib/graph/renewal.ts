import { type Condition, describeReference, referenceTo } from '../kubernetes';
import { type Proven } from '../proof/proof';
import { troubleCondition } from './conditions';
import { type DesiredCertificate, desiredCertificates, wantsTls } from './desired';
import { conditionOf, quoted, statusOf } from './gates/conditions';
import { isProven, proofOf } from './gates/tls-secrets-proven';
import { instant } from './instant';
import { issuanceFailure } from './issuance-failure';
import { type World } from './world';

/** The condition that tells of certificates of which nobody has the next one yet, in time before they end. */
export const RENEWAL_CONDITION = 'CertificatesRenewed';

/**
 * How long before its end the next certificate of a Secret that users supply is asked for: an eighth of its life, and at most this. What
 * renews by itself does so earlier, cert-manager and ACME clients after two thirds.
 */
const LONGEST_NOTICE_MS = 10 * 86_400_000;

/** Whether renewals come in time. */
export interface Renewal {
  /** Absent where nothing was ever late. */
  readonly condition?: Condition;
  /** When time alone makes one late, milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** What is to be said about renewals. A late one holds nothing back: what is in use is good until its end. */
export function renewalOf(world: World): Renewal {
  const all = wantsTls(world) ? desiredCertificates(world).map((wanted) => judge(world, wanted)) : [];
  const late = all.find((each) => each.late !== undefined)?.late;
  const unknown = all.some((each) => each.unknown === true);
  const next = all.flatMap(({ dueAt }) => dueAt ?? []).filter((time) => time > world.now);
  // What was late is not renewed by ending before the next one came.
  const over = unknown ? undefined : { reason: 'Renewed', message: 'No renewal is late.' };
  const condition = troubleCondition(world.proxysql, RENEWAL_CONDITION, late, over);
  return { ...(condition && { condition }), ...(next.length > 0 && { retryAt: Math.min(...next) }) };
}

interface Lateness {
  /** Absent while it is not. */
  readonly late?: { readonly reason: 'RenewalFailed' | 'RenewalOverdue' | 'RenewalDue'; readonly message: string };
  /** When it would be late, milliseconds since the epoch. */
  readonly dueAt?: number;
  /** True where a gate tells what is wrong instead: nothing is said anew, and what was said stays. */
  readonly unknown?: boolean;
}

function judge(world: World, wanted: DesiredCertificate): Lateness {
  const proof = proofOf(world, wanted);
  // What is not proven is not late: it is refused, and that is told.
  return isProven(proof)
    ? (wanted.issued === undefined ? ofSupplied : ofIssued)(world, wanted, proof)
    : { unknown: true };
}

function ofSupplied(
  { now }: World,
  { alias, secret }: DesiredCertificate,
  { certificate: { notBefore }, validUntil }: Proven,
): Lateness {
  const dueAt = validUntil - Math.min(LONGEST_NOTICE_MS, (validUntil - notBefore) / 8);
  return now < dueAt
    ? { dueAt }
    : {
        dueAt,
        late: {
          reason: 'RenewalDue',
          message: `${describeReference(secret)}: the ${alias} certificate or its authority ends at ${instant(validUntil)}; write the next one into the Secret before.`,
        },
      };
}

/** cert-manager has until a quarter of what is left at the time of renewal has gone by. */
function ofIssued(
  world: World,
  { alias, issued, secret }: DesiredCertificate,
  { certificate: { notAfter } }: Proven,
): Lateness {
  const observed = issued && world.find(referenceTo(issued.object));
  if (observed?.state !== 'present' || conditionOf(observed.object, 'Ready')?.status !== 'True') {
    // The gate of the Certificates tells.
    return { unknown: true };
  }
  const { object } = observed;
  const inUse = `The ${alias} certificate in use ends at ${instant(notAfter)}.`;
  const failure = issuanceFailure(object);
  if (failure !== undefined) {
    return { late: { reason: 'RenewalFailed', message: `${failure.message} ${inUse}` } };
  }
  const { renewalTime } = statusOf(object);
  const renewal = typeof renewalTime === 'string' ? Date.parse(renewalTime) : Number.NaN;
  if (Number.isNaN(renewal) || renewal >= notAfter) {
    return {};
  }
  const dueAt = renewal + (notAfter - renewal) / 4;
  if (world.now < dueAt) {
    return { dueAt };
  }
  const words = quoted(conditionOf(object, 'Issuing')?.message);
  return {
    dueAt,
    late: {
      reason: 'RenewalOverdue',
      message: `${describeReference(referenceTo(object))} was to be renewed at ${instant(renewal)}, and ${describeReference(secret)} has no newer certificate${words}. ${inUse} See whether cert-manager runs.`,
    },
  };
}
