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

/** How the operator checks a running ProxySQL. */
export interface HealthChecker {
  /** @default Duration.seconds(10) */
  readonly period?: Duration;
  /** @default Duration.seconds(10) */
  readonly timeout?: Duration;
  /** Failed checks in a row after which it counts as down. @default 1 */
  readonly failureThreshold?: number;
  /** @default false */
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
  /** @default - as DeletionPolicy.DELETE */
  readonly deletionPolicy?: DeletionPolicy;
  /** @default - every 10 seconds */
  readonly healthChecker?: HealthChecker;
  /**
   * Takes the pods away and keeps the Secrets.
   *
   * @default false
   */
  readonly halted?: boolean;
  /**
   * Mirrors the database's users into ProxySQL.
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
