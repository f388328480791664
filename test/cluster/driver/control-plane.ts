import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { type CertificateWish } from '../tools/certificate-maker';
import { kubeconfigFile, tokenFile } from './identities';
import { type Pki } from './pki';
import { type ClusterState } from './state';

/** The names that need a port of their own on a control plane. */
export const controlPlanePorts = ['apiserver', 'etcd', 'etcdPeer', 'webhook', 'acme', 'acmeManagement', 'dns'] as const;

/** The DNS zone in which DNS01 challenges can be answered. */
export const acmeZone = 'acme.test';

/** First address of a range, which the `kubernetes` Service gets. */
export function firstAddress(range: string): string {
  return range.replace(/\d+\/\d+$/, '1');
}

/** The certificates that the parts of a control plane serve or show. */
export function controlPlaneCertificates(state: ClusterState): Record<string, CertificateWish> {
  const addresses = ['127.0.0.1', state.host].filter((address, index, all) => all.indexOf(address) === index);
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  return {
    apiserver: {
      commonName: 'kube-apiserver',
      dnsNames: ['localhost', ...names],
      ipAddresses: [...addresses, firstAddress(state.serviceRange)],
    },
    'apiserver-to-kubelet': { commonName: 'kube-apiserver', organizations: ['system:masters'], usages: ['client'] },
    webhook: { commonName: 'cert-manager-webhook', ipAddresses: addresses, dnsNames: ['localhost'] },
    kubelet: { commonName: 'kubelet', ipAddresses: [state.host], usages: ['server'] },
    acme: { commonName: 'pebble', ipAddresses: addresses, dnsNames: ['localhost'] },
  };
}

/** A database without durability: it ends with the cluster. */
export function etcdArguments(state: ClusterState): string[] {
  const client = `http://127.0.0.1:${state.ports.etcd}`;
  const peer = `http://127.0.0.1:${state.ports.etcdPeer}`;
  return [
    `--data-dir=${join(state.directory, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

/** File of the API server's audit log. */
export function auditLog(directory: string): string {
  return join(directory, 'logs', 'audit.log');
}

/** Every request, without bodies. Watches are told when they begin, everything else when it is over. */
function writeAuditPolicy(directory: string): string {
  const file = join(directory, 'audit-policy.yaml');
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    rules: [{ level: 'Metadata' }],
  };
  writeFileSync(file, stringify(policy));
  return file;
}

/** The API server, with every default that a user's has. */
export function apiServerArguments(state: ClusterState, pki: Pki): string[] {
  const onNode = state.network !== undefined;
  return [
    `--etcd-servers=http://127.0.0.1:${state.ports.etcd}`,
    `--secure-port=${state.ports.apiserver}`,
    // Pods come in from the node's own address.
    `--bind-address=${onNode ? '0.0.0.0' : '127.0.0.1'}`,
    `--advertise-address=${state.host}`,
    // It would refuse a loopback address; the node tier writes the endpoints itself.
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${pki.certificateFile('apiserver')}`,
    `--tls-private-key-file=${pki.keyFile('apiserver')}`,
    `--client-ca-file=${pki.caFile}`,
    `--kubelet-certificate-authority=${pki.caFile}`,
    `--kubelet-client-certificate=${pki.certificateFile('apiserver-to-kubelet')}`,
    `--kubelet-client-key=${pki.keyFile('apiserver-to-kubelet')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--token-auth-file=${tokenFile(state.directory)}`,
    '--authorization-mode=Node,RBAC',
    `--enable-admission-plugins=${['NodeRestriction', ...(state.admissionPlugins ?? [])].join(',')}`,
    '--allow-privileged=true',
    `--service-cluster-ip-range=${state.serviceRange}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki.certificateFile('service-account')}`,
    `--service-account-signing-key-file=${pki.keyFile('service-account')}`,
    `--audit-policy-file=${writeAuditPolicy(state.directory)}`,
    `--audit-log-path=${auditLog(state.directory)}`,
    // Whoever counts requests in it would lose those in a file that was moved away.
    '--audit-log-maxsize=0',
    '--profiling=false',
  ];
}

/** The controllers of Kubernetes: StatefulSets, endpoints, garbage collection, namespaces and so on. */
export function controllerManagerArguments(state: ClusterState, pki: Pki): string[] {
  return [
    `--kubeconfig=${kubeconfigFile(state.directory, 'kube-controller-manager')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials',
    `--service-account-private-key-file=${pki.keyFile('service-account')}`,
    `--root-ca-file=${pki.caFile}`,
    `--cluster-signing-cert-file=${pki.caFile}`,
    `--cluster-signing-key-file=${pki.keyFile('ca')}`,
    // Each controller has its own budget; tests with a thousand objects should measure the product, not this.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--profiling=false',
  ];
}

/** The scheduler. */
export function schedulerArguments(state: ClusterState): string[] {
  return [
    `--kubeconfig=${kubeconfigFile(state.directory, 'kube-scheduler')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--profiling=false',
  ];
}
