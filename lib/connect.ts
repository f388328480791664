import { type AbstractPod, type Container, type Volume } from 'cdk8s-plus-27';
import { type Construct } from 'constructs';
import { nameWithSuffix } from './names';
import { plus } from './plus';
import { describeProblem } from './problem';
import { addSyncWave } from './sync-wave';
import { workloadOf } from './workload-of';

/** How a workload gets to know its ProxySQL. */
export interface ConnectOptions {
  /**
   * Prefix of the environment variables `<prefix>_HOST`, `<prefix>_PORT`, `<prefix>_SSL_CA`, `<prefix>_SSL_CERT` and `<prefix>_SSL_KEY`.
   *
   * @default 'MYSQL'
   */
  readonly environmentPrefix?: string;
  /**
   * Folder that the client certificate's files are mounted in. The CA of a server certificate that another issuer signs lies in a folder
   * beside it, whose name ends in `-ca`.
   *
   * @default '/etc/mysql/tls'
   */
  readonly mountPath?: string;
}

/** What there is to connect to. */
export interface Endpoint {
  /** Name of the ProxySQL. */
  readonly name: string;
  /** Namespace of its Secrets. */
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  /** The Secret with the client certificate; absent where there is none. */
  readonly clientSecretName?: string;
  /** Where the CA of the server certificate is; absent where clients know it anyway, or where there is no TLS. */
  readonly authority?: {
    readonly secretName: string;
    /** Whether it is the client certificate's too, and so lies beside it. */
    readonly comesWithClient: boolean;
  };
}

/**
 * Adds environment variables and the certificate's files to a container. Its workload waits for them, and so has to come after the ProxySQL
 * where nothing is applied before all that came earlier is healthy.
 */
export function connectContainer(scope: Construct, container: Container, options: Endpoint & ConnectOptions): void {
  const { name, namespace, host, port, clientSecretName, authority } = options;
  const { environmentPrefix: prefix = 'MYSQL', mountPath = '/etc/mysql/tls' } = options;
  const { EnvValue } = plus();
  const values: { [key: string]: string } = { HOST: host, PORT: String(port) };
  if (authority !== undefined) {
    const folder = authority.comesWithClient ? mountPath : `${mountPath}-ca`;
    values.SSL_CA = `${folder}/${CA_FILE}`;
    if (!authority.comesWithClient) {
      // The server's key is none of the client's business.
      const volume = volumeOf(scope, nameWithSuffix(name, 'server-ca'), authority.secretName, [CA_FILE]);
      mount(scope, container, folder, volume);
    }
  }
  if (clientSecretName !== undefined) {
    const volume = volumeOf(scope, nameWithSuffix(name, 'client-cert'), clientSecretName);
    mount(scope, container, mountPath, volume);
    values.SSL_CERT = `${mountPath}/tls.crt`;
    values.SSL_KEY = `${mountPath}/tls.key`;
  }
  for (const [key, value] of Object.entries(values)) {
    container.env.addVariable(`${prefix}_${key}`, EnvValue.fromValue(value));
  }
  const workload = workloadOf(scope, container);
  if (workload !== undefined) {
    addSyncWave(workload.metadata, 'Serving');
    if (clientSecretName !== undefined || authority !== undefined) {
      reportNamespace(workload, name, namespace);
    }
  }
}

const CA_FILE = 'ca.crt';

function mount(scope: Construct, container: Container, folder: string, volume: Volume): void {
  const there = container.mounts.find(({ path }) => path === folder);
  if (there === undefined) {
    container.mount(folder, volume, { readOnly: true });
  } else if (there.volume !== volume) {
    const problem = {
      path: 'mountPath',
      value: JSON.stringify(folder),
      message: `Container ${container.name} has another volume there`,
      remedy: 'Give connect() a mountPath and an environmentPrefix of their own',
    };
    scope.node.addValidation({ validate: () => [describeProblem(problem)] });
  }
}

/** Without a namespace, a workload goes where it is applied to, which nobody knows here. */
function reportNamespace({ metadata, node }: AbstractPod, name: string, own: string): void {
  const { namespace = own } = metadata;
  if (namespace !== own) {
    const problem = {
      path: 'metadata.namespace',
      value: JSON.stringify(namespace),
      message: `The Secrets of ProxySQL ${own}/${name} are in its own namespace, and pods mount none of another`,
      remedy: 'Put both into one namespace',
    };
    node.addValidation({ validate: () => [describeProblem(problem)] });
  }
}

/** One volume for all containers: those of one pod must not have two of the same name. */
function volumeOf(scope: Construct, name: string, secretName: string, files?: readonly string[]): Volume {
  const { Secret, Volume } = plus();
  const id = `connect-${name}`;
  const items = files && Object.fromEntries(files.map((file) => [file, { path: file }]));
  return (
    (scope.node.tryFindChild(id) as Volume | undefined) ??
    Volume.fromSecret(scope, id, Secret.fromSecretName(scope, `${id}-secret`, secretName), { name, items })
  );
}
