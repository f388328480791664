import { type CnfDocument, type CnfGroup, lookUp, lookUpString } from '../lib/cnf/ast';
import { parseCnf } from '../lib/cnf/parser';
import { sqlQuoted } from '../lib/cnf/sql-quoting';
import { writeCnf } from '../lib/cnf/writer';

/** A ProxySQL of the cluster, as `proxysql_servers` has it. */
export interface Peer {
  readonly hostname: string;
  readonly port: number;
  readonly weight: number;
  readonly comment: string;
}

/** A configuration in two parts: what takes effect while ProxySQL runs, and what it reads when it starts. */
export interface SplitConfiguration {
  /** Undefined where the configuration says nothing about peers: those of ProxySQL are left alone then. */
  readonly peers?: readonly Peer[];
  /** Everything else. */
  readonly rest: string;
}

const PEERS_TABLE = 'proxysql_servers';
const DEFAULT_ADMIN_PORT = 6032;

/**
 * Takes the peers out of a configuration.
 * @throws CnfSyntaxError
 */
export function splitConfiguration(cnf: string): SplitConfiguration {
  const document = parseCnf(cnf);
  const list = lookUp(document, PEERS_TABLE);
  const rest: CnfDocument = document.filter(({ name }) => name !== PEERS_TABLE);
  return {
    ...(list?.kind === 'list' && { peers: list.items.filter((item) => item.kind === 'group').map(peerOf) }),
    rest: writeCnf(rest),
  };
}

function peerOf({ settings }: CnfGroup): Peer {
  const integer = (name: string, otherwise: number): number => {
    const value = lookUp(settings, name);
    return value?.kind === 'integer' ? value.value : otherwise;
  };
  return {
    hostname: lookUpString(settings, 'hostname') ?? '',
    port: integer('port', DEFAULT_ADMIN_PORT),
    weight: integer('weight', 0),
    comment: lookUpString(settings, 'comment') ?? '',
  };
}

/** Whether both lists name the same peers, in whatever order. The last one of the same host and port counts. */
export function samePeers(left: readonly Peer[], right: readonly Peer[]): boolean {
  const [one, other] = [left, right].map((peers) => new Map(peers.map((peer) => [keyOf(peer), rowOf(peer)]))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  return one.size === other.size && [...one].every(([key, row]) => other.get(key) === row);
}

/**
 * The commands that make these the peers. Only this one table is loaded: loading another would stamp what this ProxySQL happens to have as
 * the newest of the cluster, and its peers would take it over.
 */
export function commandsFor(peers: readonly Peer[]): string[] {
  const rows = [...new Map(peers.map((peer) => [keyOf(peer), rowOf(peer)])).values()];
  return [
    `DELETE FROM ${PEERS_TABLE}`,
    ...(rows.length === 0
      ? []
      : [`INSERT INTO ${PEERS_TABLE} (hostname, port, weight, comment) VALUES ${rows.join(', ')}`]),
    'LOAD PROXYSQL SERVERS TO RUNTIME',
  ];
}

/** The query for what ProxySQL goes by; `peersFromRows` reads its answer. */
export const RUNTIME_PEERS_QUERY = `SELECT hostname, port, weight, comment FROM runtime_${PEERS_TABLE}`;

/** Reads the rows of `RUNTIME_PEERS_QUERY`. */
export function peersFromRows(rows: readonly (readonly string[])[]): Peer[] {
  return rows.map(([hostname = '', port, weight, comment = '']) => ({
    hostname,
    port: Number(port),
    weight: Number(weight),
    comment,
  }));
}

function keyOf({ hostname, port }: Peer): string {
  return JSON.stringify([hostname, port]);
}

function rowOf({ hostname, port, weight, comment }: Peer): string {
  return `('${sqlQuoted(hostname, "'")}', ${port}, ${weight}, '${sqlQuoted(comment, "'")}')`;
}

/** What deciding about peers looks at. */
export interface PeersSituation {
  /** What the mounted configuration names; undefined where it says nothing. */
  readonly wanted?: readonly Peer[];
  /** What was wanted when ProxySQL was last seen to go by it. */
  readonly settled?: readonly Peer[];
  /** What ProxySQL goes by; undefined until it was asked since the last change. */
  readonly runtime?: readonly Peer[];
  /** Whether the commands were given since the last failure. */
  readonly applied: boolean;
}

export type PeersStep = 'nothing' | 'look' | 'apply' | 'settle' | 'fail';

/**
 * Says what to do next about the peers. Once ProxySQL was seen to go by a list, it is left alone until the list changes: its peers, whose
 * Secrets may be newer, may change the table as well, and two that both insist would never agree.
 */
export function decidePeers({ wanted, settled, runtime, applied }: PeersSituation): PeersStep {
  if (wanted === undefined || (settled !== undefined && samePeers(wanted, settled))) {
    return 'nothing';
  }
  if (runtime === undefined) {
    return 'look';
  }
  if (samePeers(wanted, runtime)) {
    return 'settle';
  }
  return applied ? 'fail' : 'apply';
}
