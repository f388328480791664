/** One thing that the operator does with a kind of object. Its Role is made of exactly these; a test takes each away in turn. */
export interface Permission {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Why it is needed. */
  readonly reason: string;
  /** Needed by cluster-wide installations only, since the kind has no namespace. */
  readonly clusterScoped?: boolean;
}

const WATCH = ['list', 'watch'] as const;
// What is there is changed by server-side apply, which is a patch.
const OWN = [...WATCH, 'create', 'patch', 'delete'] as const;

/** Everything that the operator may do, and why. It reads each kind through list and watch alone. */
export const OPERATOR_PERMISSIONS: readonly Permission[] = [
  {
    apiGroup: 'kubedb.com',
    resource: 'proxysqls',
    verbs: [...WATCH, 'patch'],
    reason: 'to see what is asked for, and to set and remove the finalizer',
  },
  { apiGroup: 'kubedb.com', resource: 'proxysqls/status', verbs: ['patch'], reason: 'to report' },
  {
    apiGroup: 'kubedb.com',
    resource: 'proxysqls/finalizers',
    verbs: ['update'],
    reason: 'to own objects that keep it until they are gone, where admission checks that, as on OpenShift',
  },
  {
    apiGroup: 'appcatalog.appscode.com',
    resource: 'appbindings',
    verbs: WATCH,
    reason: 'to know the database behind a ProxySQL',
  },
  { apiGroup: 'cert-manager.io', resource: 'issuers', verbs: WATCH, reason: 'to wait until an Issuer is ready' },
  {
    apiGroup: 'cert-manager.io',
    resource: 'clusterissuers',
    verbs: WATCH,
    reason: 'to wait until a ClusterIssuer is ready',
    clusterScoped: true,
  },
  {
    apiGroup: 'cert-manager.io',
    resource: 'certificates',
    verbs: OWN,
    reason: 'to ask for certificates and to wait until they are issued',
  },
  {
    apiGroup: '',
    resource: 'secrets',
    verbs: OWN,
    reason:
      'to prove TLS Secrets (those with the label of its own objects), and to create generated passwords and configurations',
  },
  { apiGroup: '', resource: 'services', verbs: OWN, reason: 'to keep the Services of a ProxySQL' },
  { apiGroup: '', resource: 'serviceaccounts', verbs: OWN, reason: 'to keep the ServiceAccount of the pods' },
  {
    apiGroup: '',
    resource: 'pods',
    verbs: [...WATCH, 'patch'],
    reason: 'to see which pods serve, and to stamp the fingerprint of a renewed certificate on them',
  },
  { apiGroup: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'], reason: 'to tell what changed' },
  { apiGroup: 'apps', resource: 'statefulsets', verbs: OWN, reason: 'to keep the workload' },
  {
    apiGroup: 'policy',
    resource: 'poddisruptionbudgets',
    verbs: OWN,
    reason: 'to keep enough pods through a node drain',
  },
  {
    apiGroup: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: OWN,
    reason: 'to keep everyone but peers from the admin port',
  },
  {
    apiGroup: 'monitoring.coreos.com',
    resource: 'servicemonitors',
    verbs: OWN,
    reason: 'to have Prometheus scrape where that is asked for',
  },
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'update'],
    reason: 'to have one of several replicas act',
  },
];
