import { Duration, JsonPatch, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type KubernetesObject } from '../lib/kubernetes';
import { type Labels } from '../lib/labels';
import { render } from '../lib/objects/render';
import { proxysqlResource } from './support/resource';
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
      'PodDisruptionBudget proxysql-operator/proxysql-operator',
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
      'PodDisruptionBudget ops/proxysql-operator',
    ]);
    expect(JSON.stringify(objects)).not.toContain('clusterissuers');
  });

  test('given images of one’s own, then the operator runs one and gives both to its pods', () => {
    const deployment = given({
      images: { proxysqlRepository: 'r.example.com/proxysql', runtime: 'r.example.com/cdk8s-proxysql:1' },
    }).find(({ kind }) => kind === 'Deployment');
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

  test('given a name, then everything is called so, and two of them share nothing', () => {
    const [one, other] = ['operator-a', 'operator-b'].map((name) =>
      given({ name, selector: `shard=${name}`, installCrds: false, podMonitor: {} }),
    );
    expect(kinds(one ?? []).filter((name) => kinds(other ?? []).includes(name))).toEqual([]);
    expect(one?.map(({ metadata }) => metadata.name).filter((name) => !name.startsWith('operator-a'))).toEqual([]);
    const { spec } = one?.find(({ kind }) => kind === 'Deployment') as { spec?: object };
    expect(spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'operator-a' } },
      template: { metadata: { labels: { 'app.kubernetes.io/name': 'operator-a' } } },
    });
  });

  test('given another name, then its pods are still those that NetworkPolicies of ProxySQLs let in', () => {
    const deployment = given({ name: 'blue' }).find(({ kind }) => kind === 'Deployment');
    const policy = render({ proxysql: proxysqlResource() }).find(({ object }) => object.kind === 'NetworkPolicy');
    const { ingress } = policy?.object.spec as { ingress: { from?: { podSelector: { matchLabels: Labels } }[] }[] };
    const [operators] = ingress.at(-1)?.from ?? [];

    expect(operators?.podSelector.matchLabels).toBeDefined();
    expect(deployment).toMatchObject({
      spec: { template: { metadata: { labels: operators?.podSelector.matchLabels } } },
    });
  });

  test('given what its pods need, then they have it', () => {
    const deployment = given({
      resources: {
        requests: { memory: k8s.Quantity.fromString('512Mi') },
        limits: { memory: k8s.Quantity.fromString('1Gi') },
      },
      imagePullSecrets: ['registry'],
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
      priorityClassName: 'system-cluster-critical',
      maxRollouts: 3,
    }).find(({ kind }) => kind === 'Deployment');
    expect(deployment).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                args: expect.arrayContaining(['--max-rollouts=3']) as unknown,
                resources: { requests: { memory: '512Mi' }, limits: { memory: '1Gi' } },
              },
            ],
            imagePullSecrets: [{ name: 'registry' }],
            nodeSelector: { pool: 'system' },
            tolerations: [{ key: 'system', operator: 'Exists' }],
            priorityClassName: 'system-cluster-critical',
          },
        },
      },
    });
  });

  test('given one replica, then no budget keeps its node from being drained', () => {
    expect(kinds(given({ replicas: 1 })).filter((name) => name.startsWith('PodDisruptionBudget'))).toEqual([]);
  });

  test('given a PodMonitor, then Prometheus finds the metrics by it', () => {
    const monitor = given({ podMonitor: { labels: { release: 'prometheus' }, interval: Duration.seconds(30) } }).at(-1);
    expect(monitor).toMatchObject({
      kind: 'PodMonitor',
      metadata: { labels: { release: 'prometheus', 'app.kubernetes.io/name': 'proxysql-operator' } },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': 'proxysql-operator' } },
        podMetricsEndpoints: [{ port: 'health', path: '/metrics', interval: '30s', honorLabels: true }],
      },
    });
  });

  test('given alerts, then they are about the metrics that the PodMonitor brings, and Prometheus finds them', () => {
    const rule = given({ name: 'blue', podMonitor: {}, alerts: { labels: { release: 'prometheus' } } }).at(-1);
    expect(rule).toMatchObject({
      kind: 'PrometheusRule',
      metadata: { name: 'blue', labels: { release: 'prometheus', 'app.kubernetes.io/name': 'blue' } },
    });
    const { groups } = rule?.spec as { groups: { rules: { expr: string }[] }[] };
    expect(
      groups[0]?.rules.map(({ expr }) => expr).filter((expr) => !expr.includes('{job="proxysql-operator/blue"')),
    ).toEqual([]);
  });

  test('given more than the properties say, then the Deployment can be patched', () => {
    const chart = Testing.chart();
    const { deployment } = new ProxySQLOperator(chart, 'operator');
    deployment.addJsonPatch(JsonPatch.add('/spec/template/spec/hostNetwork', false));
    const patched = (Testing.synth(chart) as KubernetesObject[]).find(({ kind }) => kind === 'Deployment');
    expect(patched).toMatchObject({ spec: { template: { spec: { hostNetwork: false } } } });
  });

  test('given a namespace twice, then it is served once', () => {
    const objects = given({ watchNamespaces: ['a', 'a'], installCrds: false });
    expect(kinds(objects).filter((name) => name === 'Role a/proxysql-operator')).toHaveLength(1);
    expect(JSON.stringify(objects)).toContain('--namespaces=a"');
  });

  test('given what it cannot be run with, then all of it is told', () => {
    const chart = Testing.chart();
    const operator = new ProxySQLOperator(chart, 'operator', {
      name: 'Operator_1',
      namespace: 'Ops',
      watchNamespaces: ['shop', 'a_b'],
      replicas: -1,
      selector: '',
      logLevel: 'loud',
      maxRollouts: 0,
      imagePullSecrets: ['registry', 'pass word'],
      alerts: {},
    });
    const none = new ProxySQLOperator(chart, 'none', { watchNamespaces: [] });
    expect([...operator.node.validate(), ...none.node.validate()]).toEqual([
      'name (given: "Operator_1"): Kubernetes does not allow this name for all of its objects. Use up to 47 lower-case letters, digits and inner hyphens.',
      'namespace (given: "Ops"): Kubernetes does not allow this name for a namespace. Use up to 63 lower-case letters, digits and inner hyphens.',
      'watchNamespaces[1] (given: "a_b"): Kubernetes does not allow this name for a namespace. Use up to 63 lower-case letters, digits and inner hyphens.',
      'replicas (given: -1): must be a whole number, at least 0. Give 2, so that another one can take over.',
      'selector (given: ""): an empty selector selects nothing in particular. Write labels such as shard=a, or leave selector out to serve all ProxySQLs.',
      'logLevel (given: "loud"): there is no such level. Use one of silent, error, warn, info, debug, trace.',
      'maxRollouts (given: 0): must be a whole number from 1 to 100000. Give how many ProxySQLs a new version of the operator may roll at the same time, or leave it out for 10.',
      'alerts (given: {}): nothing would bring the metrics that these alerts are about. Give podMonitor as well, {} if it needs nothing more, or leave alerts out.',
      'imagePullSecrets[1]: This is not the name of a Secret (the value is not shown, in case it is a password). Put the value into a Secret and give the name of that Secret: lower-case letters, digits, hyphens and dots.',
      'watchNamespaces (given: []): an operator for no namespace at all would do nothing. Name a namespace, or leave watchNamespaces out to serve all of them.',
    ]);
  });
});
