import { type Duration } from 'cdk8s';
import { type k8s } from 'cdk8s-plus-27';
import { type Images } from './objects/images';

/** How the operator is run. */
export interface ProxySQLOperatorProps {
  /**
   * Name of everything that belongs to it. Several operators of one cluster, each with a `selector` or `watchNamespaces` of its own, need
   * names of their own too.
   *
   * @default 'proxysql-operator'
   */
  readonly name?: string;
  /**
   * Namespace that the operator runs in.
   *
   * @default - the chart's namespace, or 'proxysql-operator'
   */
  readonly namespace?: string;
  /**
   * Namespaces whose ProxySQLs it serves. Given, it has permissions in these and nowhere else; ClusterIssuers then cannot be looked at.
   *
   * @default - all namespaces
   */
  readonly watchNamespaces?: string[];
  /**
   * Replicas; one of them acts, the others wait.
   *
   * @default 2
   */
  readonly replicas?: number;
  /** @default - this package's image */
  readonly images?: Images;
  /**
   * Whether the resource definitions, of ProxySQLs and AppBindings, are emitted too. Of several operators in an app, one emits them.
   *
   * @default true
   */
  readonly installCrds?: boolean;
  /**
   * Serves only the ProxySQLs with this label selector, for fleets that several operators share.
   *
   * @default - all
   */
  readonly selector?: string;
  /**
   * Least severe log entries that are written: `silent`, `error`, `warn`, `info`, `debug` or `trace`.
   *
   * @default 'info'
   */
  readonly logLevel?: string;
  /**
   * ProxySQLs whose pods a new version of the operator replaces at the same time; the pods of each one after the other. Where they do not
   * become ready, the other ProxySQLs keep the pods that they have.
   *
   * @default 10
   */
  readonly maxRollouts?: number;
  /**
   * What a replica may use. It takes about 75 MB of memory and another 9 MB for each 100 ProxySQLs.
   *
   * @default - requests of 50m and 128Mi, a limit of 384Mi
   */
  readonly resources?: k8s.ResourceRequirements;
  /** Names of Secrets with which the image is fetched. @default - none */
  readonly imagePullSecrets?: string[];
  /** Labels of the nodes that it may run on. @default - any node */
  readonly nodeSelector?: { [key: string]: string };
  /** Taints of nodes that it may run on all the same. @default - none */
  readonly tolerations?: k8s.Toleration[];
  /** @default - the cluster's default */
  readonly priorityClassName?: string;
  /**
   * Lets the Prometheus operator scrape its metrics.
   *
   * @default - no PodMonitor is created
   */
  readonly podMonitor?: OperatorPodMonitor;
  /**
   * Lets the Prometheus operator alert by these metrics, with a PrometheusRule. It needs `podMonitor`, which brings them.
   *
   * @default - no PrometheusRule is created
   */
  readonly alerts?: OperatorAlerts;
}

/** How the Prometheus operator finds the alerts of the ProxySQL operator. */
export interface OperatorAlerts {
  /** Labels by which Prometheus selects the PrometheusRule. @default - none of your own */
  readonly labels?: { [key: string]: string };
}

/** How the Prometheus operator finds the metrics of the ProxySQL operator. */
export interface OperatorPodMonitor {
  /** Labels by which Prometheus selects it. @default - none of your own */
  readonly labels?: { [key: string]: string };
  /** How often it is scraped. @default - Prometheus' own interval */
  readonly interval?: Duration;
}
