import { type CertificateAliasName, governingServiceName, statsServiceName } from './names';

/** The domain that cluster DNS names end in, unless the cluster was set up otherwise. */
export const CLUSTER_DOMAIN = 'cluster.local';

/** DNS names and addresses that a certificate must be valid for. */
export interface ServerNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * Names under which clients inside the cluster reach what this certificate is for: every form in which cluster DNS resolves the
 * Services and pods. A client certificate has none.
 */
export function clusterNames(alias: CertificateAliasName, name: string, namespace: string): ServerNames {
  switch (alias) {
    case 'client':
      return { dnsNames: [], ipAddresses: [] };
    case 'server':
      return {
        dnsNames: [
          'localhost',
          ...forms(name, namespace),
          `*.${name}.${namespace}.svc`,
          ...podForms(name, namespace),
          ...forms(governingServiceName(name), namespace),
        ].sort(),
        ipAddresses: ['127.0.0.1'],
      };
    case 'metrics-exporter':
      return {
        dnsNames: ['localhost', ...forms(statsServiceName(name), namespace), ...podForms(name, namespace)].sort(),
        ipAddresses: ['127.0.0.1'],
      };
  }
}

/** The forms of a Service's name, from the shortest to the whole. */
function forms(service: string, namespace: string): string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.${CLUSTER_DOMAIN}`,
  ];
}

/** The forms of all pods' names: a wildcard in each. */
function podForms(name: string, namespace: string): string[] {
  return forms(governingServiceName(name), namespace).map((form) => `*.${form}`);
}
