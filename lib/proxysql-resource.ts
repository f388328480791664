import { type Condition, type KubernetesObject, type ObjectMeta } from './kubernetes';

/** The `kubedb.com/v1 ProxySQL` resource as JSON: field names are those of the API, not those of the constructs. */
export interface ProxySQLResource extends KubernetesObject {
  readonly apiVersion: 'kubedb.com/v1';
  readonly kind: 'ProxySQL';
  readonly metadata: ObjectMeta;
  readonly spec: ProxySQLSpec;
  readonly status?: ProxySQLStatus;
}

export interface ProxySQLSpec {
  readonly version: string;
  readonly replicas?: number;
  readonly backend?: { readonly name?: string };
  readonly syncUsers?: boolean;
  readonly authSecret?: SecretReference;
  readonly configSecret?: { readonly name?: string };
  readonly initConfig?: InlineConfiguration;
  readonly configuration?: { readonly init?: { readonly inline?: InlineConfiguration; readonly secretName?: string } };
  readonly monitor?: MonitorSpec;
  readonly podTemplate?: PodTemplate;
  readonly serviceTemplates?: readonly ServiceTemplate[];
  readonly tls?: TlsSpec;
  readonly deletionPolicy?: 'Halt' | 'Delete' | 'WipeOut' | 'DoNotTerminate';
  readonly healthChecker?: {
    readonly periodSeconds?: number;
    readonly timeoutSeconds?: number;
    readonly failureThreshold?: number;
    readonly disableWriteCheck?: boolean;
  };
  readonly halted?: boolean;
  readonly autoOps?: { readonly disabled?: boolean };
}

export interface SecretReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly externallyManaged?: boolean;
  readonly rotateAfter?: string;
  readonly activeFrom?: string;
  readonly secretStoreName?: string;
}

/** A scalar in a free-form part of the configuration. */
export type ConfigurationScalar = string | number | boolean;

/** `configuration.init.inline`, and the deprecated `initConfig`. */
export interface InlineConfiguration {
  readonly mysqlUsers?: readonly MysqlUser[];
  readonly mysqlQueryRules?: readonly { readonly [column: string]: ConfigurationScalar }[];
  readonly mysqlVariables?: { readonly [name: string]: ConfigurationScalar };
  readonly adminVariables?: { readonly [name: string]: ConfigurationScalar };
}

/** A row of `mysql_users` but for its password, which is never in the resource. */
export interface MysqlUser {
  readonly username: string;
  readonly active?: number;
  readonly use_ssl?: number;
  readonly default_hostgroup?: number;
  readonly default_schema?: string;
  readonly schema_locked?: number;
  readonly transaction_persistent?: number;
  readonly fast_forward?: number;
  readonly backend?: number;
  readonly frontend?: number;
  readonly max_connections?: number;
  readonly attributes?: string;
  readonly comment?: string;
}

export interface MonitorSpec {
  readonly agent?: 'prometheus.io/operator' | 'prometheus.io' | 'prometheus.io/builtin';
  readonly prometheus?: {
    readonly exporter?: { readonly port?: number; readonly [field: string]: unknown };
    readonly serviceMonitor?: {
      readonly labels?: { readonly [key: string]: string };
      readonly interval?: string;
      readonly targetLabels?: readonly string[];
      readonly podTargetLabels?: readonly string[];
      readonly endpoints?: readonly { readonly [field: string]: unknown }[];
    };
  };
}

/** KubeDB's pod template: pod and workload metadata, and a reduced PodSpec whose containers are matched by name. */
export interface PodTemplate {
  readonly metadata?: MetadataOverlay;
  readonly controller?: MetadataOverlay;
  readonly spec?: PodTemplateSpec;
}

export interface MetadataOverlay {
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
}

export interface PodTemplateSpec {
  readonly containers?: readonly ContainerOverlay[];
  readonly initContainers?: readonly ContainerOverlay[];
  readonly volumes?: readonly { readonly name: string; readonly [field: string]: unknown }[];
  readonly securityContext?: { readonly [field: string]: unknown };
  readonly serviceAccountName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly [field: string]: unknown;
}

/** A container of the pod template; every field of core/v1 Container may be there. */
export interface ContainerOverlay {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly [field: string]: unknown }[];
  readonly resources?: {
    readonly requests?: { readonly [resource: string]: string | number };
    readonly limits?: { readonly [resource: string]: string | number };
  };
  readonly securityContext?: { readonly [field: string]: unknown };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly [field: string]: unknown;
  }[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly [field: string]: unknown;
  }[];
  readonly [field: string]: unknown;
}

export interface ServiceTemplate {
  readonly alias: 'primary' | 'standby' | 'stats';
  readonly metadata?: MetadataOverlay;
  readonly spec?: {
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly nodePort?: number }[];
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalIPs?: readonly string[];
    readonly loadBalancerIP?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly externalTrafficPolicy?: string;
    readonly healthCheckNodePort?: number;
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  };
}

export interface TlsSpec {
  readonly issuerRef?: IssuerReference;
  readonly certificates?: readonly CertificateSpec[];
}

export interface IssuerReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

export interface CertificateSpec {
  readonly alias: string;
  readonly issuerRef?: IssuerReference;
  readonly secretName?: string;
  readonly subject?: {
    readonly organizations?: readonly string[];
    readonly countries?: readonly string[];
    readonly organizationalUnits?: readonly string[];
    readonly localities?: readonly string[];
    readonly provinces?: readonly string[];
    readonly streetAddresses?: readonly string[];
    readonly postalCodes?: readonly string[];
    readonly serialNumber?: string;
  };
  /** A Go duration such as `2160h`. */
  readonly duration?: string;
  /** A Go duration, shorter than `duration`. */
  readonly renewBefore?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly privateKey?: { readonly encoding?: 'PKCS1' | 'PKCS8' };
}

export interface ProxySQLStatus {
  readonly phase?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly authSecret?: { readonly lastUpdateTimestamp?: string };
  readonly blockedBy?: string;
  readonly nextRetryTime?: string;
  readonly certificates?: readonly CertificateStatus[];
  readonly unsupportedFields?: readonly string[];
}

/** What is known of one certificate: what was issued, and what pods serve. */
export interface CertificateStatus {
  readonly alias: string;
  readonly secretName: string;
  /** SHA-256 of the leaf certificate in DER, lower-case hexadecimal. */
  readonly fingerprint?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly renewalTime?: string;
  readonly issuer?: string;
  /** Number of pods that were seen to serve exactly this certificate; for the server alias only. */
  readonly servedByPods?: number;
}

/** The backend as `appcatalog.appscode.com/v1alpha1 AppBinding`. */
export interface AppBindingResource extends KubernetesObject {
  readonly spec: {
    readonly type?: string;
    readonly version?: string;
    readonly appRef?: {
      readonly apiGroup?: string;
      readonly kind?: string;
      readonly namespace?: string;
      readonly name: string;
    };
    readonly clientConfig: {
      readonly url?: string;
      readonly service?: {
        readonly scheme: string;
        readonly namespace?: string;
        readonly name: string;
        readonly port: number;
        readonly path?: string;
        readonly query?: string;
      };
      readonly caBundle?: string;
      readonly insecureSkipTLSVerify?: boolean;
      readonly serverName?: string;
    };
    readonly secret?: { readonly name?: string };
    readonly tlsSecret?: { readonly name?: string };
    readonly parameters?: { readonly [field: string]: unknown };
  };
}
