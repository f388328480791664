import { setTimeout as delay } from 'node:timers/promises';

import { clusterNames } from '../../lib/server-names';
import { up } from '../../test/cluster/driver/cluster';
import { stopPart } from '../../test/cluster/driver/parts';
import { ownIdentity } from '../../test/cluster/driver/processes';
import { type ClusterState, StateKeeper } from '../../test/cluster/driver/state';
import { type ApiClient } from '../../test/cluster/harness/api-client';
import { type KubeObject, ref } from '../../test/cluster/harness/kube-object';
import { tlsSecret } from '../../test/cluster/operator-fixture';
import { type CertificateAuthority, tlsSecretData } from '../../test/cluster/tools/certificate-maker';

/** What the operator's bench runs on: a control plane without cert-manager and without controllers, so that nothing else costs time. */

export const NAMESPACE = 'bench';
const CERT_MANAGER = 'cert-manager.io/v1';

/** Brings the cluster up. */
export async function benchCluster(): Promise<ClusterState> {
  const state = await up({ name: `bench-${process.pid}`, tier: 'control-plane', owner: ownIdentity() });
  const keeper = new StateKeeper(state);
  await stopPart(keeper, 'cert-manager');
  await stopPart(keeper, 'kube-controller-manager');
  return state;
}

/** Takes away what would ask a cert-manager that does not run, and makes the issuer and the database. */
export async function prepare(admin: ApiClient): Promise<void> {
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    for (const found of await admin.list({ apiVersion: 'admissionregistration.k8s.io/v1', kind })) {
      await admin.delete(found);
    }
  }
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  const issuer = { apiVersion: CERT_MANAGER, kind: 'Issuer', metadata: { name: 'ca' }, spec: { selfSigned: {} } };
  await admin.create(issuer);
  await admin.patch(issuer, { status: { conditions: [ready(1)] } }, { subresource: 'status' });
}

/** Says of each Certificate that it is Ready, as cert-manager would. Goes on where the API server ends the watch, or does not begin it yet. */
export async function playCertManager(admin: ApiClient, signal: AbortSignal): Promise<void> {
  const kind = { apiVersion: CERT_MANAGER, kind: 'Certificate' };
  const seen = new Set<string>();
  while (!signal.aborted) {
    try {
      for await (const { type, object } of admin.watch(kind, { signal })) {
        const { uid = '', generation = 1 } = object.metadata;
        if (type === 'ADDED' && !seen.has(uid)) {
          seen.add(uid);
          void admin.patch(object, { status: { conditions: [ready(generation)] } }, { subresource: 'status' });
        }
      }
    } catch {
      await delay(200);
    }
  }
}

function ready(observedGeneration: number): object {
  const lastTransitionTime = new Date().toISOString();
  return { type: 'Ready', status: 'True', reason: 'Ready', message: 'Ready.', observedGeneration, lastTransitionTime };
}

/** The TLS Secret of an alias. */
export async function secretFor(
  ca: CertificateAuthority,
  name: string,
  alias: 'server' | 'client',
): Promise<KubeObject> {
  const names = clusterNames(alias, name, NAMESPACE);
  return tlsSecret(alias, tlsSecretData(await ca.issue({ commonName: name, ...names })), name);
}

/** The StatefulSet of that name. */
export function workload(name: string) {
  return ref('apps/v1', 'StatefulSet', name);
}
