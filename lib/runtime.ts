import { type Images } from './objects/images';

/** Who turns a ProxySQL into Secrets, Services, Certificates and pods. */
export enum RuntimeKind {
  /** The operator of this package, in the cluster. */
  OPERATOR = 'operator',
  /** Nobody: the manifests hold everything. */
  STANDALONE = 'standalone',
  /** KubeDB, in the cluster. */
  KUBEDB = 'kubedb',
}

/** Options of the operator runtime. */
export interface OperatorRuntimeOptions {
  /**
   * Whether the app also emits the operator itself, once, as a chart of its own called `proxysql-operator`.
   *
   * @default true
   */
  readonly install?: boolean;
  /**
   * Where images come from.
   *
   * @default - the official ProxySQL image, and this package's own for operator and sidecar
   */
  readonly images?: Images;
}

/** Options of the standalone runtime. */
export interface StandaloneRuntimeOptions {
  /**
   * Where images come from.
   *
   * @default - the official ProxySQL image, and this package's own for the sidecar
   */
  readonly images?: Images;
}

/** Where and by whom a chart's ProxySQL is run. The objects that it becomes are the same in every runtime of this package. */
export class Runtime {
  /** The operator renders the objects in the cluster, each only when what it depends on is proven. */
  public static operator(options: OperatorRuntimeOptions = {}): Runtime {
    return new Runtime(RuntimeKind.OPERATOR, options.install ?? true, options.images);
  }

  /**
   * The chart holds every object, for clusters that run no operator: the sidecar alone gates the start. No password may be in a manifest, so two
   * Secrets are made beside Git, each with the keys `username` and `password`: the auth Secret, which must be named, and `<name>-monitor`, the
   * account that ProxySQL watches the database with. Pods wait for them, and say so.
   */
  public static standalone(options: StandaloneRuntimeOptions = {}): Runtime {
    return new Runtime(RuntimeKind.STANDALONE, false, options.images);
  }

  /** Issuer and ProxySQL only, for a cluster that runs KubeDB. */
  public static kubedb(): Runtime {
    return new Runtime(RuntimeKind.KUBEDB, false);
  }

  private constructor(
    /** Which of the runtimes this is. */
    public readonly kind: RuntimeKind,
    /** Whether the operator is part of the app. */
    public readonly installOperator: boolean,
    /** Where images come from; absent for the defaults. */
    public readonly images?: Images,
  ) {}
}
