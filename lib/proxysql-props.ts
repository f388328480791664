import { type ApiObjectMetadata, type Duration } from 'cdk8s';
import { type IAppBinding } from './app-binding';
import { type DeletionPolicy } from './deletion-policy';
import { type Monitoring } from './monitoring';
import { type PodOverlay } from './pod-overlay';
import { type ProxySQLConfiguration } from './proxysql-configuration';
import { type ProxySQLTls } from './proxysql-tls';
import { type Runtime } from './runtime';
import { type ServiceOverlay } from './service-overlay';

/** The Secret with the cluster administrator's login (`username`, `password`). */
export interface AuthSecret {
  /** Name of a Secret in the ProxySQL's namespace. */
  readonly name: string;
  /**
   * Whether somebody else makes and keeps the Secret. If not, the operator makes it where it is missing.
   *
   * @default false
   */
  readonly externallyManaged?: boolean;
}

/**
 * How KubeDB's own operator checks a running ProxySQL. The operator of this package follows the pods' readiness probes and a handshake instead: it
 * accepts these fields and lists in `status.unsupportedFields` what differs from the defaults. In the standalone runtime they are not written at all.
 */
export interface HealthChecker {
  /** Time from one check to the next, in whole seconds. @default Duration.seconds(10) */
  readonly period?: Duration;
  /** Time after which a check has failed, in whole seconds. @default Duration.seconds(10) */
  readonly timeout?: Duration;
  /** Failed checks in a row after which it counts as down. @default 1 */
  readonly failureThreshold?: number;
  /** Checks by reading only. @default false */
  readonly disableWriteCheck?: boolean;
}

/** What a ProxySQL has besides its name, its backend and its certificates. */
export interface ProxySQLOptions {
  /** Version of ProxySQL: the tag of its image, such as `3.0.1-debian`. */
  readonly version: string;
  /**
   * Number of pods; with more than one they form a ProxySQL cluster.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * The explicit opt-out of required TLS: users may have `requireTls: false`, and `tls` may be left out. Passwords and data then cross the
   * network in the clear.
   *
   * @default false
   */
  readonly allowPlaintext?: boolean;
  /**
   * The administrator's Secret. The standalone runtime needs it.
   *
   * @default - `<name>-auth`, generated in the cluster
   */
  readonly authSecret?: AuthSecret;
  /** @default - no users, and rules that send reads to readers */
  readonly configuration?: ProxySQLConfiguration;
  /** @default - no monitoring */
  readonly monitoring?: Monitoring;
  /** @default - none of your own */
  readonly pod?: PodOverlay;
  /** @default - ClusterIP Services */
  readonly services?: ServiceOverlay[];
  /**
   * What stays when the ProxySQL is deleted, which its operator sees to. Without effect in the standalone runtime, where there is nothing that could
   * refuse or follow: what is deleted is gone, and Secrets that you made stay.
   *
   * @default - as DeletionPolicy.DELETE
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * How KubeDB's own operator checks it; without effect in the operator and standalone runtimes.
   *
   * @default - every 10 seconds
   */
  readonly healthChecker?: HealthChecker;
  /**
   * Takes the pods away and keeps the Secrets.
   *
   * @default false
   */
  readonly halted?: boolean;
  /**
   * Mirrors the database's users into ProxySQL, which KubeDB's own operator alone does. The operator of this package accepts it and lists it in
   * `status.unsupportedFields`, and in the standalone runtime it is without effect: list the users in `configuration`.
   *
   * @default false
   */
  readonly syncUsers?: boolean;
  /**
   * Who makes it run.
   *
   * @default Runtime.operator()
   */
  readonly runtime?: Runtime;
}

/** What a ProxySQL is made of. */
export interface ProxySQLProps extends ProxySQLOptions {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - the construct's id as the name, and the chart's namespace
   */
  readonly metadata?: ApiObjectMetadata;
  /** The database behind it. It cannot be changed later. */
  readonly backend: IAppBinding;
  /**
   * TLS towards applications.
   *
   * @default - none, which is refused unless `allowPlaintext` is true
   */
  readonly tls?: ProxySQLTls;
}
