import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { formatGoDuration } from './go-duration';
import { imageProblems } from './image-problems';
import { toJsonPodSpec, toJsonResources } from './kubernetes-json';
import { OPERATOR_LABELS } from './labels';
import { RESTRICTED_CONTAINER } from './objects/container-security';
import { type Images, runtimeImage } from './objects/images';
import { ENTRY_POINT, OPERATOR_ENVIRONMENT, OPERATOR_NODE_FLAGS } from './objects/programs';
import { clusterPermissions, leaderElectionPermissions, namespacedPermissions, policyRules } from './operator-roles';
import { claimNames } from './name-claims';
import { alertRules } from './operator-alerts';
import { operatorProblems } from './operator-problems';
import { type Permission } from './operator-permissions';
import { PACKAGE_VERSION } from './package-version';
import { describeProblem } from './problem';
import { type ProxySQLOperatorProps } from './proxysql-operator-props';
import { definitions } from './schema/generated/definitions';
import { toApiObjectProps } from './sync-wave';

const NAME = 'proxysql-operator';
const HEALTH_PORT = 8080;
const DEFAULT_RESOURCES = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } } as const;

/** The operator: its Deployment, its ServiceAccount, exactly the permissions that it uses, and the resource definitions. */
export class ProxySQLOperator extends Construct {
  /** Namespace that the operator runs in. */
  public readonly namespace: string;
  /** Name of the Deployment and the ServiceAccount. */
  public readonly name: string;
  /** The Deployment, for whatever the properties do not say. */
  public readonly deployment: ApiObject;

  public constructor(scope: Construct, id: string, props: ProxySQLOperatorProps = {}) {
    super(scope, id);
    const { name = NAME, replicas = 2, podMonitor, alerts } = props;
    this.name = name;
    this.namespace = props.namespace ?? Chart.of(this).namespace ?? NAME;
    const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
    const metadata = { name, namespace: this.namespace, labels: this.labels() };
    const problems = [
      ...operatorProblems({ ...props, name, namespace: this.namespace }),
      ...imageProblems(props.images),
    ];
    this.node.addValidation({ validate: () => problems.map(describeProblem) });
    claimNames(this);

    if (props.installCrds ?? true) {
      for (const definition of definitions) {
        new ApiObject(this, definition.metadata.name, toApiObjectProps(definition));
      }
    }
    new ApiObject(this, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    this.grant('LeaderElection', leaderElectionPermissions(), this.namespace);
    if (props.watchNamespaces === undefined) {
      this.grant('Cluster', clusterPermissions());
    } else {
      for (const namespace of new Set(props.watchNamespaces)) {
        this.grant(`Namespace-${namespace}`, namespacedPermissions(), namespace);
      }
    }
    this.deployment = new ApiObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector, template: { metadata: { labels: this.labels() }, spec: podSpec(name, props) } },
    });
    if (replicas > 1) {
      // Never both at once, so that a drained node leaves somebody who acts.
      const spec = { maxUnavailable: 1, selector };
      new ApiObject(this, 'PodDisruptionBudget', {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata,
        spec,
      });
    }
    if (podMonitor !== undefined) {
      const { labels, interval } = podMonitor;
      const endpoint = {
        port: 'health',
        path: '/metrics',
        // Namespace and name are those of the ProxySQL, not of the operator's pod.
        honorLabels: true,
        ...(interval && { interval: formatGoDuration(interval) }),
      };
      new ApiObject(this, 'PodMonitor', {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: { ...metadata, labels: { ...labels, ...metadata.labels } },
        spec: { selector, podMetricsEndpoints: [endpoint] },
      });
    }
    if (alerts !== undefined) {
      new ApiObject(this, 'PrometheusRule', {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { ...metadata, labels: { ...alerts.labels, ...metadata.labels } },
        spec: { groups: [{ name, rules: alertRules(`${this.namespace}/${name}`) }] },
      });
    }
  }

  private labels(): { [key: string]: string } {
    return { 'app.kubernetes.io/name': this.name, ...OPERATOR_LABELS };
  }

  /** A Role (a ClusterRole without a namespace) with these permissions, bound to the operator. */
  private grant(id: string, permissions: readonly Permission[], namespace?: string): void {
    const scope = new Construct(this, id);
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const name = id === 'LeaderElection' ? `${this.name}-leader-election` : this.name;
    const metadata = { name, ...(namespace !== undefined && { namespace }), labels: this.labels() };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const role = new ApiObject(scope, 'Role', { apiVersion, kind, metadata, rules: policyRules(permissions) });
    const binding = new ApiObject(scope, 'Binding', {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: this.name, namespace: this.namespace }],
    });
    binding.addDependency(role);
  }
}

function podSpec(name: string, props: ProxySQLOperatorProps): object {
  const { watchNamespaces, selector, logLevel = 'info', maxRollouts } = props;
  const { imagePullSecrets, nodeSelector, tolerations, priorityClassName, resources } = props;
  return {
    ...toJsonPodSpec({ tolerations }),
    serviceAccountName: name,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
      },
    ],
    containers: [
      {
        name: 'operator',
        image: runtimeImage(PACKAGE_VERSION, props.images),
        imagePullPolicy: 'IfNotPresent',
        command: ['node', ...OPERATOR_NODE_FLAGS, ENTRY_POINT],
        args: [
          'operator',
          `--log-level=${logLevel}`,
          `--health-port=${HEALTH_PORT}`,
          ...(watchNamespaces === undefined ? [] : [`--namespaces=${[...new Set(watchNamespaces)].join(',')}`]),
          ...(selector === undefined ? [] : [`--selector=${selector}`]),
          ...(maxRollouts === undefined ? [] : [`--max-rollouts=${maxRollouts}`]),
          ...imageFlags(props.images),
        ],
        env: [
          ...Object.entries(OPERATOR_ENVIRONMENT).map(([name, value]) => ({ name, value })),
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        ],
        ports: [{ name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' }],
        livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 10, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 5 },
        resources: resources === undefined ? DEFAULT_RESOURCES : toJsonResources(resources),
        securityContext: RESTRICTED_CONTAINER,
      },
    ],
    ...(imagePullSecrets !== undefined && { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(priorityClassName !== undefined && { priorityClassName }),
  };
}

/** What the operator gives its pods, where that is not the default. */
function imageFlags({ proxysqlRepository, runtime }: Images = {}): string[] {
  return [
    ...(proxysqlRepository === undefined ? [] : [`--proxysql-repository=${proxysqlRepository}`]),
    ...(runtime === undefined ? [] : [`--runtime-image=${runtime}`]),
  ];
}
