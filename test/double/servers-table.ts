import net from 'node:net';
import { type Answer } from './connection';
import { type ServerRow } from './settings';

const CONNECT_TIMEOUT_MS = 1000;
const LAYER = /FROM (MONITOR\.)?(RUNTIME_MYSQL_SERVERS|MYSQL_SERVER_(?:PING|GROUP_REPLICATION|GALERA)_LOG)\b/;

/**
 * Servers of the database and what ProxySQL's monitor finds. A server that nobody can connect to stays online where no cluster is checked, and
 * the log of pings tells why.
 */
export class ServersTable {
  private readonly errors = new Map<ServerRow, string>();

  constructor(private readonly servers: readonly ServerRow[]) {}

  /** Connects to each of them, once. */
  check(): void {
    for (const server of this.servers) {
      const [, host, port] = server;
      const socket = net.connect({ host, port: Number(port), timeout: CONNECT_TIMEOUT_MS });
      const failed = (): void => {
        this.errors.set(server, `Can't connect to server on '${host}' (115)`);
        socket.destroy();
      };
      socket.once('error', failed).once('timeout', failed);
      socket.once('connect', () => socket.destroy());
    }
  }

  /** Undefined for what is about something else. */
  answer(normalized: string): Answer | undefined {
    switch (LAYER.exec(normalized)?.[2]) {
      case undefined:
        return undefined;
      case 'RUNTIME_MYSQL_SERVERS':
        return {
          columns: ['hostgroup_id', 'hostname', 'port', 'status'],
          rows: this.servers.map(([hostgroup, host, port]) => [hostgroup, host, port, 'ONLINE']),
        };
      case 'MYSQL_SERVER_PING_LOG':
        return {
          columns: ['hostname', 'port', 'ping_error'],
          rows: [...this.errors].map(([[, host, port], error]) => [host, port, error]),
        };
      default:
        return { columns: ['hostname', 'port', 'error'], rows: [] };
    }
  }
}
