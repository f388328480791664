import { type GateId } from './gate-id';
import { type StepId } from './step-id';

/** Who takes a step. */
export type Actor = 'user' | 'provisioner' | 'certificate controller' | 'cert-manager' | 'sidecar' | 'operator';

/** What a gate holds back: only the creation of what is not there yet, or each change of it too. */
export type Holds = 'creation' | 'every change';

/** A gate before a step. */
export interface GateBefore {
  readonly gate: GateId;
  readonly holds: Holds;
}

/** One step from a user's first manifest to a ProxySQL that serves what was issued. */
export interface Step {
  readonly id: StepId;
  /** Its number in the guide. */
  readonly number: string;
  readonly actor: Actor;
  readonly title: string;
  /** Kinds of objects that it creates; empty for steps that only look. */
  readonly creates: readonly string[];
  readonly gates: readonly GateBefore[];
  readonly dependsOn: readonly StepId[];
}

/** The steps, once, for everyone who needs an order: what decides, what synthesizes, what draws, what tests. */
export const STEPS: readonly Step[] = [
  {
    id: 'Issuer',
    number: '1',
    actor: 'user',
    title: 'creates the issuer',
    creates: ['Issuer', 'ClusterIssuer'],
    gates: [],
    dependsOn: [],
  },
  {
    id: 'ProxySQL',
    number: '2',
    actor: 'user',
    title: 'creates the ProxySQL',
    creates: ['ProxySQL', 'AppBinding'],
    gates: [],
    dependsOn: ['Issuer'],
  },
  {
    id: 'Secrets',
    number: '3–4',
    actor: 'provisioner',
    title: 'creates credentials and configuration',
    creates: ['Secret'],
    gates: always('ResourceValid', 'PlaintextRefused'),
    dependsOn: ['ProxySQL'],
  },
  {
    id: 'Services',
    number: '3–4',
    actor: 'provisioner',
    title: 'creates the Services',
    creates: ['Service'],
    gates: always('ResourceValid', 'PlaintextRefused'),
    dependsOn: ['ProxySQL'],
  },
  {
    id: 'Access',
    number: '3–4',
    actor: 'provisioner',
    title: 'creates identity and network rules',
    creates: ['ServiceAccount', 'NetworkPolicy'],
    gates: always('ResourceValid', 'PlaintextRefused'),
    dependsOn: ['ProxySQL'],
  },
  {
    id: 'Certificates',
    number: '5–6',
    actor: 'certificate controller',
    title: 'creates one Certificate per alias',
    creates: ['Certificate'],
    // A Certificate is not even pointed at another issuer before that one can issue: what was issued stays valid meanwhile.
    gates: always('ResourceValid', 'PlaintextRefused', 'IssuersReady', 'SecretsPresent', 'ServicesPresent'),
    dependsOn: ['Issuer', 'Secrets', 'Services'],
  },
  {
    id: 'TLSSecrets',
    number: '7–8',
    actor: 'cert-manager',
    title: 'issues the TLS Secrets',
    creates: ['TLS Secret'],
    gates: [],
    dependsOn: ['Certificates'],
  },
  {
    id: 'Workload',
    number: '9–10',
    actor: 'provisioner',
    title: 'creates the StatefulSet with TLS',
    creates: ['StatefulSet', 'PodDisruptionBudget'],
    gates: [
      ...always(
        'ResourceValid',
        'PlaintextRefused',
        'BackendResolved',
        'SecretsPresent',
        'ServicesPresent',
        'AccessPresent',
      ),
      // Once there, a workload may change while a renewal is late: its Secrets are proven all the same.
      { gate: 'CertificatesReady', holds: 'creation' },
      ...always('TLSSecretsProven'),
    ],
    dependsOn: ['Secrets', 'Services', 'Access', 'TLSSecrets'],
  },
  {
    id: 'Monitoring',
    number: '9–10',
    actor: 'provisioner',
    title: 'lets Prometheus find the metrics',
    creates: ['ServiceMonitor'],
    gates: [
      ...always('ResourceValid', 'PlaintextRefused', 'ServicesPresent'),
      // How the metrics are verified depends on the kind of issuer, which is known from then on.
      { gate: 'IssuersReady', holds: 'creation' },
    ],
    dependsOn: ['Services'],
  },
  {
    id: 'StartGate',
    number: '11',
    actor: 'sidecar',
    title: "opens the pod's start gate",
    creates: [],
    gates: always('TLSSecretsProven'),
    dependsOn: ['Workload'],
  },
  {
    id: 'Serving',
    number: '12',
    actor: 'operator',
    title: 'reports phase Ready',
    creates: [],
    gates: always('WorkloadReady', 'CertificatesServed'),
    dependsOn: ['StartGate'],
  },
];

function always(...gates: GateId[]): GateBefore[] {
  return gates.map((gate) => ({ gate, holds: 'every change' }));
}

/** The step of this name. */
export function stepOf(id: StepId): Step {
  const step = STEPS.find((candidate) => candidate.id === id);
  if (step === undefined) {
    throw new Error(`There is no step ${id}.`);
  }
  return step;
}
