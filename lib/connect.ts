import { type Container } from 'cdk8s-plus-27';
import { type Construct } from 'constructs';
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
   * Folder that the client certificate's files are mounted in.
   *
   * @default '/etc/mysql/tls'
   */
  readonly mountPath?: string;
}

/** What there is to connect to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The Secret with `ca.crt`, `tls.crt` and `tls.key` of the client. */
  readonly secretName: string;
}

/** Adds environment variables and the certificate's files to a container. */
export function connectContainer(
  scope: Construct,
  name: string,
  container: Container,
  options: Endpoint & ConnectOptions,
): void {
  const { EnvValue, Secret, Volume } = plus();
  const prefix = options.environmentPrefix ?? 'MYSQL';
  const mountPath = options.mountPath ?? '/etc/mysql/tls';
  const id = `connect-${container.name}`;
  const secret = Secret.fromSecretName(scope, `${id}-secret`, options.secretName);
  container.mount(mountPath, Volume.fromSecret(scope, `${id}-volume`, secret, { name: `${name}-client-cert` }), {
    readOnly: true,
  });
  const values = {
    HOST: options.host,
    PORT: String(options.port),
    SSL_CA: `${mountPath}/ca.crt`,
    SSL_CERT: `${mountPath}/tls.crt`,
    SSL_KEY: `${mountPath}/tls.key`,
  };
  for (const [key, value] of Object.entries(values)) {
    container.env.addVariable(`${prefix}_${key}`, EnvValue.fromValue(value));
  }
}
