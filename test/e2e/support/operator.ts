import { Chart, Testing } from 'cdk8s';
import { ProxySQLOperator } from '../../../lib';
import { type ApiClient } from '../../cluster/harness/api-client';
import { isTrue, type KubeObject, ref } from '../../cluster/harness/kube-object';
import { type Pod } from '../../cluster/harness/pods';
import { type TestNamespace } from '../../cluster/harness/test-namespace';

const NAME = 'proxysql-operator';

interface Deployment extends KubeObject {
  status?: { readyReplicas?: number };
}

/** The operator of a namespace, as the library synthesizes it: its Deployment, and the permissions of its ServiceAccount and no others. */
export class OperatorInstallation {
  private constructor(private readonly admin: ApiClient) {}

  /** Installs it, and waits until it watches everything. */
  public static async install({ admin, name }: TestNamespace): Promise<OperatorInstallation> {
    const chart = new Chart(Testing.app(), NAME, { namespace: name });
    new ProxySQLOperator(chart, 'operator', { watchNamespaces: [name], replicas: 1 });
    const objects = chart.toJson() as KubeObject[];
    for (const object of objects.filter(({ kind }) => kind === 'CustomResourceDefinition')) {
      await admin.apply(object);
      await admin.until(object, (seen) => isTrue(seen, 'Established'));
    }
    for (const object of objects.filter(({ kind }) => kind !== 'CustomResourceDefinition')) {
      await admin.apply(object);
    }
    const installation = new OperatorInstallation(admin);
    await installation.ready();
    return installation;
  }

  /** Ends every pod of it, and waits until they are gone. */
  public async stop(): Promise<void> {
    await this.scale(0);
    const labelSelector = `app.kubernetes.io/name=${NAME}`;
    await this.admin.untilList<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector }, (pods) => pods.length === 0);
  }

  public async start(): Promise<void> {
    await this.scale(1);
    await this.ready();
  }

  private async ready(): Promise<void> {
    const deployment = ref('apps/v1', 'Deployment', NAME);
    await this.admin.until<Deployment>(deployment, (seen) => seen?.status?.readyReplicas === 1, { timeout: 60_000 });
  }

  private async scale(replicas: number): Promise<void> {
    await this.admin.patch(ref('apps/v1', 'Deployment', NAME), { spec: { replicas } });
  }
}
