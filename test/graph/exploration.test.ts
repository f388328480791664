import { decide, type Decision } from '../../lib/graph/decide';
import { type RenderedObject } from '../../lib/graph/rendered-object';
import { type Condition, type KubernetesObject } from '../../lib/kubernetes';
import { render } from '../../lib/objects/render';
import { type CertificateStatus, type ProxySQLResource } from '../../lib/proxysql-resource';
import { appBindingResource } from '../support/resource';
import * as small from './small-world';

/** What is explored. */
interface Setting {
  readonly proxysql: ProxySQLResource;
  /** What is wanted, with the backend known and without. */
  readonly wanted: (backend: boolean) => readonly RenderedObject[];
  /** The Secret that the user supplies; absent where cert-manager issues it. */
  readonly supplied?: string;
}

/** All that can differ between two moments of the small world. */
interface State {
  readonly issuer: 'absent' | 'unready' | 'ready';
  readonly backend: boolean;
  readonly created: boolean;
  readonly applied: readonly string[];
  readonly secret: 'absent' | 'temporary' | 'good' | 'broken';
  readonly served: boolean;
  readonly conditions: readonly Condition[];
  readonly certificates: readonly CertificateStatus[];
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
  certificates: [],
  issuerFalls: 1,
  secretBreaks: 1,
  restarts: 1,
};

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}

function observe(state: State, { proxysql, wanted, supplied }: Setting) {
  const desired = wanted(state.backend);
  const objects: (KubernetesObject | false)[] = [
    state.issuer !== 'absent' && small.issuer(state.issuer === 'ready'),
    state.backend && small.APP_BINDING,
    supplied !== undefined && state.secret !== 'absent' && small.tlsSecret(state.secret, supplied),
    ...desired.flatMap(({ object }) => (state.applied.includes(keyOf(object)) ? observed(object, state) : [])),
  ];
  return small.worldOf(
    objects.filter((object) => object !== false),
    {
      desired,
      proxysql: { ...proxysql, status: { conditions: state.conditions, certificates: state.certificates } },
      served: new Map(state.served ? [['db-0', 'f1']] : []),
    },
  );
}

/** An object as the cluster has it, and what its controller makes of it. */
function observed(object: KubernetesObject, { secret }: State): KubernetesObject[] {
  const current = { ...object, metadata: { ...object.metadata, generation: 1 } };
  switch (object.kind) {
    case 'Certificate': {
      const { secretName } = object.spec as { readonly secretName: string };
      const certificate = { ...current, status: small.certificateObject(secret === 'good').status };
      return secret === 'absent' ? [certificate] : [certificate, small.tlsSecret(secret, secretName)];
    }
    case 'StatefulSet':
      return [{ ...current, status: small.workload(1).status }];
    default:
      return [object.type === 'kubernetes.io/basic-auth' ? { ...current, data: small.LOGIN } : current];
  }
}

/** Every next state that somebody can bring about: user, cert-manager, kubelet, misfortune, and the operator one write at a time. */
function next(state: State, setting: Setting): State[] {
  const { issuer, secret } = state;
  const [mayIssue, maySupply] = [setting.supplied === undefined && issuer === 'ready', setting.supplied !== undefined];
  const states: (State | false)[] = [
    issuer === 'absent' && { ...state, issuer: 'unready' },
    issuer === 'unready' && { ...state, issuer: 'ready' },
    issuer === 'ready' && state.issuerFalls > 0 && { ...state, issuer: 'unready', issuerFalls: 0 },
    !state.backend && { ...state, backend: true },
    !state.created && { ...state, created: true },
    has(state, 'Certificate') && mayIssue && secret === 'absent' && { ...state, secret: 'temporary' },
    secret === 'temporary' && mayIssue && { ...state, secret: 'good' },
    secret === 'broken' && (mayIssue || maySupply) && { ...state, secret: 'good' },
    secret === 'absent' && maySupply && { ...state, secret: 'broken' },
    secret === 'absent' && maySupply && { ...state, secret: 'good' },
    secret === 'good' && state.secretBreaks > 0 && { ...state, secret: 'broken', secretBreaks: 0 },
    has(state, 'StatefulSet') && !state.served && { ...state, served: true },
    state.restarts > 0 && { ...state, restarts: 0, served: false },
  ];
  return [...states.filter((one) => one !== false), ...operate(state, setting)];
}

function has(state: State, kind: string): boolean {
  return state.applied.some((key) => key.startsWith(`${kind} `));
}

/** What the operator does next: it reports, or takes one of the steps that it may take. */
function operate(state: State, setting: Setting): State[] {
  if (!state.created) {
    return [];
  }
  const decision = decide(observe(state, setting));
  check(state, decision, setting);
  const reported = { ...state, conditions: decision.conditions, certificates: decision.certificates };
  const missing = decision.apply.filter(({ object }) => !state.applied.includes(keyOf(object)));
  return [
    reported,
    ...[...new Set(missing.map(({ step }) => step))].map((step) => ({
      ...reported,
      applied: [
        ...state.applied,
        ...missing.filter((rendered) => rendered.step === step).map(({ object }) => keyOf(object)),
      ].sort(),
    })),
  ];
}

/** What must hold at every moment, whatever happened before. */
function check(state: State, decision: Decision, { wanted }: Setting): void {
  const kinds = decision.apply.map(({ object }) => object.kind);
  if (kinds.includes('StatefulSet') && state.secret !== 'good') {
    throw new Error(`A StatefulSet was applied with a TLS Secret that is ${state.secret}.`);
  }
  const before = wanted(state.backend).filter(({ step }) => ['Secrets', 'Services', 'Access'].includes(step));
  if (
    kinds.includes('StatefulSet') &&
    !(state.backend && before.every(({ object }) => state.applied.includes(keyOf(object))))
  ) {
    throw new Error('A StatefulSet was applied before what it needs.');
  }
  if (kinds.includes('Certificate') && state.issuer !== 'ready') {
    throw new Error(`A Certificate was applied with an issuer that is ${state.issuer}.`);
  }
  if (decision.prune.length > 0) {
    throw new Error(`${JSON.stringify(decision.prune)} would be deleted.`);
  }
  if (decision.phase === 'Ready' && !has(state, 'StatefulSet')) {
    throw new Error('Ready without a workload.');
  }
}

function explore(setting: Setting): { visited: number; ends: Map<string, State> } {
  const visited = new Set<string>();
  const ends = new Map<string, State>();
  const left = [START];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    const hash = JSON.stringify(state);
    if (visited.has(hash)) {
      continue;
    }
    visited.add(hash);
    const following = next(state, setting).filter((one) => JSON.stringify(one) !== hash);
    if (following.length === 0) {
      const { conditions, ...facts } = state;
      const end = { ...facts, conditions: [...conditions].sort((one, other) => one.type.localeCompare(other.type)) };
      ends.set(JSON.stringify(end), end);
    }
    left.push(...following);
  }
  return { visited: visited.size, ends };
}

/** A handful of stand-ins, one for each step. */
const STAND_INS: Setting = { proxysql: small.proxysql(), wanted: () => small.DESIRED };

/** What the operator really applies; configuration and workload need the backend. */
function realObjects(proxysql: ProxySQLResource, supplied?: string): Setting {
  const appBinding = { ...appBindingResource(), metadata: small.APP_BINDING.metadata };
  const [known, unknown] = [render({ proxysql, appBinding }), render({ proxysql })];
  return { proxysql, wanted: (backend) => (backend ? known : unknown), ...(supplied !== undefined && { supplied }) };
}

const BY_THE_USER = small.proxysql({
  spec: { ...small.proxysql().spec, tls: { certificates: [{ alias: 'server', secretName: 'company-tls' }] } },
});

test.each([
  ['stand-ins', STAND_INS, 1000],
  ['real objects', realObjects(small.proxysql()), 1000],
  ['a Secret that the user supplies', realObjects(BY_THE_USER, 'company-tls'), 500],
])(
  'with %s, in every order of events, no StatefulSet comes before its proof, and all ways end alike',
  (_, setting, atLeast) => {
    const { visited, ends } = explore(setting);

    expect(visited).toBeGreaterThan(atLeast);
    expect([...ends.values()]).toEqual([
      expect.objectContaining({
        issuer: 'ready',
        secret: 'good',
        served: true,
        applied: setting
          .wanted(true)
          .map(({ object }) => keyOf(object))
          .sort(),
      }),
    ]);
    const [end = START] = ends.values();
    expect(end.conditions.filter(({ status }) => status !== 'True')).toEqual([]);
    expect(decide(observe(end, setting)).phase).toBe('Ready');
  },
);
