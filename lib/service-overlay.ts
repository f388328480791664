/** Which Service an overlay is for. */
export enum ServiceAlias {
  /** The Service of applications. */
  PRIMARY = 'primary',
  /** The Service of metrics. */
  STATS = 'stats',
}

/** How a Service is reached. */
export enum ServiceType {
  /** An address inside the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** The same, and a port of every node. */
  NODE_PORT = 'NodePort',
  /** The same, and an address that the cloud gives. */
  LOAD_BALANCER = 'LoadBalancer',
}

/** The number under which a Service shows a port. */
export interface ServicePortOverlay {
  /** Name of the port to change: `db` of the primary, `metrics` of the stats Service. */
  readonly name: string;
  /** Number of the port. */
  readonly port: number;
  /** @default - chosen by Kubernetes where the type has one */
  readonly nodePort?: number;
}

/** What a Service has beyond its defaults. */
export interface ServiceOverlay {
  /** Which of the Services to change. */
  readonly alias: ServiceAlias;
  /** @default - none */
  readonly labels?: { [key: string]: string };
  /** @default - none */
  readonly annotations?: { [key: string]: string };
  /** @default ServiceType.CLUSTER_IP */
  readonly type?: ServiceType;
  /** @default - the contract's numbers */
  readonly ports?: ServicePortOverlay[];
  /** @default - chosen by Kubernetes */
  readonly clusterIp?: string;
  /** @default - none */
  readonly externalIps?: string[];
  /** @default - chosen by the cloud */
  readonly loadBalancerIp?: string;
  /** @default - anyone */
  readonly loadBalancerSourceRanges?: string[];
  /** `Cluster` or `Local`. @default - Kubernetes' default: Cluster */
  readonly externalTrafficPolicy?: string;
  /** @default - chosen by Kubernetes */
  readonly healthCheckNodePort?: number;
  /** Seconds for which a client stays with a pod. @default - clients are spread connection by connection */
  readonly clientIpAffinitySeconds?: number;
}
