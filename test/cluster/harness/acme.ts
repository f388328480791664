import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { acmeZone } from '../driver/control-plane';
import { type ClusterState } from '../driver/state';

/** The spec of an Issuer that has certificates from the cluster's ACME server. It vouches for names below `zone` only. */
export interface AcmeService {
  readonly zone: string;
  /** URL of the directory. */
  readonly directory: string;
  /** PEM of the authority that vouches for the ACME server itself, not of the one that it issues with. */
  readonly ca: string;
  /** Where its challenges are answered: host and port of a name server that takes dynamic updates. */
  readonly nameserver: string;
  readonly issuerSpec: Readonly<Record<string, unknown>>;
}

/** The ACME server of a cluster, and how to answer its challenges: by dynamic updates of a name server. */
export function acmeService(cluster: ClusterState): AcmeService {
  const directory = `https://${cluster.host}:${cluster.ports.acme}/dir`;
  const ca = readFileSync(join(cluster.directory, 'pki', 'ca.crt'), 'utf8');
  const nameserver = `${cluster.host}:${cluster.ports.dns}`;
  const solver = {
    // Its own check succeeds at once too, but is followed by a minute's rest.
    waitInsteadOfSelfCheck: '0s',
    selector: { dnsZones: [acmeZone] },
    dns01: { rfc2136: { nameserver } },
  };
  const issuerSpec = {
    acme: {
      server: directory,
      caBundle: Buffer.from(ca).toString('base64'),
      email: 'nobody@acme.test',
      privateKeySecretRef: { name: 'acme-account' },
      solvers: [solver],
    },
  };
  return { zone: acmeZone, directory, ca, nameserver, issuerSpec };
}

/** PEM of the root that the ACME server issues below: it is another one each time the server starts. */
export async function acmeRoot(cluster: ClusterState, fetchText: (url: string) => Promise<string>): Promise<string> {
  return fetchText(`https://${cluster.host}:${cluster.ports.acmeManagement}/roots/0`);
}
