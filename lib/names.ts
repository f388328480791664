/**
 * Names of the objects that belong to a ProxySQL. They are KubeDB's, since users and scripts see them.
 */

/** Kubernetes' limit for DNS labels, and so for the names of Services and pods. */
export const MAX_NAME_LENGTH = 63;

/** What a certificate is for. */
export type CertificateAliasName = 'server' | 'client' | 'metrics-exporter';

/** All aliases, in the order in which they are listed and created. */
export const CERTIFICATE_ALIASES: readonly CertificateAliasName[] = ['server', 'client', 'metrics-exporter'];

/**
 * Joins a name and a suffix with a hyphen within 63 characters: the name is cut, the suffix stays whole; a suffix that fills the limit alone keeps its end.
 */
export function nameWithSuffix(name: string, suffix: string): string {
  if (suffix.length >= MAX_NAME_LENGTH) {
    return trimHyphens(suffix.slice(-MAX_NAME_LENGTH));
  }
  return trimHyphens(`${name.slice(0, MAX_NAME_LENGTH - suffix.length - 1)}-${suffix}`);
}

function trimHyphens(value: string): string {
  return value.replace(/^-+|-+$/g, '');
}

/** The headless Service that gives pods their DNS names. */
export function governingServiceName(name: string): string {
  return nameWithSuffix(name, 'pods');
}

/** The Service (and ServiceMonitor) for metrics. */
export function statsServiceName(name: string): string {
  return nameWithSuffix(name, 'stats');
}

/** The auth Secret, unless `spec.authSecret.name` gives another. */
export function authSecretName(name: string): string {
  return nameWithSuffix(name, 'auth');
}

/** The Secret with the account that ProxySQL monitors the database with. */
export function monitorSecretName(name: string): string {
  return nameWithSuffix(name, 'monitor');
}

/** The Secret that holds the credential-free configuration. */
export function configurationSecretName(name: string): string {
  return nameWithSuffix(name, 'configuration');
}

/** The Secret with the passwords (or their hashes) of the users in `spec.configuration.init.inline`. */
export function usersSecretName(name: string): string {
  return nameWithSuffix(name, 'users');
}

/** A Certificate, and the TLS Secret it issues into unless the entry in `spec.tls.certificates` names another. */
export function certificateName(name: string, alias: CertificateAliasName): string {
  return nameWithSuffix(name, `${alias}-cert`);
}

/** A pod of the StatefulSet. */
export function podName(name: string, ordinal: number): string {
  return `${name}-${ordinal}`;
}

/** The name that peers use for a pod. */
export function podHost(name: string, namespace: string, ordinal: number): string {
  return `${podName(name, ordinal)}.${governingServiceName(name)}.${namespace}.svc`;
}
