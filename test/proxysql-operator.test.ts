import { Testing } from 'cdk8s';
import { type KubernetesObject } from '../lib/kubernetes';
import { ProxySQLOperator, type ProxySQLOperatorProps } from '../lib';

const given = (props?: ProxySQLOperatorProps): KubernetesObject[] => {
  const chart = Testing.chart();
  new ProxySQLOperator(chart, 'operator', props);
  return Testing.synth(chart) as KubernetesObject[];
};
const kinds = (objects: readonly KubernetesObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);

describe('ProxySQLOperator', () => {
  test('given nothing, then it serves the whole cluster', () => {
    const objects = given();
    expect(kinds(objects)).toEqual([
      'CustomResourceDefinition /proxysqls.kubedb.com',
      'CustomResourceDefinition /appbindings.appcatalog.appscode.com',
      'ServiceAccount proxysql-operator/proxysql-operator',
      'Role proxysql-operator/proxysql-operator-leader-election',
      'RoleBinding proxysql-operator/proxysql-operator-leader-election',
      'ClusterRole /proxysql-operator',
      'ClusterRoleBinding /proxysql-operator',
      'Deployment proxysql-operator/proxysql-operator',
    ]);
    expect(objects.filter(({ kind }) => kind !== 'CustomResourceDefinition')).toMatchSnapshot();
  });

  test('given namespaces, then it may do nothing outside of them', () => {
    const objects = given({ namespace: 'ops', watchNamespaces: ['a', 'b'], installCrds: false });
    expect(kinds(objects)).toEqual([
      'ServiceAccount ops/proxysql-operator',
      'Role ops/proxysql-operator-leader-election',
      'RoleBinding ops/proxysql-operator-leader-election',
      'Role a/proxysql-operator',
      'RoleBinding a/proxysql-operator',
      'Role b/proxysql-operator',
      'RoleBinding b/proxysql-operator',
      'Deployment ops/proxysql-operator',
    ]);
    expect(JSON.stringify(objects)).not.toContain('clusterissuers');
  });

  test('given images of one’s own, then the operator runs one and gives both to its pods', () => {
    const deployment = given({
      images: { proxysqlRepository: 'r.example.com/proxysql', runtime: 'r.example.com/cdk8s-proxysql:1' },
    }).at(-1);
    expect(deployment).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: 'r.example.com/cdk8s-proxysql:1',
                args: expect.arrayContaining([
                  '--proxysql-repository=r.example.com/proxysql',
                  '--runtime-image=r.example.com/cdk8s-proxysql:1',
                ]) as unknown,
              },
            ],
          },
        },
      },
    });
  });
});
