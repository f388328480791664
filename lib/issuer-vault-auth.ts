import { type IssuerSpecVaultAuth } from '../imports/cert-manager.io';
import { type SecretKey, secretKeyRef } from './issuer-secret-key';

/** Login to Vault with an AppRole. */
export interface VaultAppRole {
  /** Id of the role; it is not a secret. */
  readonly roleId: string;
  /** The role's secret id. */
  readonly secretId: SecretKey;
  /**
   * Where the engine is mounted.
   *
   * @default 'approle'
   */
  readonly path?: string;
}

/** Login to Vault with a ServiceAccount of the cluster. */
export interface VaultKubernetesAuth {
  /** The role in Vault. */
  readonly role: string;
  /**
   * The ServiceAccount that cert-manager asks a short-lived token for. It lies in the issuer's namespace, or in cert-manager's for a
   * ClusterIssuer.
   */
  readonly serviceAccountName: string;
  /**
   * Where the engine is mounted.
   *
   * @default '/v1/auth/kubernetes'
   */
  readonly mountPath?: string;
  /**
   * Audiences of the token besides cert-manager's own for this issuer.
   *
   * @default - none
   */
  readonly audiences?: string[];
}

/** Login to Vault with a client certificate. */
export interface VaultClientCertificateAuth {
  /** The Secret of type `kubernetes.io/tls` with certificate and key. */
  readonly secretName: string;
  /**
   * The role in Vault.
   *
   * @default - any role that the certificate fits
   */
  readonly role?: string;
  /**
   * Where the engine is mounted.
   *
   * @default '/v1/auth/cert'
   */
  readonly mountPath?: string;
}

/** How cert-manager logs in to Vault. */
export class VaultAuth {
  /** With a token that never expires or is renewed by somebody else. */
  public static token(token: SecretKey): VaultAuth {
    return new VaultAuth({ tokenSecretRef: secretKeyRef(token) });
  }

  /** With an AppRole. */
  public static appRole(options: VaultAppRole): VaultAuth {
    const { roleId, secretId, path = 'approle' } = options;
    return new VaultAuth({ appRole: { path, roleId, secretRef: secretKeyRef(secretId) } });
  }

  /** With a ServiceAccount of the cluster; no lasting credential is needed. */
  public static kubernetes(options: VaultKubernetesAuth): VaultAuth {
    const { role, mountPath, serviceAccountName: name, audiences } = options;
    return new VaultAuth({ kubernetes: { role, mountPath, serviceAccountRef: { name, audiences } } });
  }

  /** With a client certificate. */
  public static clientCertificate(options: VaultClientCertificateAuth): VaultAuth {
    const { secretName, role: name, mountPath } = options;
    return new VaultAuth({ clientCertificate: { secretName, name, mountPath } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: IssuerSpecVaultAuth,
  ) {}
}
