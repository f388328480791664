import { aboutGeneration, mergeConditions, troubleCondition } from '../lib/graph/conditions';
import { type Decision } from '../lib/graph/decide';
import { GATE_IDS } from '../lib/graph/gate-id';
import { conditionTypeOf } from '../lib/graph/health';
import { POD_CONDITIONS } from '../lib/graph/pod-conditions';
import { RENEWAL_CONDITION } from '../lib/graph/renewal';
import { UPGRADE_CONDITION } from '../lib/graph/upgrade';
import { type Condition, describeReference } from '../lib/kubernetes';
import { type ProxySQLResource, type ProxySQLStatus } from '../lib/proxysql-resource';
import { unsupportedFieldsOf } from '../lib/schema/unsupported-fields';
import { type Failure } from './act';
import { type Caches } from './caches';
import { isSame } from './compare';
import { statusNotes } from './events';
import { type Client } from './kubernetes/client';
import { ForbiddenError, InvalidError, UnexpectedAnswerError } from './kubernetes/errors';
import { type EventNote } from './runtime/event-recorder';

/** Conditions that are written here; others, such as Paused, belong to whoever set them. */
const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  ...GATE_IDS.map(conditionTypeOf),
  ...[
    'ProvisioningStarted',
    'AcceptingConnection',
    'Ready',
    'Provisioned',
    'Halted',
    'ObjectsAccepted',
    RENEWAL_CONDITION,
    UPGRADE_CONDITION,
    ...POD_CONDITIONS,
  ],
]);

/** How long a status that changes is watched before it is written, in milliseconds: what passes quickly is never written. */
export const SETTLE_MS = 400;
/** The same before the first pod, once the first status is there: one gate opens after the other, each within the second if all goes well. */
export const SETTLE_PROGRESS_MS = 1000;
/** The same where no gate opened or shut: words of others, the next object in a row, or one certificate of several, before the first pod. */
export const SETTLE_WORDS_MS = 3000;

/** A list without an end would keep the status from being written. */
const MOST_UNSUPPORTED = 100;

/** What reporting needs. */
export interface ReporterOptions {
  readonly client: Client;
  readonly caches: Caches;
  readonly record: (proxysql: ProxySQLResource, note: EventNote) => void;
}

/** One ProxySQL, what was decided about it, and what did not work. */
export interface Report {
  readonly proxysql: ProxySQLResource;
  readonly decision: Decision;
  readonly failures: readonly Failure[];
  /** When its auth Secret was made. */
  readonly authSecretSince?: string;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Writes the status when it differs, once it has settled. */
export class Reporter {
  /** Since when the status differs from what is written, by key. */
  private readonly differsSince = new Map<string, number>();

  constructor(private readonly options: ReporterOptions) {}

  /** Writes the status, or gives the moment when it is to be looked at again, milliseconds since the epoch. */
  async report(report: Report): Promise<number | undefined> {
    const { proxysql, decision, failures, now, signal } = report;
    const { uid = '', namespace, name } = proxysql.metadata;
    const before = proxysql.status;
    const after = statusOf(report);
    const difference = compare(before, after);
    if (difference === 'none') {
      this.differsSince.delete(uid);
      return undefined;
    }
    const since = this.differsSince.get(uid) ?? now;
    this.differsSince.set(uid, since);
    const due = since + settleTime(difference, before, after);
    if (now < due && failures.length === 0) {
      return due;
    }
    const written = await this.options.client.applyStatus<ProxySQLResource>(
      {
        apiVersion: 'kubedb.com/v1',
        kind: 'ProxySQL',
        // The UID keeps this from reporting on another ProxySQL of the same name.
        metadata: { ...(namespace !== undefined && { namespace }), name, ...(uid !== '' && { uid }) },
        status: after,
      } as unknown as ProxySQLResource,
      { force: true, signal },
    );
    this.differsSince.delete(uid);
    this.options.caches.wroteItself(written);
    statusNotes(before, after, decision).forEach((note) => this.options.record(proxysql, note));
    return undefined;
  }

  forget(uid: string): void {
    this.differsSince.delete(uid);
  }
}

function settleTime(difference: 'words' | 'more', before: ProxySQLStatus | undefined, after: ProxySQLStatus): number {
  if (difference === 'words') {
    return SETTLE_WORDS_MS;
  }
  return before?.phase === 'Provisioning' && after.phase === 'Provisioning' ? SETTLE_PROGRESS_MS : SETTLE_MS;
}

function statusOf({ proxysql, decision, failures, authSecretSince, now }: Report): ProxySQLStatus {
  const { phase, blockedBy, nextRetryTime, certificates } = decision;
  const refused = failures.filter(({ error }) => isRefusal(error));
  const conditions = withAcceptance(proxysql, decision, refused, now).filter(({ type }) => OWN_CONDITIONS.has(type));
  // Nothing waits for the stamp on a pod.
  const first = refused.find(({ object }) => object.kind !== 'Pod');
  const blocking = blockedBy ?? (first === undefined ? undefined : describeReference(first.object));
  const unsupported = decision.mode === 'reconcile' ? unsupportedOf(proxysql) : proxysql.status?.unsupportedFields;
  return {
    ...(phase !== '' && { phase }),
    ...aboutGeneration(proxysql.metadata.generation),
    ...(conditions.length > 0 && { conditions }),
    ...(authSecretSince !== undefined && { authSecret: { lastUpdateTimestamp: authSecretSince } }),
    ...(blocking !== undefined && { blockedBy: blocking }),
    ...(nextRetryTime !== undefined && { nextRetryTime }),
    ...(certificates.length > 0 && { certificates }),
    ...(unsupported !== undefined && unsupported.length > 0 && { unsupportedFields: unsupported }),
  };
}

/** Beside what the gates say: whether the API server took what was sent to it. The condition is there only once it did not. */
function withAcceptance(
  proxysql: ProxySQLResource,
  { conditions, mode }: Decision,
  [first]: readonly Failure[],
  now: number,
): readonly Condition[] {
  const refusal = first && {
    reason: 'Refused',
    message: `${describeReference(first.object)}: ${first.error instanceof Error ? first.error.message : String(first.error)}`,
  };
  const accepted = { reason: 'Accepted', message: 'The API server accepts all objects.' };
  const next = mode === 'reconcile' ? troubleCondition(proxysql, 'ObjectsAccepted', refusal, accepted) : undefined;
  return next === undefined ? conditions : mergeConditions(conditions, [next], now);
}

/** Trying again does not help; everything else is tried again without a word. */
function isRefusal(error: unknown): boolean {
  return error instanceof InvalidError || error instanceof ForbiddenError || error instanceof UnexpectedAnswerError;
}

function unsupportedOf({ spec }: ProxySQLResource): string[] {
  try {
    return unsupportedFieldsOf(spec)
      .slice(0, MOST_UNSUPPORTED)
      .map(({ path }) => path);
  } catch {
    // A resource of any shape; that it is not valid is reported elsewhere.
    return [];
  }
}

/** Whether two statuses differ, and whether in more than the words of messages. */
function compare(before: ProxySQLStatus | undefined, after: ProxySQLStatus): 'none' | 'words' | 'more' {
  const own = ownPart(before);
  const [is, should] = [sorted(own), sorted(after)];
  if (isSame(is, should)) {
    return 'none';
  }
  return isSame(withoutWords(is), withoutWords(should)) ? 'words' : 'more';
}

function ownPart(status: ProxySQLStatus | undefined): ProxySQLStatus {
  const { conditions, ...rest } = status ?? {};
  const own = conditions?.filter(({ type }) => OWN_CONDITIONS.has(type)) ?? [];
  return { ...rest, ...(own.length > 0 && { conditions: own }) };
}

function sorted(status: ProxySQLStatus): ProxySQLStatus {
  const conditions = status.conditions && [...status.conditions].sort((a, b) => (a.type < b.type ? -1 : 1));
  return { ...status, ...(conditions !== undefined && { conditions }) };
}

function withoutWords(status: ProxySQLStatus): unknown {
  return {
    ...status,
    nextRetryTime: undefined,
    blockedBy: undefined,
    ...(status.phase === 'Provisioning' && { certificates: undefined }),
    conditions: status.conditions?.map(({ type, status: state, reason }) => ({ type, state, reason })),
  };
}
