import { hasCondition } from '../lib/graph/conditions';
import { type Decision } from '../lib/graph/decide';
import { NOT_ANSWERING } from '../lib/graph/gates/certificates-served';
import { BACKEND_CONDITION, CONFIGURATION_CONDITION } from '../lib/graph/pod-conditions';
import { RENEWAL_CONDITION } from '../lib/graph/renewal';
import { type Held } from '../lib/graph/verdict';
import { describeReference, type ObjectReference } from '../lib/kubernetes';
import { type ProxySQLStatus } from '../lib/proxysql-resource';
import { type Deed, type Failure } from './act';
import { type EventNote } from './runtime/event-recorder';

/** What pods are still to do: the phase tells it when it matters. That they do not answer is told apart. */
const QUIET = new Set([
  'SomeReplicasNotReady',
  'NothingServed',
  'NotYetSeen',
  'OtherCertificateServed',
  'PodsNotReady',
  NOT_ANSWERING,
  'SecretNotProven',
]);

/**
 * What to tell users when the status changes: that something else is waited for, that pods do not answer, and that the phase is another
 * one.
 */
export function statusNotes(
  before: ProxySQLStatus | undefined,
  after: ProxySQLStatus,
  decision: Decision,
): EventNote[] {
  return [
    ...blockingNotes(before, after, decision),
    ...silenceNotes(before, after),
    ...conditionNotes(before, after),
    ...phaseNotes(before, after),
  ];
}

/** Of all that is shut only what stands before the next step, and only when it says something else than before. */
function blockingNotes(before: ProxySQLStatus | undefined, after: ProxySQLStatus, decision: Decision): EventNote[] {
  const shut = decision.steps.map(({ verdict }) => verdict).find((verdict): verdict is Held => !verdict.open);
  if (shut === undefined || isQuiet(shut)) {
    return [];
  }
  const known = before?.conditions?.some(({ status, reason }) => status === 'False' && reason === shut.reason);
  if (known === true && before?.blockedBy === after.blockedBy) {
    return [];
  }
  return [
    {
      type: isWarning(shut, after) ? 'Warning' : 'Normal',
      reason: shut.reason,
      message: shut.message,
      action: 'Wait',
    },
  ];
}

/** What is usual on the way to the first Ready is not so afterwards, and a pod in trouble never is. */
function isWarning({ needsUser, blockedBy }: Held, { conditions = [] }: ProxySQLStatus): boolean {
  return needsUser === true || blockedBy?.kind === 'Pod' || hasCondition(conditions, 'Provisioned', 'True');
}

/** A pod in trouble that its status tells is named; that pods start and end is not. */
function isQuiet({ reason, blockedBy }: Held): boolean {
  return QUIET.has(reason) && !(reason === 'SomeReplicasNotReady' && blockedBy?.kind === 'Pod');
}

/** Conditions that no gate is behind, and what is to be done where one is False. */
const TOLD_CONDITIONS = {
  [RENEWAL_CONDITION]: 'Renew',
  [BACKEND_CONDITION]: 'Check',
  [CONFIGURATION_CONDITION]: 'Apply',
};

/** Once when one becomes False, or is so for another reason: the message goes on counting attempts. */
function conditionNotes(before: ProxySQLStatus | undefined, after: ProxySQLStatus): EventNote[] {
  return Object.entries(TOLD_CONDITIONS).flatMap(([told, action]): EventNote[] => {
    const [was, is] = [before, after].map((status) => status?.conditions?.find(({ type }) => type === told));
    return is?.status !== 'False' || (was?.status === 'False' && was.reason === is.reason)
      ? []
      : [{ type: 'Warning', reason: is.reason ?? '', message: is.message ?? '', action }];
  });
}

/** Once for all pods, and whether or not anything waits for it: what was seen before may still count. */
function silenceNotes(before: ProxySQLStatus | undefined, after: ProxySQLStatus): EventNote[] {
  const silenceIn = (status?: ProxySQLStatus) => status?.conditions?.find(({ reason }) => reason === NOT_ANSWERING);
  const silence = silenceIn(after);
  return silence === undefined || silenceIn(before) !== undefined
    ? []
    : [{ type: 'Warning', reason: NOT_ANSWERING, message: silence.message ?? '', action: 'Report' }];
}

const BAD_PHASES = new Set(['Critical', 'NotReady']);
const TOLD_PHASES = new Set(['Ready', 'Halted', ...BAD_PHASES]);

function phaseNotes(before: ProxySQLStatus | undefined, after: ProxySQLStatus): EventNote[] {
  const { phase = '' } = after;
  if (phase === before?.phase || !TOLD_PHASES.has(phase)) {
    return [];
  }
  const ready = after.conditions?.find(({ type }) => type === (phase === 'Halted' ? 'Halted' : 'Ready'));
  return [
    {
      type: BAD_PHASES.has(phase) ? 'Warning' : 'Normal',
      reason: phase,
      message: ready?.message ?? '',
      action: 'Report',
    },
  ];
}

/** What was done, in one event; the first creation of everything but the workload goes without saying. */
export function deedNotes(deeds: readonly Deed[]): EventNote[] {
  const told = deeds.filter(({ action, object }) => action !== 'Created' || object.kind === 'StatefulSet');
  const actions = [...new Set(told.map(({ action }) => action))];
  return actions.map((action) => ({
    type: 'Normal',
    reason: action,
    message: `${action} ${listed(told.filter((deed) => deed.action === action).map(({ object }) => object))}.`,
    action: 'Apply',
  }));
}

/** What the API server refused, in its own words. */
export function failureNotes(failures: readonly Failure[]): EventNote[] {
  return failures.map(({ object, error }) => ({
    type: 'Warning',
    reason: 'ApplyFailed',
    message: `${describeReference(object)}: ${error instanceof Error ? error.message : String(error)}`,
    action: 'Apply',
  }));
}

function listed(objects: readonly ObjectReference[]): string {
  return objects.map(describeReference).sort().join(', ');
}
