import { type Condition } from '../kubernetes';
import { aboutGeneration, hasCondition } from './conditions';
import { type GateId } from './gate-id';
import { replicaCounts, workloadReference } from './gates/workload-ready';
import { type Verdict } from './verdict';
import { type World } from './world';

/** How long pods may serve an older certificate than the Secret's, or the Secret be unproven, before a running ProxySQL is called degraded. */
export const ROTATION_GRACE_MS = 120_000;

/** Verdicts of the gates that were asked. */
export type Verdicts = ReadonlyMap<GateId, Verdict>;

/** The condition type of each gate: its name, but for the one that KubeDB has a name for. */
export function conditionTypeOf(gate: GateId): string {
  return gate === 'WorkloadReady' ? 'ReplicaReady' : gate;
}

/** All conditions that the verdicts amount to: one for each gate, and KubeDB's own. */
export function conditionsOf(world: World, verdicts: Verdicts): Condition[] {
  const previous = world.proxysql.status?.conditions ?? [];
  return [
    condition('ProvisioningStarted', true, 'DatabaseProvisioningStartedSuccessfully', 'Provisioning has started.'),
    ...[...verdicts].flatMap(([gate, verdict]) => ofGate(previous, gate, verdict)),
    ...ofHealth(world, verdicts, previous),
    ...(hasCondition(previous, 'Halted', 'True')
      ? [condition('Halted', false, 'DatabaseResumed', 'The ProxySQL is no longer halted.')]
      : []),
  ].map((made) => ({ ...made, ...aboutGeneration(world.proxysql.metadata.generation) }));
}

/** When a running ProxySQL turns from rotating to degraded: milliseconds since the epoch; undefined where it does not. */
export function graceEnd(world: World, verdicts: Verdicts): number | undefined {
  const previous = world.proxysql.status?.conditions ?? [];
  const served = verdicts.get('CertificatesServed');
  const rotating = served !== undefined && !served.open && !isStillTrue(previous, 'CertificatesServed', served);
  if (!rotating || !hasCondition(previous, 'Provisioned', 'True')) {
    return undefined;
  }
  // A rotation began once, however often it changes which pods still serve what.
  const since = previous.find(
    ({ type, status }) => type === 'CertificatesServed' && status === 'False',
  )?.lastTransitionTime;
  return (since === undefined ? world.now : Date.parse(since)) + ROTATION_GRACE_MS;
}

function ofGate(previous: readonly Condition[], gate: GateId, verdict: Verdict): Condition[] {
  const type = conditionTypeOf(gate);
  if (isStillTrue(previous, type, verdict)) {
    return [];
  }
  return [condition(type, verdict.open, reasonOf(gate, verdict), verdict.message)];
}

/** Nobody says otherwise: what was seen to be so counts until something else is known. */
function isStillTrue(previous: readonly Condition[], type: string, verdict: Verdict): boolean {
  return !verdict.open && verdict.unknown === true && hasCondition(previous, type, 'True');
}

/** KubeDB knows one reason only for replicas that are not ready. */
function reasonOf(gate: GateId, verdict: Verdict): string {
  return gate === 'WorkloadReady' && !verdict.open ? 'SomeReplicasNotReady' : verdict.reason;
}

function ofHealth(world: World, verdicts: Verdicts, previous: readonly Condition[]): Condition[] {
  const observed = world.find(workloadReference(world));
  if (observed.state !== 'present') {
    return hasCondition(previous, 'Provisioned', 'True')
      ? [accepting(false), ready(false, 'There is no StatefulSet.')]
      : [];
  }
  const accepts = replicaCounts(observed.object).ready > 0;
  const workload = verdicts.get('WorkloadReady');
  const wrong =
    workload?.open === false
      ? workload.message
      : accepts
        ? servingProblem(world, verdicts, previous)
        : 'No replica is ready.';
  return [
    accepting(accepts),
    ready(wrong === undefined, wrong ?? 'All replicas are ready and serve the certificate in the Secret.'),
    ...(wrong === undefined || hasCondition(previous, 'Provisioned', 'True')
      ? [condition('Provisioned', true, 'DatabaseSuccessfullyProvisioned', 'The ProxySQL has been ready.')]
      : []),
  ];
}

/** Before the first Ready every pod must serve what was proven; afterwards a rotation has some time to reach the pods. */
function servingProblem(world: World, verdicts: Verdicts, previous: readonly Condition[]): string | undefined {
  const served = verdicts.get('CertificatesServed');
  if (served === undefined || served.open || isStillTrue(previous, 'CertificatesServed', served)) {
    return undefined;
  }
  const ended = servedUntil(world);
  if (ended !== undefined) {
    return `The certificate that pods serve ended at ${ended}: clients that verify it are turned away.`;
  }
  const end = graceEnd(world, verdicts);
  return end !== undefined && world.now < end && hasCondition(previous, 'Ready', 'True') ? undefined : served.message;
}

/** When the certificate that was last proven ended, where it did; nobody has replaced it since. A rotation has time, this has none. */
function servedUntil({ proxysql: { status }, now }: World): string | undefined {
  const notAfter = status?.certificates?.find(({ alias }) => alias === 'server')?.notAfter;
  return notAfter !== undefined && Date.parse(notAfter) <= now ? notAfter : undefined;
}

function accepting(yes: boolean): Condition {
  return condition(
    'AcceptingConnection',
    yes,
    yes ? 'DatabaseAcceptingConnectionRequest' : 'DatabaseNotAcceptingConnectionRequest',
    yes ? 'At least one replica accepts connections.' : 'No replica accepts connections.',
  );
}

function ready(yes: boolean, message: string): Condition {
  return condition('Ready', yes, yes ? 'ReadinessCheckSucceeded' : 'ReadinessCheckFailed', message);
}

function condition(type: string, yes: boolean, reason: string, message: string): Condition {
  return { type, status: yes ? 'True' : 'False', reason, message };
}
