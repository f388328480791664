import { type ApiObject, Chart, type ChartProps } from 'cdk8s';
import { type Construct } from 'constructs';
import { type IAppBinding } from './app-binding';
import { BackendSource } from './backend-source';
import { type IIssuer } from './issuer-reference';
import { IssuerSource } from './issuer-source';
import { ProxySQL } from './proxysql';
import { installOperator } from './operator-chart';
import { type ProxySQLOptions } from './proxysql-props';
import { type ProxySQLCertificate } from './proxysql-tls';
import { Runtime } from './runtime';
import { problemsBelow } from './problems-below';
import { manifestsOf } from './synthesis';

/** A chart with everything that one TLS-enabled ProxySQL needs. */
export interface TlsProxySQLChartProps extends ProxySQLOptions {
  /**
   * Namespace of everything in the chart.
   *
   * @default 'default'
   */
  readonly namespace?: string;
  /**
   * Labels of everything in the chart.
   *
   * @default - none of your own
   */
  readonly labels?: { [key: string]: string };
  /**
   * Name of the ProxySQL.
   *
   * @default - the chart's id
   */
  readonly name?: string;
  /** Who issues the certificates. */
  readonly issuer: IssuerSource;
  /** The database. */
  readonly backend: BackendSource;
  /**
   * What certificates are to have beyond their defaults, one entry per alias.
   *
   * @default - every certificate as its defaults have it
   */
  readonly certificates?: ProxySQLCertificate[];
}

/**
 * An issuer, a database to connect to, and a ProxySQL between it and the applications. What is written depends on the runtime; with
 * `Runtime.operator()` the app also gets the operator, once, in a chart of its own.
 */
export class TlsProxySQLChart extends Chart {
  /** The database. */
  public readonly backend: IAppBinding;
  /** The ProxySQL, with the names that other constructs need. */
  public readonly proxysql: ProxySQL;

  private readonly issuerOfAll?: IIssuer;

  public constructor(scope: Construct, id: string, props: TlsProxySQLChartProps) {
    super(scope, id, chartProps(props));
    const { name = id, issuer, backend, certificates, runtime = Runtime.operator(), ...options } = props;
    // What no compiler has seen may be missing; told as a mistake in the names, it stands with all others.
    this.issuerOfAll = (isSource(issuer) ? issuer : IssuerSource.issuerName('')).bind(this);
    this.backend = (isSource(backend) ? backend : BackendSource.appBindingName('')).bind(this, runtime);
    this.proxysql = new ProxySQL(this, 'proxysql', {
      ...options,
      metadata: { name },
      runtime,
      backend: this.backend,
      tls: { issuer: this.issuerOfAll, certificates },
    });
    if (runtime.installOperator) {
      installOperator(this, runtime);
    }
  }

  /**
   * Who issues the certificates.
   *
   * @throws with `IssuerSource.none()`
   */
  public get issuer(): IIssuer {
    if (this.issuerOfAll === undefined) {
      throw new Error(
        `${this.node.path} has no issuer for all certificates: give it one, or use those that its certificates name.`,
      );
    }
    return this.issuerOfAll;
  }

  /**
   * The chart's manifests in the order of their dependencies.
   *
   * @throws what is wrong with them, where no app was asked to tell it, as in a snapshot test
   */
  public override toJson(): ReturnType<ApiObject['toJson']>[] {
    const problems = problemsBelow(this);
    if (problems.length > 0) {
      throw new Error(`${this.node.path} cannot be written:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    }
    return manifestsOf(this);
  }
}

function chartProps({ namespace, labels }: TlsProxySQLChartProps): ChartProps {
  return { namespace: namespace ?? 'default', labels };
}

function isSource(source: unknown): boolean {
  return typeof (source as { readonly bind?: unknown } | undefined)?.bind === 'function';
}
