import fs from 'node:fs';
import type https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Clock, systemClock } from '../../runtime/clock';

/** What a TLS connection to the API server is made with. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** Name that the server's certificate must bear, where it is not the host's. */
  readonly serverName?: string;
  /** False only when the kubeconfig says insecure-skip-tls-verify. */
  readonly rejectUnauthorized: boolean;
}

/** How a request proves who sends it. Equal credentials are the same object, so comparing is cheap. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** Where the API server is, and how to be let in. */
export interface Connection {
  /** Base URL without a trailing slash. */
  readonly server: string;
  /** Namespace of the kubeconfig's context, or the one that the pod runs in. */
  readonly namespace: string | undefined;
  /** Proxy on the way to the API server. */
  readonly proxyUrl: string | undefined;
  /** The credentials of this moment: tokens that have run out are fetched anew. */
  credentials(): Promise<Credentials>;
  /** Forgets the credentials, because the API server did not accept them. */
  invalidate(): void;
}

/** Which API server, and as whom. */
export interface ConnectionOptions {
  /**
   * Path of a kubeconfig file.
   *
   * @default - $KUBECONFIG, then the pod's service account, then ~/.kube/config
   */
  readonly kubeconfig?: string;

  /**
   * Context of the kubeconfig.
   *
   * @default - its current context
   */
  readonly context?: string;

  readonly clock?: Clock;
}

/** Tokens on disk or from a plugin are looked at again after so long; client-node keeps its own, longer, expiry. */
const CREDENTIALS_MAX_AGE_MS = 30_000;
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Finds the API server by kubeconfig or from inside the cluster.
 *
 * @throws Error when nothing says where the API server is, or the kubeconfig names no cluster
 */
export function connect(options: ConnectionOptions = {}): Connection {
  return connectWith(() => loadKubeConfig(options), options.clock);
}

/**
 * A connection by a KubeConfig of any origin.
 *
 * @param load reads the configuration; called again when the API server refuses the credentials
 */
export function connectWith(load: () => KubeConfig, clock: Clock = systemClock): Connection {
  let config = load();
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `The kubeconfig has no cluster for its context "${config.getCurrentContext()}"; name a context that is in the file.`,
    );
  }
  let current: Credentials | undefined;
  let fetchedAt = 0;
  let fetching: Promise<Credentials> | undefined;

  const fetch = async (): Promise<Credentials> => {
    try {
      const fetched = await readCredentials(config);
      if (current === undefined || JSON.stringify(fetched) !== JSON.stringify(current)) {
        // The TLS material stays the same object when only the token is new: connections are kept.
        const sameTls = current !== undefined && JSON.stringify(fetched.tls) === JSON.stringify(current.tls);
        current = sameTls && current !== undefined ? { headers: fetched.headers, tls: current.tls } : fetched;
      }
      fetchedAt = clock.now();
      return current;
    } finally {
      fetching = undefined;
    }
  };

  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    proxyUrl: cluster.proxyUrl,
    async credentials() {
      const age = clock.now() - fetchedAt;
      if (current !== undefined && age >= 0 && age < CREDENTIALS_MAX_AGE_MS) {
        return current;
      }
      return (fetching ??= fetch());
    },
    invalidate() {
      // client-node keeps a plugin's token until the date written on it; only a new KubeConfig asks the plugin again.
      config = load();
      fetchedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Reads the configuration from where it is. */
function loadKubeConfig(options: ConnectionOptions): KubeConfig {
  const config = new KubeConfig();
  const home = path.join(os.homedir(), '.kube', 'config');
  if (options.kubeconfig !== undefined) {
    config.loadFromFile(options.kubeconfig);
  } else if ((process.env.KUBECONFIG ?? '') !== '') {
    config.loadFromDefault();
  } else if ((process.env.KUBERNETES_SERVICE_HOST ?? '') !== '' && fs.existsSync(SERVICE_ACCOUNT_TOKEN)) {
    config.loadFromCluster();
  } else if (fs.existsSync(home)) {
    config.loadFromFile(home);
  } else {
    throw new Error(
      'Nothing says where the API server is: give a kubeconfig, set KUBECONFIG, or run in a pod with a service account.',
    );
  }
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map((context) => context.name);
      throw new Error(`The kubeconfig has no context "${options.context}"; it has ${known.join(', ') || 'none'}.`);
    }
    config.setCurrentContext(options.context);
  }
  return config;
}

async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const request: https.RequestOptions & { servername?: string } = { headers: {} };
  await config.applyToHTTPSOptions(request);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value !== undefined) {
      headers[name.toLowerCase()] = String(value).trim();
    }
  }
  if (typeof request.auth === 'string') {
    headers.authorization = `Basic ${Buffer.from(request.auth).toString('base64')}`;
  }
  return {
    headers,
    tls: {
      ca: text(request.ca),
      cert: text(request.cert),
      key: text(request.key),
      passphrase: request.passphrase,
      serverName: request.servername,
      rejectUnauthorized: request.rejectUnauthorized ?? true,
    },
  };
}

function text(material: unknown): string | undefined {
  if (typeof material === 'string') {
    return material;
  }
  return Buffer.isBuffer(material) ? material.toString('utf8') : undefined;
}
