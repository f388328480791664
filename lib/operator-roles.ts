import { OPERATOR_PERMISSIONS, type Permission } from './operator-permissions';

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules for a permission list, one each, in the order of the list. */
export function policyRules(permissions: readonly Permission[] = OPERATOR_PERMISSIONS): PolicyRule[] {
  return permissions.map(({ apiGroup, resource, verbs }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs: [...verbs],
  }));
}

/** What the operator needs in each namespace that it serves; cluster-scoped kinds cannot be granted there. */
export function namespacedPermissions(): Permission[] {
  return OPERATOR_PERMISSIONS.filter(({ clusterScoped, resource }) => clusterScoped !== true && resource !== 'leases');
}

/** What the operator needs in its own namespace to elect a leader. */
export function leaderElectionPermissions(): Permission[] {
  return OPERATOR_PERMISSIONS.filter(({ resource }) => resource === 'leases');
}

/** What the operator needs in the whole cluster when it serves every namespace. */
export function clusterPermissions(): Permission[] {
  return OPERATOR_PERMISSIONS.filter(({ resource }) => resource !== 'leases');
}
