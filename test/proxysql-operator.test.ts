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

  test('given a namespace twice, then it is served once', () => {
    const objects = given({ watchNamespaces: ['a', 'a'], installCrds: false });
    expect(kinds(objects).filter((name) => name === 'Role a/proxysql-operator')).toHaveLength(1);
    expect(JSON.stringify(objects)).toContain('--namespaces=a"');
  });

  test('given what it cannot be run with, then all of it is told', () => {
    const chart = Testing.chart();
    const operator = new ProxySQLOperator(chart, 'operator', {
      namespace: 'Ops',
      watchNamespaces: ['shop', 'a_b'],
      replicas: -1,
      selector: '',
      logLevel: 'loud',
    });
    const none = new ProxySQLOperator(chart, 'none', { watchNamespaces: [] });
    expect([...operator.node.validate(), ...none.node.validate()]).toEqual([
      'namespace (given: "Ops"): Kubernetes does not allow this name for a namespace. Use up to 63 lower-case letters, digits and inner hyphens.',
      'watchNamespaces[1] (given: "a_b"): Kubernetes does not allow this name for a namespace. Use up to 63 lower-case letters, digits and inner hyphens.',
      'replicas (given: -1): must be a whole number, at least 0. Give 2, so that another one can take over.',
      'selector (given: ""): an empty selector selects nothing in particular. Write labels such as shard=a, or leave selector out to serve all ProxySQLs.',
      'logLevel (given: "loud"): there is no such level. Use one of silent, error, warn, info, debug, trace.',
      'watchNamespaces (given: []): an operator for no namespace at all would do nothing. Name a namespace, or leave watchNamespaces out to serve all of them.',
    ]);
  });
});
