import { type IssuerSpecVenafi } from '../imports/cert-manager.io';
import { type SecretKey, secretKeyRef } from './issuer-secret-key';
import { base64 } from './issuer-ca-bundle';

/** A self-hosted Trust Protection Platform. */
export interface VenafiTpp {
  /** URL of its API, such as `https://tpp.example.com/vedsdk`. */
  readonly url: string;
  /** The Secret with the key `access-token`, or `username` and `password`. */
  readonly credentialsSecretName: string;
  /**
   * CA certificates (PEM) to verify the server's own certificate with.
   *
   * @default - cert-manager's system CAs
   */
  readonly caBundle?: string;
}

/** The service in the cloud. */
export interface VenafiCloud {
  /** The API token. */
  readonly apiToken: SecretKey;
  /**
   * URL of the service.
   *
   * @default - the service's public URL
   */
  readonly url?: string;
}

/** Where the service is and how cert-manager logs in. */
export class VenafiConnection {
  /** A self-hosted Trust Protection Platform. */
  public static tpp(options: VenafiTpp): VenafiConnection {
    const { url, credentialsSecretName: name, caBundle } = options;
    return new VenafiConnection({ tpp: { url, credentialsRef: { name }, caBundle: base64(caBundle) } });
  }

  /** The service in the cloud. */
  public static cloud(options: VenafiCloud): VenafiConnection {
    return new VenafiConnection({ cloud: { apiTokenSecretRef: secretKeyRef(options.apiToken), url: options.url } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: Pick<IssuerSpecVenafi, 'tpp' | 'cloud'>,
  ) {}
}
