import { type Container, type Volume } from 'cdk8s-plus-27';
import { type Construct } from 'constructs';
import { nameWithSuffix } from './names';
import { plus } from './plus';

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

/** Adds environment variables and the certificate's files to a container. */
export function connectContainer(
  scope: Construct,
  name: string,
  container: Container,
  options: Endpoint & ConnectOptions,
): void {
  const { host, port, clientSecretName, authority } = options;
  const { environmentPrefix: prefix = 'MYSQL', mountPath = '/etc/mysql/tls' } = options;
  const { EnvValue } = plus();
  const values: { [key: string]: string } = { HOST: host, PORT: String(port) };
  if (authority !== undefined) {
    const folder = authority.comesWithClient ? mountPath : `${mountPath}-ca`;
    values.SSL_CA = `${folder}/${CA_FILE}`;
    if (!authority.comesWithClient) {
      // The server's key is none of the client's business.
      const volume = volumeOf(scope, nameWithSuffix(name, 'server-ca'), authority.secretName, [CA_FILE]);
      container.mount(folder, volume, { readOnly: true });
    }
  }
  if (clientSecretName !== undefined) {
    const volume = volumeOf(scope, nameWithSuffix(name, 'client-cert'), clientSecretName);
    container.mount(mountPath, volume, { readOnly: true });
    values.SSL_CERT = `${mountPath}/tls.crt`;
    values.SSL_KEY = `${mountPath}/tls.key`;
  }
  for (const [key, value] of Object.entries(values)) {
    container.env.addVariable(`${prefix}_${key}`, EnvValue.fromValue(value));
  }
}

const CA_FILE = 'ca.crt';

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
