import { type KubernetesObject } from '../kubernetes';
import { type CertificateAliasName } from '../names';
import { type ExpectedNames, type Proof, type TlsSecretData } from '../proof/proof';
import { proveTlsSecret } from '../proof/prove';

/** Proves a Secret as the API server sends it, with its data in base64. */
export function proveSecret(
  secret: KubernetesObject,
  alias: CertificateAliasName,
  expected: ExpectedNames,
  now: number,
): Proof {
  return proveTlsSecret({ data: decode(secret.data), alias, expected, now });
}

function decode(data: unknown): TlsSecretData {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, Buffer.from(value, 'base64')]] : [])),
  );
}
