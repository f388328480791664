import { type ApiClient } from './harness/api-client';
import { isTrue, type KubeObject, ref } from './harness/kube-object';
import { objectsOf } from './operator-end-state';
import { isHeld, proxysqlRef, workloadRef } from './operator-fixture';

/** A chapter of a ProxySQL's life: what is done to it, and how it can be seen that the operator has nothing left to do. */
export interface Chapter {
  readonly name: string;
  /** Of the ProxySQL when it is created. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** When the chapter begins, and with what; absent where it begins with the creation. */
  readonly begin?: { readonly ready: Look; change(admin: ApiClient, name: string): Promise<unknown> };
  readonly isOver: Look;
}

type Look = (admin: ApiClient, name: string) => Promise<boolean>;

interface Status {
  readonly observedGeneration?: number;
}

/** It has a workload, and the status says so of the spec as it is. */
const isReported: Look = async (admin, name) => {
  const seen = await admin.find(proxysqlRef(name));
  const workload = await admin.find(workloadRef(name));
  const { observedGeneration } = (seen?.status ?? {}) as Status;
  return (
    workload !== undefined &&
    workload.metadata.deletionTimestamp === undefined &&
    seen?.metadata.finalizers?.includes('kubedb.com') === true &&
    observedGeneration === seen.metadata.generation &&
    isTrue(seen, 'TLSSecretsProven') &&
    isTrue(seen, 'CertificatesReady')
  );
};

/** TLS Secrets are cert-manager's, which leaves them. */
const isGone: Look = async (admin, name) =>
  (await admin.find(proxysqlRef(name))) === undefined &&
  (await objectsOf(admin, name)).every(({ type }) => type === 'kubernetes.io/tls');

const edit =
  (spec: Readonly<Record<string, unknown>>) =>
  (admin: ApiClient, name: string): Promise<unknown> =>
    admin.patch(proxysqlRef(name), { spec });

const isHalted: Look = async (admin, name) => {
  const left = await objectsOf(admin, name);
  return isTrue(await admin.find(proxysqlRef(name)), 'Halted') && !left.some(({ kind }) => kind === 'StatefulSet');
};

const isResumed: Look = async (admin, name) =>
  isHeld('Halted', 'DatabaseResumed')(await admin.find(proxysqlRef(name))) && isReported(admin, name);

const otherSecret = (name: string): string => `${name}-other-cert`;

/** The workload mounts the other Secret, and the status names it. */
const isRenamed: Look = async (admin, name) =>
  JSON.stringify((await admin.find<KubeObject & { spec?: object }>(workloadRef(name)))?.spec ?? {}).includes(
    otherSecret(name),
  ) && isReported(admin, name);

export const CHAPTERS: readonly Chapter[] = [
  { name: 'created', spec: { replicas: 3 }, isOver: isReported },
  {
    name: 'scaled',
    spec: { replicas: 1 },
    begin: { ready: isReported, change: edit({ replicas: 3 }) },
    isOver: async (admin, name) =>
      (await admin.find(ref('policy/v1', 'PodDisruptionBudget', name))) !== undefined &&
      ((await admin.find(workloadRef(name)))?.spec as { replicas?: number } | undefined)?.replicas === 3 &&
      isReported(admin, name),
  },
  {
    name: 'shrunk',
    spec: { replicas: 3, monitor: { agent: 'prometheus.io/builtin' } },
    begin: { ready: isReported, change: edit({ replicas: 1, monitor: null }) },
    isOver: async (admin, name) =>
      (await admin.find(ref('policy/v1', 'PodDisruptionBudget', name))) === undefined &&
      (await admin.find(ref('v1', 'Service', `${name}-stats`))) === undefined &&
      ((await admin.find(workloadRef(name)))?.spec as { replicas?: number } | undefined)?.replicas === 1 &&
      isReported(admin, name),
  },
  {
    name: 'halted',
    spec: { replicas: 1 },
    begin: { ready: isReported, change: edit({ halted: true }) },
    isOver: isHalted,
  },
  {
    name: 'resumed',
    spec: { replicas: 1, halted: true },
    begin: { ready: isHalted, change: edit({ halted: false }) },
    isOver: isResumed,
  },
  {
    name: 'renamed',
    spec: { replicas: 1 },
    begin: {
      ready: isReported,
      change: (admin, name) =>
        edit({ tls: { certificates: [{ alias: 'server', secretName: otherSecret(name) }] } })(admin, name),
    },
    isOver: isRenamed,
  },
  {
    name: 'deleted',
    spec: { replicas: 3, deletionPolicy: 'WipeOut' },
    begin: { ready: isReported, change: (admin, name) => admin.delete(proxysqlRef(name)) },
    isOver: isGone,
  },
];
