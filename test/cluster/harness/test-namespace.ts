import { randomBytes } from 'node:crypto';

import { ApiClient } from './api-client';
import { type KubeObject } from './kube-object';
import { readKubeconfig } from './kubeconfig';

/** One rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What a test's namespace is to be like. */
export interface NamespaceOptions {
  /** Pod security standard that is enforced. @default 'restricted' */
  readonly podSecurity?: 'privileged' | 'baseline' | 'restricted';
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an identity may do. */
export interface IdentityOptions {
  /** Rules of a Role in the namespace. */
  readonly rules?: readonly PolicyRule[];
  /** Rules of a ClusterRole, which hold everywhere. */
  readonly clusterRules?: readonly PolicyRule[];
  /** @default the identity's name */
  readonly userAgent?: string;
}

/** A service account with a token, and what it needs to be used. */
export interface TestIdentity {
  readonly name: string;
  readonly token: string;
  readonly client: ApiClient;
}

const rbac = 'rbac.authorization.k8s.io/v1';

/** A namespace of a test's own, and what was made for it elsewhere. */
export class TestNamespace {
  private readonly clusterWide: KubeObject[] = [];
  private readonly clients: ApiClient[] = [];

  private constructor(
    public readonly name: string,
    /** May do everything. Its namespace is this one. */
    public readonly admin: ApiClient,
    private readonly kubeconfig: string,
  ) {}

  /** Makes a namespace. */
  public static async create(kubeconfig: string, options: NamespaceOptions = {}): Promise<TestNamespace> {
    const name = `test-${randomBytes(4).toString('hex')}`;
    const admin = new ApiClient(readKubeconfig(kubeconfig), { namespace: name, userAgent: 'cluster-test-admin' });
    const labels = { ...options.labels, 'pod-security.kubernetes.io/enforce': options.podSecurity ?? 'restricted' };
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    return new TestNamespace(name, admin, kubeconfig);
  }

  /** Makes a service account that may do what `options` say and nothing more, and a client that acts as it. */
  public async identity(name: string, options: IdentityOptions = {}): Promise<TestIdentity> {
    const subjects = [{ kind: 'ServiceAccount', name, namespace: this.name }];
    await this.admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    if (options.rules !== undefined) {
      const metadata = { name, namespace: this.name };
      await this.admin.create({ apiVersion: rbac, kind: 'Role', metadata, rules: options.rules });
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
      await this.admin.create({ apiVersion: rbac, kind: 'RoleBinding', metadata, subjects, roleRef });
    }
    if (options.clusterRules !== undefined) {
      const metadata = { name: `${this.name}-${name}` };
      const role = { apiVersion: rbac, kind: 'ClusterRole', metadata, rules: options.clusterRules };
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
      const binding = { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata, subjects, roleRef };
      this.clusterWide.push(role, binding);
      await this.admin.create(role);
      await this.admin.create(binding);
    }
    return this.actAs(name, options.userAgent);
  }

  /** A client that acts as a service account of the namespace which is there already. */
  public async actAs(serviceAccount: string, userAgent = serviceAccount): Promise<TestIdentity> {
    const { status } = await this.admin.request<{ status: { token: string } }>({
      method: 'POST',
      path: `/api/v1/namespaces/${this.name}/serviceaccounts/${serviceAccount}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    });
    const { server, ca } = readKubeconfig(this.kubeconfig);
    const client = new ApiClient({ server, ca, token: status.token }, { namespace: this.name, userAgent });
    this.clients.push(client);
    return { name: serviceAccount, token: status.token, client };
  }

  /** Has a cluster-wide object removed together with the namespace. */
  public alsoRemove(object: KubeObject): void {
    this.clusterWide.push(object);
  }

  /** Removes the namespace with all that is in it, without waiting for it, and closes the connections. */
  public async remove(): Promise<void> {
    await Promise.all(this.clusterWide.map((object) => this.admin.delete(object)));
    await this.admin.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.name } });
    [...this.clients, this.admin].forEach((client) => client.close());
  }
}
