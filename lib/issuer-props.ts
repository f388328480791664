import { type AcmeServer, type AcmeSolver } from './acme-solver';
import { type ApiResourceProps } from './api-resource';
import { type SecretKey } from './issuer-secret-key';
import { type VaultAuth } from './issuer-vault-auth';
import { type VenafiConnection } from './issuer-venafi-connection';

/** An issuer that has each certificate sign itself. */
export interface SelfSignedIssuerProps extends ApiResourceProps {
  /**
   * URLs of revocation lists, written into certificates.
   *
   * @default - none
   */
  readonly crlDistributionPoints?: string[];
}

/** An issuer that signs with a CA whose key lies in a Secret. */
export interface CaIssuerProps extends ApiResourceProps {
  /**
   * The Secret with the CA: keys `tls.crt` and `tls.key`. For a ClusterIssuer it lies in cert-manager's namespace.
   */
  readonly secretName: string;
  /**
   * URLs of revocation lists, written into certificates.
   *
   * @default - none
   */
  readonly crlDistributionPoints?: string[];
  /**
   * URLs of OCSP responders, written into certificates.
   *
   * @default - none
   */
  readonly ocspServers?: string[];
  /**
   * URLs of the CA's own certificate, written into certificates.
   *
   * @default - none
   */
  readonly issuingCertificateUrls?: string[];
}

/** Ties a new ACME account to an account that the CA's customer already has. */
export interface ExternalAccountBinding {
  /** The CA's id of the key. */
  readonly keyId: string;
  /** The symmetric key, in base64url as the CA hands it out. */
  readonly key: SecretKey;
}

/** An issuer that asks an ACME server, such as Let's Encrypt, and proves that it controls the names. */
export interface AcmeIssuerProps extends ApiResourceProps {
  /**
   * The ACME server.
   *
   * @default AcmeServer.LETS_ENCRYPT
   */
  readonly server?: AcmeServer;
  /**
   * Where the CA sends warnings to.
   *
   * @default - no address is given
   */
  readonly email?: string;
  /**
   * The Secret that cert-manager keeps the account's private key in.
   *
   * @default - the issuer's name with `-account` after it
   */
  readonly accountKeySecretName?: string;
  /** How to prove that the names are ours; the solver whose selector fits a name best is taken. */
  readonly solvers: AcmeSolver[];
  /**
   * Ties the account to one that exists at the CA.
   *
   * @default - none
   */
  readonly externalAccountBinding?: ExternalAccountBinding;
  /**
   * CA certificates (PEM) to verify the ACME server's own certificate with.
   *
   * @default - cert-manager's system CAs
   */
  readonly caBundle?: string;
  /**
   * Common name of the root that the chain should end in, where the server offers several chains.
   *
   * @default - the server's first chain
   */
  readonly preferredChain?: string;
  /**
   * Certificate profile of the server, such as `shortlived` at Let's Encrypt.
   *
   * @default - the server's default
   */
  readonly profile?: string;
  /**
   * Whether the server is asked for the duration that a Certificate gives. Let's Encrypt refuses such requests.
   *
   * @default false
   */
  readonly enableDuration?: boolean;
}

/** An issuer that asks HashiCorp Vault or OpenBao. */
export interface VaultIssuerProps extends ApiResourceProps {
  /** URL of the server, such as `https://vault.example.com:8200`. */
  readonly server: string;
  /** Path of the PKI engine's sign endpoint, such as `pki/sign/databases`. */
  readonly path: string;
  /** How cert-manager logs in. */
  readonly auth: VaultAuth;
  /**
   * Vault's own namespace (an enterprise feature).
   *
   * @default - the root namespace
   */
  readonly vaultNamespace?: string;
  /**
   * CA certificates (PEM) to verify the server's own certificate with.
   *
   * @default - cert-manager's system CAs
   */
  readonly caBundle?: string;
  /**
   * Name to verify in the server's certificate.
   *
   * @default - the host in `server`
   */
  readonly serverName?: string;
}

/** An issuer that asks CyberArk Certificate Manager, formerly Venafi. */
export interface VenafiIssuerProps extends ApiResourceProps {
  /** The policy folder, or application and template, that certificates are issued under. */
  readonly zone: string;
  /** Where the service is and how cert-manager logs in. */
  readonly connection: VenafiConnection;
}
