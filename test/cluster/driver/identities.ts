import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Those who talk to the API server with a token of their own: the parts of the cluster, and the person who started it. */
export const identities = {
  admin: { user: 'admin', groups: ['system:masters'] },
  'kube-controller-manager': { user: 'system:kube-controller-manager', groups: [] },
  'kube-scheduler': { user: 'system:kube-scheduler', groups: [] },
  'kube-proxy': { user: 'system:kube-proxy', groups: [] },
  kubelet: { user: 'system:node:node1', groups: ['system:nodes'] },
  coredns: { user: 'coredns', groups: ['system:masters'] },
  'cert-manager': { user: 'system:serviceaccount:cert-manager:cert-manager', groups: ['system:masters'] },
} satisfies Record<string, Identity>;

/** Name of one of them. */
export type IdentityName = keyof typeof identities;

/** Kubeconfig of one of them. */
export function kubeconfigFile(directory: string, name: IdentityName): string {
  return join(directory, `${name}.kubeconfig`);
}

/** The API server's list of tokens. */
export function tokenFile(directory: string): string {
  return join(directory, 'tokens.csv');
}

/** Makes a token for each, the list of them, and the kubeconfigs. */
export function writeIdentities(directory: string, server: string, ca: string): void {
  const lines: string[] = [];
  for (const [name, { user, groups }] of Object.entries<Identity>(identities)) {
    const token = randomBytes(24).toString('base64url');
    lines.push(`${token},${user},${name},"${groups.join(',')}"`);
    const config = kubeconfig(server, ca, token);
    writeFileSync(kubeconfigFile(directory, name as IdentityName), config, { mode: 0o600 });
  }
  writeFileSync(tokenFile(directory), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** A kubeconfig for whoever holds `token`. */
export function kubeconfig(server: string, ca: string, token: string, namespace = 'default'): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
  });
}
