import { App, Chart } from 'cdk8s';
import { type Construct } from 'constructs';
import { AppBinding, type ExternalMysqlProps, type IAppBinding, type KubedbDatabaseOptions } from './app-binding';
import { madeOnce } from './made-once';
import { namedAfter } from './name-after';
import { type Runtime, RuntimeKind } from './runtime';

/** Where a chart's database comes from. */
export abstract class BackendSource {
  /** A database whose AppBinding is in the namespace, such as KubeDB makes for each of its databases. */
  public static appBindingName(name: string): BackendSource {
    return BackendSource.existing(AppBinding.fromName(name));
  }

  /** A database that KubeDB runs, described for runtimes that have to know it when manifests are written. */
  public static kubedb(options: KubedbDatabaseOptions): BackendSource {
    return BackendSource.existing(AppBinding.fromKubedb(options));
  }

  /** A MySQL, MariaDB or Percona XtraDB Cluster that somebody else runs; its AppBinding is called `<chart>-backend` where no name is given. */
  public static external(props: ExternalMysqlProps): BackendSource {
    return new ExternalBackend(props);
  }

  /** An AppBinding that is made elsewhere in the app, or found in the cluster. */
  public static existing(binding: IAppBinding): BackendSource {
    return new ExistingBackend(binding);
  }

  /** Makes the AppBinding in a chart, or finds it. */
  public abstract bind(scope: Construct, runtime: Runtime): IAppBinding;
}

class ExistingBackend extends BackendSource {
  public constructor(private readonly binding: IAppBinding) {
    super();
  }

  public bind(): IAppBinding {
    return this.binding;
  }
}

class ExternalBackend extends BackendSource {
  public constructor(private readonly props: ExternalMysqlProps) {
    super();
  }

  public bind(scope: Construct, runtime: Runtime): IAppBinding {
    const props = namedAfter(scope, 'backend', this.props);
    if (runtime.kind !== RuntimeKind.STANDALONE) {
      const made = AppBinding.externalMysql(scope, 'backend', props);
      return madeOnce(made, made.apiObject);
    }
    // Nobody reads an AppBinding there, and its kind may not be known to the cluster: it describes the database and is not emitted.
    const binding = AppBinding.externalMysql(new Chart(new App(), 'described'), 'backend', props);
    scope.node.addValidation({
      validate: () => binding.node.findAll().flatMap((construct) => construct.node.validate()),
    });
    return binding;
  }
}
