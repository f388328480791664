import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { type ApiClient } from '../harness/api-client';
import { isTrue, type KubeObject } from '../harness/kube-object';
import { acmeZone } from './control-plane';
import { kubeconfigFile } from './identities';
import { type Pki } from './pki';
import { type ClusterState } from './state';

/** Namespace of cert-manager, and of the Secrets that ClusterIssuers refer to. */
export const certManagerNamespace = 'cert-manager';

/** cert-manager's controllers. */
export function certManagerArguments(state: ClusterState): string[] {
  return [
    `-kubeconfig=${kubeconfigFile(state.directory, 'cert-manager')}`,
    `-cluster-resource-namespace=${certManagerNamespace}`,
    `-dns01-nameservers=${state.host}:${state.ports.dns}`,
  ];
}

/** cert-manager's webhook, which refuses what its controllers could not work on. */
export function certManagerWebhookArguments(state: ClusterState, pki: Pki): string[] {
  return [
    `--kubeconfig=${kubeconfigFile(state.directory, 'cert-manager')}`,
    `--listen=${state.host}:${state.ports.webhook}`,
    `--tls-cert-file=${pki.certificateFile('webhook')}`,
    `--tls-private-key-file=${pki.keyFile('webhook')}`,
  ];
}

/** The ACME server. */
export function pebbleArguments(state: ClusterState, pki: Pki): string[] {
  return [
    `-listen=${state.host}:${state.ports.acme}`,
    `-management=${state.host}:${state.ports.acmeManagement}`,
    `-tls-cert-file=${pki.certificateFile('acme')}`,
    `-tls-private-key-file=${pki.keyFile('acme')}`,
    `-dnsserver=${state.host}:${state.ports.dns}`,
  ];
}

/** Without these it dawdles and refuses good nonces, to harden clients. */
export const pebbleEnvironment = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };

/** The name server in which cert-manager answers the ACME server's challenges. */
export function dnsArguments(state: ClusterState): string[] {
  return [`-listen=${state.host}:${state.ports.dns}`, `-zone=${acmeZone}`];
}

/** Tells the API server of cert-manager: its definitions and its namespace. */
export async function installCertManager(client: ApiClient, crdDirectory: string): Promise<void> {
  const crds = readdirSync(crdDirectory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(crdDirectory, file), 'utf8')) as KubeObject);
  await Promise.all([
    client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: certManagerNamespace } }),
    ...crds.map((crd) => client.apply(crd, { strict: false })),
  ]);
  await Promise.all(crds.map((crd) => client.until(crd, (seen) => isTrue(seen, 'Established'))));
}

/** Puts the webhook in front of cert-manager's kinds, as its Helm chart does. */
export async function installWebhook(client: ApiClient, state: ClusterState, pki: Pki): Promise<void> {
  const caBundle = readFileSync(pki.caFile).toString('base64');
  const url = `https://${state.host}:${state.ports.webhook}`;
  const common = {
    name: 'webhook.cert-manager.io',
    admissionReviewVersions: ['v1'],
    matchPolicy: 'Equivalent',
    timeoutSeconds: 30,
    failurePolicy: 'Fail',
    sideEffects: 'None',
  };
  const validation = {
    ...common,
    clientConfig: { url: `${url}/validate`, caBundle },
    rules: [
      {
        apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
        apiVersions: ['v1'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['*/*'],
      },
    ],
  };
  const mutation = {
    ...common,
    clientConfig: { url: `${url}/mutate`, caBundle },
    rules: [
      {
        apiGroups: ['cert-manager.io'],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['certificaterequests'],
      },
    ],
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'cert-manager-webhook' };
  await client.apply({ apiVersion, kind: 'ValidatingWebhookConfiguration', metadata, webhooks: [validation] });
  await client.apply({ apiVersion, kind: 'MutatingWebhookConfiguration', metadata, webhooks: [mutation] });
}
