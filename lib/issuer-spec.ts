import { type IssuerSpec } from '../imports/cert-manager.io';
import { AcmeServer } from './acme-solver';
import { base64 } from './issuer-ca-bundle';
import {
  type AcmeIssuerProps,
  type CaIssuerProps,
  type SelfSignedIssuerProps,
  type VaultIssuerProps,
  type VenafiIssuerProps,
} from './issuer-props';
import { secretKeyRef } from './issuer-secret-key';
import { nameWithSuffix } from './names';

/** The spec of a self-signing issuer. */
export function selfSignedSpec({ crlDistributionPoints }: SelfSignedIssuerProps): IssuerSpec {
  return { selfSigned: { crlDistributionPoints } };
}

/** The spec of an issuer that signs with a CA in a Secret. */
export function caSpec(props: CaIssuerProps): IssuerSpec {
  const { secretName, crlDistributionPoints, ocspServers, issuingCertificateUrls } = props;
  return { ca: { secretName, crlDistributionPoints, ocspServers, issuingCertificateUrLs: issuingCertificateUrls } };
}

/** The spec of an issuer that asks an ACME server. */
export function acmeSpec(name: string, props: AcmeIssuerProps): IssuerSpec {
  const { externalAccountBinding: binding, server = AcmeServer.LETS_ENCRYPT } = props;
  return {
    acme: {
      server: server.url,
      email: props.email,
      privateKeySecretRef: { name: props.accountKeySecretName ?? nameWithSuffix(name, 'account') },
      solvers: props.solvers.map((solver) => solver._spec),
      externalAccountBinding: binding && { keyId: binding.keyId, keySecretRef: secretKeyRef(binding.key) },
      caBundle: base64(props.caBundle),
      preferredChain: props.preferredChain,
      profile: props.profile,
      enableDurationFeature: props.enableDuration,
    },
  };
}

/** The spec of an issuer that asks Vault. */
export function vaultSpec(props: VaultIssuerProps): IssuerSpec {
  const { server, path, auth, vaultNamespace: namespace, caBundle, serverName } = props;
  return { vault: { server, path, auth: auth._spec, namespace, caBundle: base64(caBundle), serverName } };
}

/** The spec of an issuer that asks CyberArk Certificate Manager. */
export function venafiSpec({ zone, connection }: VenafiIssuerProps): IssuerSpec {
  return { venafi: { zone, ...connection._spec } };
}
