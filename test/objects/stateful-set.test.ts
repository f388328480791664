import { type KubernetesObject } from '../../lib/kubernetes';
import { type ContainerOverlay } from '../../lib/proxysql-resource';
import { appBindingResource, proxysqlResource } from '../support/resource';
import { field, pick, rendered } from '../support/render';

const podOf = (objects: readonly KubernetesObject[]) => field(pick(objects, 'StatefulSet'), 'spec.template.spec');
const containers = (objects: readonly KubernetesObject[]) =>
  ['initContainers', 'containers'].flatMap((list) => field(podOf(objects), list) as ContainerOverlay[]);
const container = (objects: readonly KubernetesObject[], name: string) =>
  containers(objects).find((candidate) => candidate.name === name) as ContainerOverlay;
const overlay = (given: Omit<ContainerOverlay, 'name'>) => ({
  podTemplate: { spec: { containers: [{ name: 'proxysql', ...given }] } },
});

describe('StatefulSet', () => {
  test('given no backend, then there is none, since nothing would be behind it', () => {
    const kinds = rendered({}, { appBinding: undefined }).map(({ kind }) => kind);
    expect(kinds).not.toContain('StatefulSet');
  });

  test('then ProxySQL starts in the foreground, after the gate, from its configuration', () => {
    const objects = rendered();
    expect(container(objects, 'sidecar')).toMatchObject({
      restartPolicy: 'Always',
      args: ['sidecar'],
      startupProbe: { httpGet: { path: '/startup', port: 6072 } },
    });
    expect(container(objects, 'proxysql')).toMatchObject({
      image: 'proxysql/proxysql:3.0.1-debian',
      command: [
        'proxysql',
        '-f',
        '--initial',
        '--no-version-check',
        '-c',
        '/run/proxysql/proxysql.cnf',
        '-D',
        '/var/lib/proxysql',
      ],
    });
  });

  test('given a label under kubedb.com, then no pod rolls for it, as it would for any other', () => {
    const template = (labels: Record<string, string>) => {
      const { metadata, ...rest } = proxysqlResource();
      const proxysql = { ...rest, metadata: { ...metadata, labels } };
      return field(pick(rendered({}, { proxysql }), 'StatefulSet'), 'spec.template');
    };
    expect(template({ 'operator.kubedb.com/wave': '1' })).toEqual(template({}));
    expect(template({ wave: '1' })).not.toEqual(template({}));
  });

  test('then every container keeps the restricted pod security standard', () => {
    for (const { securityContext } of containers(rendered())) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 999,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('then pods hold no token, and their grace period covers the drain', () => {
    expect(podOf(rendered())).toMatchObject({
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 45,
    });
  });

  test('given that it scales, then the pods that are there do not roll', () => {
    const template = (replicas: number) => field(pick(rendered({ replicas }), 'StatefulSet'), 'spec.template');
    expect(template(5)).toEqual(template(3));
  });

  test('given another configuration, then pods roll', () => {
    const template = (threads: number) =>
      field(
        pick(rendered({ configuration: { init: { inline: { mysqlVariables: { threads } } } } }), 'StatefulSet'),
        'spec.template',
      );
    expect(template(8)).not.toEqual(template(4));
  });

  test('given that it is halted, then no pod runs', () => {
    expect(field(pick(rendered({ halted: true }), 'StatefulSet'), 'spec.replicas')).toBe(0);
  });

  test('given an overlay, then its fields win, and what the pod needs stays', () => {
    const given = container(
      rendered(
        overlay({
          image: 'registry.example.com/proxysql:3',
          env: [{ name: 'TZ', value: 'UTC' }],
          volumeMounts: [{ name: 'extra', mountPath: '/extra' }],
          securityContext: { runAsUser: 1000 },
        }),
      ),
      'proxysql',
    );
    expect(given).toMatchObject({ image: 'registry.example.com/proxysql:3', env: [{ name: 'TZ', value: 'UTC' }] });
    expect(given.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual([
      '/run/proxysql',
      '/var/lib/proxysql',
      '/tmp',
      '/extra',
    ]);
    expect(given.securityContext).toMatchObject({ runAsUser: 1000, readOnlyRootFilesystem: true });
  });

  test('given containers of one’s own, then they run beside it, and the sidecar comes first', () => {
    const objects = rendered({
      podTemplate: { spec: { containers: [{ name: 'logs' }], initContainers: [{ name: 'wait' }] } },
    });
    expect(containers(objects).map(({ name }) => name)).toEqual(['sidecar', 'wait', 'proxysql', 'logs']);
  });

  test('given a ServiceAccount of one’s own, then none is made', () => {
    const objects = rendered({ podTemplate: { spec: { serviceAccountName: 'mine' } } });
    expect(podOf(objects)).toMatchObject({ serviceAccountName: 'mine' });
    expect(objects.map(({ kind }) => kind)).not.toContain('ServiceAccount');
  });

  test('given fields that are there and empty, as templates write them, then they count as absent', () => {
    const empty = {
      spec: { serviceAccountName: '', priorityClassName: '', containers: [{ name: 'proxysql', image: '' }] },
    };
    const objects = rendered({ podTemplate: empty });
    expect(podOf(objects)).toEqual(podOf(rendered()));
    expect(pick(objects, 'ServiceAccount').metadata.name).toBe('proxy-server');
  });

  test('given a database with TLS, then its CA and client certificate lie side by side', () => {
    const objects = rendered(
      {},
      {
        appBinding: appBindingResource({
          clientConfig: {
            service: { scheme: 'tcp', name: 'mysql-server', port: 3306 },
            caBundle: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
          },
          tlsSecret: { name: 'mysql-server-client-cert' },
        }),
      },
    );
    expect(field(podOf(objects), 'volumes')).toContainEqual({
      name: 'backend-cert',
      projected: {
        defaultMode: 0o440,
        sources: [
          { secret: { name: 'proxy-server-configuration', items: [{ key: 'backend-ca.crt', path: 'ca.crt' }] } },
          {
            secret: {
              name: 'mysql-server-client-cert',
              items: [
                { key: 'tls.crt', path: 'tls.crt' },
                { key: 'tls.key', path: 'tls.key' },
              ],
            },
          },
        ],
      },
    });
  });

  test.each([
    [1, undefined],
    [2, 1],
    [3, 1],
    [5, 2],
    [9, 4],
  ])('given %d replicas, then %s may be away at once', (replicas, maxUnavailable) => {
    const budget = rendered({ replicas }).find(({ kind }) => kind === 'PodDisruptionBudget');
    expect(field(budget, 'spec.maxUnavailable')).toBe(maxUnavailable);
  });
});

describe('NetworkPolicy', () => {
  test('then the admin port is for peers alone, and the report for the operator, wherever it is', () => {
    const policy = pick(rendered(), 'NetworkPolicy');
    const peers = { matchLabels: field(pick(rendered(), 'StatefulSet'), 'spec.selector.matchLabels') };
    expect(field(policy, 'spec.ingress')).toEqual([
      { ports: [{ protocol: 'TCP', port: 6033 }] },
      { from: [{ podSelector: peers }], ports: [{ protocol: 'TCP', port: 6032 }] },
      {
        from: [
          {
            namespaceSelector: {},
            podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'cdk8s-proxysql' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 6073 }],
      },
    ]);
  });
});

describe('generated Secrets', () => {
  test('then they carry no password', () => {
    for (const name of ['proxy-server-auth', 'proxy-server-monitor']) {
      const secret = pick(rendered(), 'Secret', name);
      expect(Object.keys(secret).sort()).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
    }
  });

  test('given an auth Secret that somebody else keeps, then none is generated', () => {
    const names = rendered({ authSecret: { name: 'mine', externallyManaged: true } }).map(
      ({ metadata }) => metadata.name,
    );
    expect(names).not.toContain('mine');
  });
});

describe('ownership', () => {
  const fromCluster = {
    proxysql: { ...proxysqlResource(), metadata: { name: 'proxy-server', namespace: 'demo', uid: 'u-1' } },
  };

  test('given a resource from the cluster, then it owns everything but the auth Secret; at synth time nobody does', () => {
    const owned = rendered({}, fromCluster).filter(({ metadata }) => metadata.name !== 'proxy-server-auth');
    for (const { metadata } of owned) {
      expect(metadata.ownerReferences).toEqual([
        {
          apiVersion: 'kubedb.com/v1',
          kind: 'ProxySQL',
          name: 'proxy-server',
          uid: 'u-1',
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
    }
    expect(rendered().some(({ metadata }) => metadata.ownerReferences !== undefined)).toBe(false);
  });

  test('given a resource from the cluster, then the auth Secret is its by labels alone: the deletion policy decides', () => {
    const { metadata } = pick(rendered({}, fromCluster), 'Secret', 'proxy-server-auth');
    expect(metadata.ownerReferences).toBeUndefined();
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/instance': 'proxy-server',
      'app.kubernetes.io/managed-by': 'kubedb.com',
    });
  });
});
