import { decide, type Decision } from '../../lib/graph/decide';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import * as small from './small-world';

/** All that can differ between two moments of the small world. */
interface State {
  readonly issuer: 'absent' | 'unready' | 'ready';
  readonly backend: boolean;
  readonly created: boolean;
  readonly applied: readonly string[];
  readonly secret: 'absent' | 'temporary' | 'good' | 'broken';
  readonly served: boolean;
  readonly conditions: readonly Condition[];
  /** How many misfortunes are left. */
  readonly issuerFalls: number;
  readonly secretBreaks: number;
  readonly restarts: number;
}

const START: State = {
  issuer: 'absent',
  backend: false,
  created: false,
  applied: [],
  secret: 'absent',
  served: false,
  conditions: [],
  issuerFalls: 1,
  secretBreaks: 1,
  restarts: 1,
};

function observe(state: State) {
  const has = (kind: string) => state.applied.includes(kind);
  const objects: (KubernetesObject | false)[] = [
    state.issuer !== 'absent' && small.issuer(state.issuer === 'ready'),
    state.backend && small.APP_BINDING,
    has('Secret') && small.CONFIGURATION,
    has('Service') && small.SERVICE,
    has('ServiceAccount') && small.ACCOUNT,
    has('Certificate') && small.certificateObject(state.secret === 'good'),
    state.secret !== 'absent' && small.tlsSecret(state.secret),
    has('StatefulSet') && small.workload(1),
  ];
  return small.worldOf(
    objects.filter((object) => object !== false),
    {
      proxysql: { ...small.proxysql(), status: { conditions: state.conditions } },
      served: new Map(state.served ? [['db-0', 'f1']] : []),
    },
  );
}

/** Every next state that somebody can bring about: user, cert-manager, kubelet, misfortune, and the operator one write at a time. */
function next(state: State): State[] {
  const { issuer, secret, applied } = state;
  const states: (State | false)[] = [
    issuer === 'absent' && { ...state, issuer: 'unready' },
    issuer === 'unready' && { ...state, issuer: 'ready' },
    issuer === 'ready' && state.issuerFalls > 0 && { ...state, issuer: 'unready', issuerFalls: 0 },
    !state.backend && { ...state, backend: true },
    !state.created && { ...state, created: true },
    applied.includes('Certificate') && issuer === 'ready' && secret === 'absent' && { ...state, secret: 'temporary' },
    secret === 'temporary' && issuer === 'ready' && { ...state, secret: 'good' },
    secret === 'broken' && issuer === 'ready' && { ...state, secret: 'good' },
    secret === 'good' && state.secretBreaks > 0 && { ...state, secret: 'broken', secretBreaks: 0 },
    applied.includes('StatefulSet') && !state.served && { ...state, served: true },
    state.restarts > 0 && { ...state, restarts: 0, served: false },
  ];
  return [...states.filter((one) => one !== false), ...operate(state)];
}

function operate(state: State): State[] {
  if (!state.created) {
    return [];
  }
  const decision = decide(observe(state));
  check(state, decision);
  const reported = { ...state, conditions: decision.conditions };
  return [
    reported,
    ...decision.apply
      .map(({ object }) => object.kind)
      .filter((kind) => !state.applied.includes(kind))
      .map((kind) => ({ ...reported, applied: [...state.applied, kind].sort() })),
  ];
}

/** What must hold at every moment, whatever happened before. */
function check(state: State, decision: Decision): void {
  const kinds = decision.apply.map(({ object }) => object.kind);
  if (kinds.includes('StatefulSet') && state.secret !== 'good') {
    throw new Error(`A StatefulSet was applied with a TLS Secret that is ${state.secret}.`);
  }
  if (
    kinds.includes('StatefulSet') &&
    !(state.backend && ['Secret', 'Service', 'ServiceAccount'].every((kind) => state.applied.includes(kind)))
  ) {
    throw new Error('A StatefulSet was applied before what it needs.');
  }
  if (kinds.includes('Certificate') && state.issuer !== 'ready') {
    throw new Error(`A Certificate was applied with an issuer that is ${state.issuer}.`);
  }
  if (decision.prune.length > 0) {
    throw new Error(`${JSON.stringify(decision.prune)} would be deleted.`);
  }
  if (decision.phase === 'Ready' && !state.applied.includes('StatefulSet')) {
    throw new Error('Ready without a workload.');
  }
}

function explore(): { visited: number; ends: Map<string, State> } {
  const visited = new Set<string>();
  const ends = new Map<string, State>();
  const left = [START];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    const hash = JSON.stringify(state);
    if (visited.has(hash)) {
      continue;
    }
    visited.add(hash);
    const following = next(state).filter((one) => JSON.stringify(one) !== hash);
    if (following.length === 0) {
      const { conditions, ...facts } = state;
      const end = { ...facts, conditions: [...conditions].sort((one, other) => one.type.localeCompare(other.type)) };
      ends.set(JSON.stringify(end), end);
    }
    left.push(...following);
  }
  return { visited: visited.size, ends };
}

test('in every order of events no StatefulSet comes before its proof, and all ways end alike', () => {
  const { visited, ends } = explore();

  expect(visited).toBeGreaterThan(1000);
  expect([...ends.values()]).toEqual([
    expect.objectContaining({
      issuer: 'ready',
      secret: 'good',
      served: true,
      applied: ['Certificate', 'Secret', 'Service', 'ServiceAccount', 'StatefulSet'],
    }),
  ]);
  const [end] = ends.values();
  expect(end?.conditions.filter(({ status }) => status !== 'True')).toEqual([]);
  expect(decide(observe(end ?? START)).phase).toBe('Ready');
});
