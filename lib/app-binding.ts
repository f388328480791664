import { ApiObject } from 'cdk8s';
import { type Construct } from 'constructs';
import { AppBinding as AppBindingManifest, type AppBindingSpec } from '../imports/appcatalog.appscode.com';
import { ApiResource, type ApiResourceProps, metadataOf, reportProblems } from './api-resource';
import { DatabaseAddress } from './app-binding-address';
import { appBindingProblems } from './app-binding-problems';
import { base64 } from './issuer-ca-bundle';
import { authSecretName } from './names';
import { type AppBindingResource } from './proxysql-resource';

/** A database: an AppBinding made here, or one that exists in the cluster. */
export interface IAppBinding {
  /** Name of the AppBinding. A ProxySQL finds it in its own namespace. */
  readonly name: string;
}

/** How the servers of a database relate. */
export enum DatabaseTopology {
  /** MySQL Group Replication. */
  GROUP_REPLICATION = 'GroupReplication',
  /** Galera: MariaDB or Percona XtraDB Cluster. */
  GALERA = 'Galera',
  /** One server, or one address that stands for all. */
  STANDALONE = 'Standalone',
}

/** What an external database is. */
export enum ExternalDatabaseType {
  /** MySQL. */
  MYSQL = 'mysql',
  /** MariaDB. */
  MARIADB = 'mariadb',
  /** Percona XtraDB Cluster. */
  PERCONA_XTRADB = 'perconaxtradb',
}

/** A database that KubeDB runs. */
export enum KubedbDatabaseKind {
  /** MySQL with Group Replication. */
  MYSQL = 'MySQL',
  /** MariaDB with Galera. */
  MARIADB = 'MariaDB',
  /** Percona XtraDB Cluster. */
  PERCONA_XTRADB = 'PerconaXtraDB',
}

/** What there is to know about any database. */
export interface DatabaseOptions {
  /**
   * Version of the server, such as `8.4.3`; ProxySQL says the same to its clients.
   *
   * @default - ProxySQL's default
   */
  readonly version?: string;
  /**
   * CA certificates (PEM) that the database's own certificate is verified with. With them the connection to the database uses TLS.
   *
   * @default - none
   */
  readonly caBundle?: string;
  /**
   * The Secret with `tls.crt` and `tls.key` that ProxySQL shows to the database.
   *
   * @default - no client certificate
   */
  readonly tlsSecretName?: string;
}

/** A database that somebody else runs. */
export interface ExternalDatabaseOptions extends DatabaseOptions {
  /**
   * The Secret with `username` and `password` of an account that may read `sys.*` and `mysql.*`. KubeDB's own operator logs in with it; what
   * ProxySQL itself watches the database with is in the Secret `<name of the ProxySQL>-monitor`, which may be this one.
   */
  readonly secretName: string;
  /**
   * What it is.
   *
   * @default ExternalDatabaseType.MYSQL
   */
  readonly type?: ExternalDatabaseType;
  /**
   * How its servers relate.
   *
   * @default DatabaseTopology.STANDALONE
   */
  readonly topology?: DatabaseTopology;
  /**
   * Addresses of all its servers, as `host` or `host:port`.
   *
   * @default - the address of the database stands for them
   */
  readonly servers?: string[];
  /**
   * Accepts any certificate of the database. The connection is encrypted, and nobody knows to whom.
   *
   * @default false
   */
  readonly insecureSkipTlsVerify?: boolean;
  /**
   * Name in the database's certificate.
   *
   * @default - the host it is reached by
   */
  readonly serverName?: string;
}

/** An AppBinding for a database that somebody else runs. */
export interface AppBindingProps extends ApiResourceProps, ExternalDatabaseOptions {
  /** Where the database is. */
  readonly address: DatabaseAddress;
}

/** An external MySQL, MariaDB or Percona XtraDB Cluster. */
export interface ExternalMysqlProps extends ApiResourceProps, ExternalDatabaseOptions {
  /** A DNS name, an IPv4 or an IPv6 address. */
  readonly host: string;
  /**
   * The port.
   *
   * @default 3306
   */
  readonly port?: number;
}

/** A database that KubeDB runs, whose AppBinding exists or will exist without us. */
export interface KubedbDatabaseOptions extends DatabaseOptions {
  /** What it is. */
  readonly kind: KubedbDatabaseKind;
  /** Name of the database, which is also that of its AppBinding. */
  readonly name: string;
  /**
   * Its namespace.
   *
   * @default - that of the ProxySQL
   */
  readonly namespace?: string;
  /**
   * Number of its pods.
   *
   * @default - not known; the database's Service stands for them
   */
  readonly replicas?: number;
  /**
   * The Secret with `username` and `password`.
   *
   * @default - the name with `-auth` after it, as KubeDB has it
   */
  readonly secretName?: string;
}

/** The database behind a ProxySQL: where it is, and which Secrets open it. No credential is ever in it. */
export class AppBinding extends ApiResource implements IAppBinding {
  /** One that exists in the cluster, such as KubeDB makes for each of its databases, under the database's name. */
  public static fromName(name: string): IAppBinding {
    return { name };
  }

  /**
   * The one that KubeDB makes for a database. It is described here, for what has to know it at synth time, and not made.
   */
  public static fromKubedb(options: KubedbDatabaseOptions): IAppBinding {
    return new DescribedAppBinding(options.name, kubedbManifest(options));
  }

  /** One for a database that somebody else runs. */
  public static externalMysql(scope: Construct, id: string, props: ExternalMysqlProps): AppBinding {
    const { host, port, ...rest } = props;
    return new AppBinding(scope, id, { ...rest, address: DatabaseAddress.host(host, port) });
  }

  /** The API object itself, for what this construct has no property for. */
  public readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, props: AppBindingProps) {
    super(scope, id);
    const manifest = AppBindingManifest.manifest({
      metadata: metadataOf(id, props.metadata),
      spec: externalSpec(props),
    });
    this.apiObject = new ApiObject(this, 'Resource', manifest);
    const { _spec: given, _problems: flaws } = props.address;
    reportProblems(this, 'AppBinding', (object) => {
      const problems = appBindingProblems(object);
      const spec = object.spec as Partial<AppBindingResource['spec']>;
      // The address was made from these: what is wrong with it is told in the words in which it was given.
      return flaws.length === 0 || spec.clientConfig?.url !== given.url
        ? problems
        : [...flaws, ...problems.filter(({ path }) => !path.startsWith('spec.clientConfig.url'))];
    });
  }

  /** @internal */
  public _manifest(): AppBindingResource {
    return this.apiObject.toJson() as AppBindingResource;
  }
}

class DescribedAppBinding implements IAppBinding {
  public constructor(
    public readonly name: string,
    private readonly manifest: AppBindingResource,
  ) {}

  public _manifest(): AppBindingResource {
    return this.manifest;
  }
}

/** The AppBinding as the cluster has it, where it is known at synth time. */
export function appBindingResource(binding: IAppBinding): AppBindingResource | undefined {
  return binding instanceof AppBinding || binding instanceof DescribedAppBinding ? binding._manifest() : undefined;
}

function externalSpec(props: AppBindingProps): AppBindingSpec {
  const { type, version, topology, servers, caBundle, insecureSkipTlsVerify, serverName } = props;
  return {
    type: type ?? ExternalDatabaseType.MYSQL,
    version,
    clientConfig: { ...props.address._spec, caBundle: base64(caBundle), insecureSkipTlsVerify, serverName },
    ...secretsOf(props.secretName, props.tlsSecretName),
    parameters: parametersOf({ topology, hosts: servers }),
  };
}

function kubedbManifest(options: KubedbDatabaseOptions): AppBindingResource {
  const { kind, name, namespace, version, replicas, caBundle, tlsSecretName } = options;
  return AppBindingManifest.manifest({
    metadata: { name, namespace },
    spec: {
      type: `kubedb.com/${kind.toLowerCase()}`,
      version,
      appRef: { apiGroup: 'kubedb.com', kind, name, namespace },
      clientConfig: { ...DatabaseAddress.service({ name, namespace })._spec, caBundle: base64(caBundle) },
      ...secretsOf(options.secretName ?? authSecretName(name), tlsSecretName),
      parameters: parametersOf({ replicas }),
    },
  }) as AppBindingResource;
}

function secretsOf(name: string, tlsName: string | undefined): Pick<AppBindingSpec, 'secret' | 'tlsSecret'> {
  return {
    secret: { kind: 'Secret', name },
    tlsSecret: tlsName === undefined ? undefined : { kind: 'Secret', name: tlsName },
  };
}

/** The API server takes `parameters` for an object in its own right, so it needs a kind. */
function parametersOf(given: { readonly [field: string]: unknown }): { readonly [field: string]: unknown } | undefined {
  return Object.values(given).every((value) => value === undefined)
    ? undefined
    : { apiVersion: 'cdk8s-proxysql.io/v1alpha1', kind: 'BackendParameters', ...given };
}
