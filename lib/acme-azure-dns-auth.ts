import { type IssuerSpecAcmeSolversDns01AzureDns } from '../imports/cert-manager.io';
import { type SecretKey, secretKeyRef } from './issuer-secret-key';

/** A service principal of Azure. */
export interface AzureServicePrincipal {
  /** Client id. */
  readonly clientId: string;
  /** Client secret. */
  readonly clientSecret: SecretKey;
  /** Tenant that the principal belongs to. */
  readonly tenantId: string;
}

/** How cert-manager logs in to Azure DNS. */
export class AzureDnsAuth {
  /** As a service principal. */
  public static servicePrincipal(options: AzureServicePrincipal): AzureDnsAuth {
    const { clientId, clientSecret, tenantId } = options;
    return new AzureDnsAuth({ clientId, tenantId, clientSecretSecretRef: secretKeyRef(clientSecret) });
  }

  /**
   * As a managed or workload identity.
   *
   * @param clientId id of the identity
   * @param tenantId its tenant, if it is another than cert-manager's
   */
  public static managedIdentity(clientId: string, tenantId?: string): AzureDnsAuth {
    return new AzureDnsAuth({ managedIdentity: { clientId, tenantId } });
  }

  /** As a managed identity that is known by its resource id. */
  public static managedIdentityResource(resourceId: string): AzureDnsAuth {
    return new AzureDnsAuth({ managedIdentity: { resourceId } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: Pick<
      IssuerSpecAcmeSolversDns01AzureDns,
      'clientId' | 'clientSecretSecretRef' | 'tenantId' | 'managedIdentity'
    >,
  ) {}
}
