import {
  type Condition,
  describeReference,
  type KubernetesObject,
  type ObjectReference,
  referenceTo,
} from '../kubernetes';
import { type CertificateStatus } from '../proxysql-resource';
import { certificateStatuses } from './certificate-status';
import { aboutGeneration, believable, mergeConditions } from './conditions';
import { areCertificatesKnown, desiredCertificates } from './desired';
import { GATE_IDS, type GateId } from './gate-id';
import { GATES } from './gates';
import { conditionsOf, graceEnd, type Verdicts } from './health';
import { instant } from './instant';
import { type Mode, modeOf, planHalt } from './lifecycle';
import { ownershipOf } from './ownership';
import { type Phase, phaseOf } from './phase';
import { podConditions } from './pod-conditions';
import { isRecreationNeeded } from './recreation';
import { renewalOf } from './renewal';
import { type RenderedObject } from './rendered-object';
import { type StepId } from './step-id';
import { type Step, stepOf, STEPS } from './steps';
import { upgradeCondition } from './upgrade';
import { type Held, open, type Verdict } from './verdict';
import { type World } from './world';

/** What is to be done about one ProxySQL, and what to say about it. */
export interface Decision {
  readonly mode: Mode;
  /** Each step, and whether it may be taken. */
  readonly steps: readonly { readonly id: StepId; readonly verdict: Verdict }[];
  /** Objects to apply, in the order of the steps. */
  readonly apply: readonly RenderedObject[];
  /** Objects to delete. */
  readonly prune: readonly ObjectReference[];
  /** Merged with those in the status; the same array where nothing changed. */
  readonly conditions: readonly Condition[];
  readonly phase: Phase;
  /** What everything waits for, as people read it. */
  readonly blockedBy?: string;
  /** When it is worth looking again at what blocks, in Kubernetes' form. */
  readonly nextRetryTime?: string;
  /** When to decide again without any event, milliseconds since the epoch: the earliest of all that is known. */
  readonly retryAt?: number;
  readonly certificates: readonly CertificateStatus[];
}

/** Decides about one ProxySQL. The same world always gives the same decision; acting on it until nothing changes is all there is to do. */
export function decide(given: World): Decision {
  const mode = modeOf(given.proxysql);
  const world = ofThisLife(given);
  switch (mode) {
    case 'reconcile':
      return reconcile(world);
    case 'halted':
      return halt(world);
    case 'paused':
    case 'deleting':
      return idle(world, mode);
  }
}

/** The world in which nothing counts that a former life of the ProxySQL left in its status. */
function ofThisLife(world: World): World {
  const { proxysql } = world;
  const { metadata, status } = proxysql;
  const known = status?.conditions ?? [];
  const conditions = believable(known, metadata.generation, world.now);
  return conditions === known ? world : { ...world, proxysql: { ...proxysql, status: { ...status, conditions } } };
}

function idle({ proxysql: { status } }: World, mode: Mode): Decision {
  const conditions = status?.conditions ?? [];
  return {
    mode,
    steps: [],
    apply: [],
    prune: [],
    conditions,
    phase: phaseOf(conditions),
    certificates: status?.certificates ?? [],
  };
}

function halt(world: World): Decision {
  const prune = planHalt(world.owned);
  const { metadata, status } = world.proxysql;
  const halted: Condition = {
    type: 'Halted',
    status: 'True',
    reason: 'DatabaseHaltedSuccessfully',
    message: 'The ProxySQL is halted: its Secrets and volumes are kept.',
    ...aboutGeneration(metadata.generation),
  };
  const conditions = mergeConditions(status?.conditions ?? [], prune.length === 0 ? [halted] : [], world.now);
  return { ...idle(world, 'halted'), prune, conditions, phase: phaseOf(conditions) };
}

/** A resource that is not valid may have any shape: then only what does not look into it is asked. */
const ASKED_OF_INVALID: readonly GateId[] = ['ResourceValid', 'WorkloadReady'];
/** What runs goes on to be looked after while an edit is refused: certificates end all the same. */
const ASKED_OF_RUNNING: readonly GateId[] = [...ASKED_OF_INVALID, 'TLSSecretsProven', 'CertificatesServed'];

function askedGates(world: World): readonly GateId[] {
  if (world.problems.length === 0) {
    return GATE_IDS;
  }
  const asked = areCertificatesKnown(world) ? ASKED_OF_RUNNING : ASKED_OF_INVALID;
  return GATE_IDS.filter((gate) => asked.includes(gate));
}

function reconcile(world: World): Decision {
  const verdicts: Verdicts = new Map(askedGates(world).map((gate) => [gate, GATES[gate](world)]));
  const steps = STEPS.map((step) => ({ id: step.id, verdict: judgeStep(world, step, verdicts) }));
  const nothingHeld = mayPrune(steps) && world.waitsForTurn !== true;
  const blocking = steps.map(({ verdict }) => verdict).find((verdict): verdict is Held => !verdict.open);
  const renewal = areCertificatesKnown(world) ? renewalOf(world) : {};
  const upgrade = world.problems.length > 0 ? undefined : upgradeCondition(world);
  const conditions = mergeConditions(
    world.proxysql.status?.conditions ?? [],
    [
      ...conditionsOf(world, verdicts),
      ...(renewal.condition ? [renewal.condition] : []),
      ...(upgrade ? [upgrade] : []),
      ...podConditions(world, isHeld('Workload', steps)),
    ],
    world.now,
  );
  const retryAt = earliest(
    [...[...verdicts.values()].map((verdict) => verdict.retryAt), graceEnd(world, verdicts), renewal.retryAt],
    world.now,
  );
  return {
    mode: 'reconcile',
    steps,
    apply: world.problems.length > 0 ? [] : world.desired.filter((rendered) => mayApply(world, rendered, verdicts)),
    prune: leftovers(world)
      .filter((object) => nothingHeld || overwritesSupplied(world, object))
      .map(referenceTo),
    conditions,
    phase: phaseOf(conditions),
    ...(blocking?.blockedBy !== undefined && { blockedBy: describeReference(blocking.blockedBy) }),
    ...(blocking?.retryAt !== undefined && { nextRetryTime: instant(blocking.retryAt) }),
    ...(retryAt !== undefined && { retryAt }),
    certificates: areCertificatesKnown(world)
      ? certificateStatuses(world)
      : (world.proxysql.status?.certificates ?? []),
  };
}

function isHeld(step: StepId, steps: Decision['steps']): boolean {
  return steps.some(({ id, verdict }) => id === step && !verdict.open);
}

function judgeStep(world: World, step: Step, verdicts: Verdicts): Verdict {
  const wanted = world.desired.filter((rendered) => rendered.step === step.id);
  const creates = wanted.length === 0 || wanted.some((rendered) => isCreated(world, rendered));
  return holding(step, creates, verdicts) ?? open('Open', `${step.actor} ${step.title}.`);
}

function mayApply(world: World, rendered: RenderedObject, verdicts: Verdicts): boolean {
  const isHeldBack = world.waitsForTurn === true && rendered.object.kind === 'StatefulSet';
  return (
    !isHeldBack &&
    !isForeign(world, rendered) &&
    holding(stepOf(rendered.step), isCreated(world, rendered), verdicts) === undefined
  );
}

function isForeign({ find, proxysql }: World, { object, generate }: RenderedObject): boolean {
  const observed = find(referenceTo(object));
  return observed.state === 'present' && ownershipOf(observed.object, proxysql, generate !== undefined) === 'foreign';
}

/** What is made anew is created too: until it may be, what is there stays as it is. */
function isCreated(world: World, rendered: RenderedObject): boolean {
  const observed = world.find(referenceTo(rendered.object));
  return (
    observed.state !== 'present' ||
    (!isForeign(world, rendered) && isRecreationNeeded(rendered.object, observed.object))
  );
}

/** The first gate that holds a step. A gate that was not asked holds too: what is not proven is not done. */
function holding(step: Step, creates: boolean, verdicts: Verdicts): Held | undefined {
  for (const { gate, holds } of step.gates) {
    const verdict = verdicts.get(gate) ?? NOT_ASKED;
    if (!verdict.open && (creates || holds === 'every change')) {
      return verdict;
    }
  }
  return undefined;
}

const NOT_ASKED: Held = { open: false, reason: 'NotAsked', message: 'The resource must be valid first.' };

/** Nothing is taken away while anything is held: what seems superfluous may only be not rendered yet. */
function mayPrune(steps: Decision['steps']): boolean {
  return steps.every(({ id, verdict }) => verdict.open || stepOf(id).creates.length === 0);
}

/** Kinds that are rendered, and so may be left over; whatever else the ProxySQL owns is none of this decision's business. */
const RENDERED_KINDS = new Set(STEPS.flatMap(({ creates }) => creates));

/** A Certificate of before would go on to be issued into the Secret that the user supplies now: it goes whatever else is held. */
function overwritesSupplied(world: World, { kind, spec }: KubernetesObject): boolean {
  const { secretName } = (spec ?? {}) as { readonly secretName?: string };
  return (
    kind === 'Certificate' &&
    desiredCertificates(world).some(({ issued, secret }) => issued === undefined && secret.name === secretName)
  );
}

function leftovers(world: World): KubernetesObject[] {
  const key = ({ kind, name }: ObjectReference) => `${kind}/${name}`;
  const wanted = new Set(world.desired.map(({ object }) => key(referenceTo(object))));
  return world.owned
    .filter(
      ({ kind, type }) =>
        RENDERED_KINDS.has(kind) && type !== 'kubernetes.io/tls' && type !== 'kubernetes.io/basic-auth',
    )
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter((object) => !wanted.has(key(referenceTo(object))));
}

function earliest(times: readonly (number | undefined)[], now: number): number | undefined {
  const future = times.filter((time): time is number => time !== undefined && time > now);
  return future.length === 0 ? undefined : Math.min(...future);
}
