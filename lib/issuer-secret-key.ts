/**
 * One value in a Secret. Credentials are always given like this, never as text: what is synthesized goes to Git.
 */
export interface SecretKey {
  /** Name of the Secret; for a ClusterIssuer it lies in cert-manager's namespace. */
  readonly secretName: string;
  /** Key of the value in the Secret. */
  readonly key: string;
}

/** As cert-manager reads it. */
export function secretKeyRef(value: SecretKey): { name: string; key: string } {
  return { name: value.secretName, key: value.key };
}
