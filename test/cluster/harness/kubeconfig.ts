import { execFileSync } from 'node:child_process';
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

type Fields = Readonly<Record<string, string | undefined>>;

/** A program that hands out credentials, as clouds have them. */
interface CredentialPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: Fields & { server: string } }[];
  users: { name: string; user: Fields & { exec?: CredentialPlugin } }[];
}

/**
 * What the current context of a kubeconfig points to. Knows tokens and client certificates, in the file, in files beside it,
 * or from a credential plugin.
 */
export function readKubeconfig(file: string): ApiTarget {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = named(config.contexts, config['current-context'], file, 'context').context;
  const { cluster } = named(config.clusters, context.cluster, file, 'cluster');
  const { user } = named(config.users, context.user, file, 'user');
  const besides = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readFileSync(resolve(dirname(file), path), 'utf8');
  const pem = (from: Fields, field: string): string | undefined => {
    const data = from[`${field}-data`];
    return data === undefined ? besides(from[field]) : Buffer.from(data, 'base64').toString();
  };
  const credentials =
    user.exec === undefined
      ? {
          token: user.token ?? besides(user.tokenFile)?.trim(),
          clientCertificate: pem(user, 'client-certificate'),
          clientKey: pem(user, 'client-key'),
        }
      : askPlugin(user.exec, dirname(file));
  if (credentials.token === undefined && credentials.clientCertificate === undefined) {
    throw new Error(
      `The user '${context.user}' of the kubeconfig ${file} has neither token nor client certificate nor exec plugin.`,
    );
  }
  return { server: cluster.server, ca: pem(cluster, 'certificate-authority'), ...credentials };
}

function askPlugin({ apiVersion, command, args = [], env = [] }: CredentialPlugin, cwd: string): Partial<ApiTarget> {
  const question = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const answer = execFileSync(command.includes('/') ? resolve(cwd, command) : command, args, {
    encoding: 'utf8',
    env: { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(question), ...variables },
  });
  const { token, clientCertificateData, clientKeyData } = (JSON.parse(answer) as { status: Fields }).status;
  return { token, clientCertificate: clientCertificateData, clientKey: clientKeyData };
}

function named<T extends { name: string }>(entries: readonly T[], name: string, file: string, what: string): T {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) {
    throw new Error(`The kubeconfig ${file} has no ${what} named '${name}'.`);
  }
  return found;
}
