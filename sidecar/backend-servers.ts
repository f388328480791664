import { HOSTGROUPS } from '../lib/cnf/hostgroups';
import { type ReportedServer } from '../lib/graph/pod-report';

/** What ProxySQL has about its servers. */
export interface ServerTables {
  /** Hostgroup, host, port and status. */
  readonly servers: readonly (readonly string[])[];
  /** Host, port and error (empty where there was none) of pings, the newest first. */
  readonly pings: readonly (readonly string[])[];
  /** The same of the checks by which members of a cluster are sorted into hostgroups. */
  readonly clusterChecks: readonly (readonly string[])[];
}

/**
 * What they come to. A server is in service where ProxySQL has it online in another hostgroup than the one for what is offline: a member that
 * is shunned as a writer goes on as a reader. A single ping that failed says nothing yet, unless there was no other.
 */
export function judgeServers({ servers, pings, clusterChecks }: ServerTables): ReportedServer[] {
  const addresses = [...new Set(servers.map(([, host, port]) => `${host}:${port}`))].sort();
  return addresses.map((address) => {
    const rows = servers.filter(([, host, port]) => `${host}:${port}` === address);
    const inService = rows.some(
      ([hostgroup, , , status]) => status === 'ONLINE' && hostgroup !== String(HOSTGROUPS.offline),
    );
    const [ping, pingBefore = ping] = errorsOf(pings, address);
    const pingTrouble = ping && pingBefore ? ping : undefined;
    // Failed checks of clusters are dated otherwise than good ones, so that the newest cannot be told: they only say why it is offline.
    const trouble = inService
      ? pingTrouble
      : (errorsOf(clusterChecks, address).find((error) => error !== '') ?? pingTrouble ?? `it is ${statesOf(rows)}`);
    return { address, inService, ...(trouble !== undefined && { trouble }) };
  });
}

function errorsOf(checks: ServerTables['pings'], address: string): string[] {
  return checks.flatMap(([host, port, error = '']) => (`${host}:${port}` === address ? [error] : []));
}

function statesOf(rows: ServerTables['servers']): string {
  return rows.map(([hostgroup, , , status]) => `${status} in hostgroup ${hostgroup}`).join(', ');
}
