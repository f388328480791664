import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { parse } from 'yaml';

/** An API server, and who one is to it. Certificates and keys are PEM. */
export interface ApiTarget {
  /** e.g. https://127.0.0.1:6443 */
  readonly server: string;
  /** @default the authorities that Node knows */
  readonly ca?: string;
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: Record<string, string | undefined> & { server: string } }[];
  users: { name: string; user: Record<string, string | undefined> }[];
}

/**
 * What the current context of a kubeconfig points to. Knows tokens and client certificates, in the file or in files
 * beside it; not plugins.
 */
export function readKubeconfig(file: string): ApiTarget {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = named(config.contexts, config['current-context'], file, 'context').context;
  const { cluster } = named(config.clusters, context.cluster, file, 'cluster');
  const { user } = named(config.users, context.user, file, 'user');
  const pem = (from: Record<string, string | undefined>, field: string): string | undefined => {
    const data = from[`${field}-data`];
    const path = from[field];
    if (data !== undefined) {
      return Buffer.from(data, 'base64').toString();
    }
    return path === undefined ? undefined : readFileSync(resolve(dirname(file), path), 'utf8');
  };
  return {
    server: cluster.server,
    ca: pem(cluster, 'certificate-authority'),
    token: user.token,
    clientCertificate: pem(user, 'client-certificate'),
    clientKey: pem(user, 'client-key'),
  };
}

function named<T extends { name: string }>(entries: readonly T[], name: string, file: string, what: string): T {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) {
    throw new Error(`The kubeconfig ${file} has no ${what} named '${name}'.`);
  }
  return found;
}
