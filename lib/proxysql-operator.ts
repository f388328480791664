import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { RESTRICTED_CONTAINER } from './objects/container-security';
import { type Images, runtimeImage } from './objects/images';
import { ENTRY_POINT, NODE_ENVIRONMENT, OPERATOR_NODE_FLAGS } from './objects/programs';
import { clusterPermissions, leaderElectionPermissions, namespacedPermissions, policyRules } from './operator-roles';
import { operatorProblems } from './operator-problems';
import { type Permission } from './operator-permissions';
import { PACKAGE_VERSION } from './package-version';
import { describeProblem } from './problem';
import { definitions } from './schema/generated/definitions';
import { toApiObjectProps } from './sync-wave';

/** How the operator is run. */
export interface ProxySQLOperatorProps {
  /**
   * Namespace that the operator runs in.
   *
   * @default - the chart's namespace, or 'proxysql-operator'
   */
  readonly namespace?: string;
  /**
   * Namespaces whose ProxySQLs it serves. Given, it has permissions in these and nowhere else; ClusterIssuers then cannot be looked at.
   *
   * @default - all namespaces
   */
  readonly watchNamespaces?: string[];
  /**
   * Replicas; one of them acts, the others wait.
   *
   * @default 2
   */
  readonly replicas?: number;
  /** @default - this package's image */
  readonly images?: Images;
  /**
   * Whether the definition of the ProxySQL resource is emitted too.
   *
   * @default true
   */
  readonly installCrds?: boolean;
  /**
   * Serves only the ProxySQLs with this label selector, for fleets that several operators share.
   *
   * @default - all
   */
  readonly selector?: string;
  /**
   * Least severe log entries that are written: `silent`, `error`, `warn`, `info`, `debug` or `trace`.
   *
   * @default 'info'
   */
  readonly logLevel?: string;
}

const NAME = 'proxysql-operator';
const HEALTH_PORT = 8080;
const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'cdk8s-proxysql' } as const;

/** The operator: its Deployment, its ServiceAccount, exactly the permissions that it uses, and the resource definitions. */
export class ProxySQLOperator extends Construct {
  /** Namespace that the operator runs in. */
  public readonly namespace: string;
  /** Name of the Deployment and the ServiceAccount. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: ProxySQLOperatorProps = {}) {
    super(scope, id);
    this.name = NAME;
    this.namespace = props.namespace ?? Chart.of(this).namespace ?? NAME;
    const metadata = { name: NAME, namespace: this.namespace, labels: { ...LABELS } };
    const problems = operatorProblems({ ...props, namespace: this.namespace });
    this.node.addValidation({ validate: () => problems.map(describeProblem) });

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
    new ApiObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: props.replicas ?? 2,
        selector: { matchLabels: { 'app.kubernetes.io/name': NAME } },
        template: { metadata: { labels: { ...LABELS } }, spec: podSpec(props) },
      },
    });
  }

  /** A Role (a ClusterRole without a namespace) with these permissions, bound to the operator. */
  private grant(id: string, permissions: readonly Permission[], namespace?: string): void {
    const scope = new Construct(this, id);
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const name = id === 'LeaderElection' ? `${NAME}-leader-election` : NAME;
    const metadata = { name, ...(namespace !== undefined && { namespace }), labels: { ...LABELS } };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const role = new ApiObject(scope, 'Role', { apiVersion, kind, metadata, rules: policyRules(permissions) });
    const binding = new ApiObject(scope, 'Binding', {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: this.namespace }],
    });
    binding.addDependency(role);
  }
}

function podSpec(props: ProxySQLOperatorProps): object {
  const { watchNamespaces, selector, logLevel = 'info' } = props;
  return {
    serviceAccountName: NAME,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': NAME } },
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
          ...imageFlags(props.images),
        ],
        env: [
          ...Object.entries(NODE_ENVIRONMENT).map(([name, value]) => ({ name, value })),
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        ],
        ports: [{ name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' }],
        livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 10, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 5 },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } },
        securityContext: RESTRICTED_CONTAINER,
      },
    ],
  };
}

/** What the operator gives its pods, where that is not the default. */
function imageFlags({ proxysqlRepository, runtime }: Images = {}): string[] {
  return [
    ...(proxysqlRepository === undefined ? [] : [`--proxysql-repository=${proxysqlRepository}`]),
    ...(runtime === undefined ? [] : [`--runtime-image=${runtime}`]),
  ];
}
