import {
  type IssuerSpecAcmeSolversDns01,
  IssuerSpecAcmeSolversDns01AzureDnsEnvironment,
  IssuerSpecAcmeSolversDns01Rfc2136Protocol,
} from '../imports/cert-manager.io';
import { type AzureDnsAuth } from './acme-azure-dns-auth';
import { type SecretKey, secretKeyRef } from './issuer-secret-key';

/** Amazon Route 53. Without keys, cert-manager's own identity in AWS is used. */
export interface Route53Provider {
  /**
   * AWS region of the API.
   *
   * @default - from cert-manager's environment
   */
  readonly region?: string;
  /**
   * The zone that records are written to.
   *
   * @default - found by the name's domain
   */
  readonly hostedZoneId?: string;
  /**
   * ARN of a role to take on.
   *
   * @default - none
   */
  readonly role?: string;
  /**
   * Id of an access key; it goes with `secretAccessKey`.
   *
   * @default - cert-manager's own identity
   */
  readonly accessKeyId?: SecretKey;
  /**
   * The secret of the access key; it goes with `accessKeyId`.
   *
   * @default - cert-manager's own identity
   */
  readonly secretAccessKey?: SecretKey;
  /**
   * A ServiceAccount whose token is exchanged for `role` (IRSA).
   *
   * @default - cert-manager's own identity
   */
  readonly serviceAccountName?: string;
}

/** Akamai Edge DNS, with the credentials of an API client. */
export interface AkamaiProvider {
  /** Host of the API, such as `akab-xxxx.luna.akamaiapis.net`. */
  readonly serviceConsumerDomain: string;
  /** Token of the client. */
  readonly clientToken: SecretKey;
  /** Secret of the client. */
  readonly clientSecret: SecretKey;
  /** Access token. */
  readonly accessToken: SecretKey;
}

/** Google Cloud DNS. */
export interface CloudDnsProvider {
  /** Id of the project that the zone belongs to. */
  readonly project: string;
  /**
   * The JSON key of a service account.
   *
   * @default - cert-manager's own identity in Google Cloud
   */
  readonly serviceAccountKey?: SecretKey;
  /**
   * Name of the zone that records are written to.
   *
   * @default - found by the name's domain
   */
  readonly hostedZoneName?: string;
}

/** A cloud of Azure. */
export enum AzureCloud {
  /** The public cloud. */
  PUBLIC = 'AzurePublicCloud',
  /** The cloud operated in China. */
  CHINA = 'AzureChinaCloud',
  /** The cloud of the government of the United States. */
  US_GOVERNMENT = 'AzureUSGovernmentCloud',
}

/** Azure DNS. */
export interface AzureDnsProvider {
  /** Subscription that the zone belongs to. */
  readonly subscriptionId: string;
  /** Resource group that the zone belongs to. */
  readonly resourceGroupName: string;
  /**
   * The zone that records are written to.
   *
   * @default - found by the name's domain
   */
  readonly hostedZoneName?: string;
  /**
   * Which cloud.
   *
   * @default AzureCloud.PUBLIC
   */
  readonly cloud?: AzureCloud;
  /**
   * How cert-manager logs in.
   *
   * @default - its own workload identity
   */
  readonly auth?: AzureDnsAuth;
}

/** Algorithms that sign dynamic updates. */
export enum TsigAlgorithm {
  /** HMAC with SHA-256. */
  HMAC_SHA256 = 'HMACSHA256',
  /** HMAC with SHA-512. */
  HMAC_SHA512 = 'HMACSHA512',
  /** HMAC with SHA-1, for old name servers. */
  HMAC_SHA1 = 'HMACSHA1',
  /** HMAC with MD5, for very old name servers. */
  HMAC_MD5 = 'HMACMD5',
}

/** The key that dynamic updates are signed with. */
export interface TsigKey {
  /** Name of the key on the name server. */
  readonly name: string;
  /** The key, in base64 as the name server has it. */
  readonly secret: SecretKey;
  /**
   * Algorithm of the key.
   *
   * @default TsigAlgorithm.HMAC_SHA256
   */
  readonly algorithm?: TsigAlgorithm;
}

/** Any name server that takes dynamic updates (RFC 2136), such as BIND. */
export interface Rfc2136Provider {
  /** Address of the name server, with a port if it is not 53: `10.0.0.53`, `ns.example.com:5353`, `[fd00::53]:53`. */
  readonly nameserver: string;
  /**
   * The key that updates are signed with.
   *
   * @default - updates are not signed
   */
  readonly tsig?: TsigKey;
  /**
   * Whether updates go over TCP.
   *
   * @default false
   */
  readonly tcp?: boolean;
}

/** An acme-dns server, which answers challenges for names that are delegated to it. */
export interface AcmeDnsServerProvider {
  /** URL of the server. */
  readonly host: string;
  /** The accounts, in JSON as acme-dns hands them out. */
  readonly account: SecretKey;
}

/** A solver of somebody else's that runs in the cluster as a webhook. */
export interface DnsWebhookProvider {
  /** API group of the webhook. */
  readonly groupName: string;
  /** Name of the solver in the webhook. */
  readonly solverName: string;
  /**
   * Configuration that is passed on; credentials belong in Secrets that it names.
   *
   * @default - none
   */
  readonly config?: { readonly [field: string]: unknown };
}

/** Who serves the domain, and so can be told to answer a DNS-01 challenge. */
export class AcmeDnsProvider {
  /** Cloudflare, with an API token that may edit the zone's records. */
  public static cloudflare(apiToken: SecretKey): AcmeDnsProvider {
    return new AcmeDnsProvider({ cloudflare: { apiTokenSecretRef: secretKeyRef(apiToken) } });
  }

  /** Cloudflare, with an account's global API key; a token can be limited to one zone and is better. */
  public static cloudflareApiKey(email: string, apiKey: SecretKey): AcmeDnsProvider {
    return new AcmeDnsProvider({ cloudflare: { email, apiKeySecretRef: secretKeyRef(apiKey) } });
  }

  /** Amazon Route 53. */
  public static route53(options: Route53Provider = {}): AcmeDnsProvider {
    const { region, hostedZoneId, role, accessKeyId, secretAccessKey, serviceAccountName } = options;
    return new AcmeDnsProvider({
      route53: {
        region,
        hostedZoneId,
        role,
        accessKeyIdSecretRef: accessKeyId && secretKeyRef(accessKeyId),
        secretAccessKeySecretRef: secretAccessKey && secretKeyRef(secretAccessKey),
        auth:
          serviceAccountName === undefined
            ? undefined
            : { kubernetes: { serviceAccountRef: { name: serviceAccountName } } },
      },
    });
  }

  /** Akamai Edge DNS. */
  public static akamai(options: AkamaiProvider): AcmeDnsProvider {
    const { serviceConsumerDomain, clientToken, clientSecret, accessToken } = options;
    return new AcmeDnsProvider({
      akamai: {
        serviceConsumerDomain,
        clientTokenSecretRef: secretKeyRef(clientToken),
        clientSecretSecretRef: secretKeyRef(clientSecret),
        accessTokenSecretRef: secretKeyRef(accessToken),
      },
    });
  }

  /** Google Cloud DNS. */
  public static cloudDns(options: CloudDnsProvider): AcmeDnsProvider {
    const { project, hostedZoneName, serviceAccountKey } = options;
    return new AcmeDnsProvider({
      cloudDns: {
        project,
        hostedZoneName,
        serviceAccountSecretRef: serviceAccountKey && secretKeyRef(serviceAccountKey),
      },
    });
  }

  /** Azure DNS. */
  public static azureDns(options: AzureDnsProvider): AcmeDnsProvider {
    const { cloud, auth, ...zone } = options;
    return new AcmeDnsProvider({
      azureDns: { ...zone, environment: environmentOf(cloud), ...auth?._spec },
    });
  }

  /** DigitalOcean. */
  public static digitalOcean(token: SecretKey): AcmeDnsProvider {
    return new AcmeDnsProvider({ digitalocean: { tokenSecretRef: secretKeyRef(token) } });
  }

  /** Any name server that takes dynamic updates (RFC 2136). */
  public static rfc2136(options: Rfc2136Provider): AcmeDnsProvider {
    const { nameserver, tsig, tcp } = options;
    return new AcmeDnsProvider({
      rfc2136: {
        nameserver,
        protocol: tcp === true ? IssuerSpecAcmeSolversDns01Rfc2136Protocol.TCP : undefined,
        ...(tsig !== undefined && {
          tsigKeyName: tsig.name,
          tsigAlgorithm: tsig.algorithm ?? TsigAlgorithm.HMAC_SHA256,
          tsigSecretSecretRef: secretKeyRef(tsig.secret),
        }),
      },
    });
  }

  /** An acme-dns server. */
  public static acmeDns(options: AcmeDnsServerProvider): AcmeDnsProvider {
    const { host, account } = options;
    return new AcmeDnsProvider({ acmeDns: { host, accountSecretRef: secretKeyRef(account) } });
  }

  /** A webhook in the cluster. */
  public static webhook(options: DnsWebhookProvider): AcmeDnsProvider {
    return new AcmeDnsProvider({ webhook: options });
  }

  private constructor(
    /** @internal */
    public readonly _spec: IssuerSpecAcmeSolversDns01,
  ) {}
}

function environmentOf(cloud: AzureCloud | undefined): IssuerSpecAcmeSolversDns01AzureDnsEnvironment | undefined {
  switch (cloud) {
    case undefined:
      return undefined;
    case AzureCloud.PUBLIC:
      return IssuerSpecAcmeSolversDns01AzureDnsEnvironment.AZURE_PUBLIC_CLOUD;
    case AzureCloud.CHINA:
      return IssuerSpecAcmeSolversDns01AzureDnsEnvironment.AZURE_CHINA_CLOUD;
    case AzureCloud.US_GOVERNMENT:
      return IssuerSpecAcmeSolversDns01AzureDnsEnvironment.AZURE_US_GOVERNMENT_CLOUD;
  }
}
