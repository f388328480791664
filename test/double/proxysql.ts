import http from 'node:http';
import net from 'node:net';
import { CertificateFilesError, type LoadedCertificates, loadCertificates } from './certificate-files';
import { type Answer, Connection, type Port } from './connection';
import { PeersTable } from './peers-table';
import { ServersTable } from './servers-table';
import { type Address, type Settings } from './settings';

export const VERSION = '2.7.2-double';

/** PAUSE answers when the last thread has noticed. */
const PAUSE_MS_PER_THREAD = 1000;

/** A running double: MySQL port, admin port, and the REST interface where it is asked for. */
export class ProxySqlDouble {
  private certificates: LoadedCertificates;
  private readonly startedAt = Date.now();
  private readonly connections = new Set<number>();
  private created = 0;
  private lastId = 0;
  private paused = false;
  private listeners: net.Server[] = [];
  private readonly peers: PeersTable;
  private readonly servers: ServersTable;

  /** @throws CertificateFilesError when the certificate files are not to its liking */
  constructor(
    private readonly settings: Settings,
    private readonly dataDir: string,
  ) {
    this.certificates = loadCertificates(dataDir);
    this.peers = new PeersTable(settings.peers);
    this.servers = new ServersTable(settings.servers);
  }

  async start(): Promise<void> {
    await Promise.all(this.settings.admin.map((address) => this.listen(address, this.adminPort())));
    await this.openMysqlPorts();
    this.servers.check();
    if (this.settings.rest !== undefined) {
      const { host, port } = this.settings.rest;
      const server = http.createServer((request, response) => this.rest(request, response));
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    }
  }

  private async openMysqlPorts(): Promise<void> {
    this.listeners = await Promise.all(this.settings.mysql.map((address) => this.listen(address, this.mysqlPort())));
  }

  private async listen(address: Address, port: CountedPort): Promise<net.Server> {
    const server = net.createServer({ noDelay: true }, (socket) => {
      const id = ++this.lastId;
      if (port.counted) {
        this.created += 1;
        this.connections.add(id);
      }
      new Connection(socket, port, id)
        .run()
        .catch(() => socket.destroy())
        .finally(() => this.connections.delete(id));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address.port, address.host, resolve);
    });
    return server;
  }

  private mysqlPort(): CountedPort {
    const { users, serverVersion, defaultPlugin, haveSsl } = this.settings;
    return {
      counted: true,
      serverVersion,
      plugin: defaultPlugin,
      tls: () => (haveSsl || defaultPlugin === 'caching_sha2_password' ? this.certificates : undefined),
      findUser: (username) => users.find((user) => user.username === username),
      answer: (sql, connection) => this.query(sql, connection.id),
    };
  }

  private adminPort(): CountedPort {
    const { adminCredentials, haveSsl } = this.settings;
    return {
      counted: false,
      serverVersion: '8.0.11',
      plugin: 'mysql_native_password',
      tls: () => (haveSsl ? this.certificates : undefined),
      findUser: (username) => {
        const password = adminCredentials.get(username);
        return password === undefined ? undefined : { username, password, useSsl: false };
      },
      answer: (sql) => this.command(sql),
    };
  }

  /** What ProxySQL answers by itself, without a backend; anything else waits for one until it is a failure. */
  private async query(sql: string, id: number): Promise<Answer> {
    const normalized = normalize(sql);
    if (normalized === 'SELECT CONNECTION_ID()') {
      return row('CONNECTION_ID()', String(id));
    }
    const sleep = /^SELECT SLEEP\((\d+(?:\.\d+)?)\)$/.exec(normalized);
    if (sleep !== null) {
      await new Promise((resolve) => setTimeout(resolve, Number(sleep[1]) * 1000));
      return row('SLEEP', '0');
    }
    if (/^SELECT (1|@@VERSION|VERSION\(\))$/.test(normalized)) {
      return row(normalized.slice('SELECT '.length), normalized === 'SELECT 1' ? '1' : this.settings.serverVersion);
    }
    if (/^(SET|BEGIN|COMMIT|ROLLBACK)\b/.test(normalized)) {
      return { ok: true };
    }
    return { code: 9001, error: 'Max connect timeout reached while reaching hostgroup 0 after 10000ms' };
  }

  private async command(sql: string): Promise<Answer> {
    const normalized = normalize(sql);
    switch (normalized) {
      case 'PROXYSQL RELOAD TLS':
        return this.reload();
      case 'PROXYSQL PAUSE':
        return await this.pause();
      case 'PROXYSQL RESUME':
        if (this.paused) {
          this.paused = false;
          await this.openMysqlPorts();
        }
        return { ok: true };
      case 'PROXYSQL KILL':
        return process.exit(0);
      case 'SELECT @@VERSION':
      case 'SELECT VERSION()':
        return row('@@version', VERSION);
      case 'SELECT 1':
        return row('1', '1');
    }
    return this.peers.answer(sql) ?? this.servers.answer(normalized) ?? this.select(normalized);
  }

  private reload(): Answer {
    try {
      this.certificates = loadCertificates(this.dataDir);
      return { ok: true };
    } catch (error) {
      if (error instanceof CertificateFilesError) {
        return { error: `ProxySQL Admin Error: ${error.message}` };
      }
      throw error;
    }
  }

  private async pause(): Promise<Answer> {
    if (this.paused) {
      return { error: 'ProxySQL Admin Error: ProxySQL MySQL module is already paused, impossible to pause' };
    }
    this.paused = true;
    // Refuses new connections from now on, and keeps those that are there.
    this.listeners.forEach((server) => server.close());
    this.listeners = [];
    await new Promise((resolve) => setTimeout(resolve, this.settings.threads * PAUSE_MS_PER_THREAD));
    return { ok: true };
  }

  private select(normalized: string): Answer {
    if (/FROM (STATS\.)?STATS_MYSQL_PROCESSLIST/.test(normalized)) {
      return row('COUNT(*)', String(this.connections.size));
    }
    if (/FROM RUNTIME_GLOBAL_VARIABLES/.test(normalized)) {
      const name = /VARIABLE_NAME ?= ?'([^']+)'/.exec(normalized)?.[1];
      return name === 'MYSQL-HAVE_SSL' ? row('variable_value', String(this.settings.haveSsl)) : none();
    }
    if (/FROM (STATS\.)?STATS_MYSQL_GLOBAL/.test(normalized)) {
      const name = /VARIABLE_NAME ?= ?'([^']+)'/.exec(normalized)?.[1];
      const value = new Map<string | undefined, number | boolean>([
        ['CLIENT_CONNECTIONS_CONNECTED', this.connections.size],
        ['CLIENT_CONNECTIONS_CREATED', this.created],
        ['MYSQL_LISTENER_PAUSED', this.paused],
        ['PROXYSQL_UPTIME', Math.floor((Date.now() - this.startedAt) / 1000)],
      ]).get(name);
      return value === undefined ? none() : row('Variable_Value', String(value));
    }
    return { code: 1045, error: `ProxySQL Admin Error: near "${normalized.split(' ')[0] ?? ''}": syntax error` };
  }

  private rest(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
      .end(
        [
          '# HELP proxysql_uptime_seconds_total The total uptime of ProxySQL.',
          '# TYPE proxysql_uptime_seconds_total counter',
          `proxysql_uptime_seconds_total ${Math.floor((Date.now() - this.startedAt) / 1000)}`,
          '# HELP proxysql_mysql_listener_paused MySQL listener paused because of PROXYSQL PAUSE.',
          '# TYPE proxysql_mysql_listener_paused gauge',
          `proxysql_mysql_listener_paused ${this.paused ? 1 : 0}`,
          `proxysql_client_connections_connected ${this.connections.size}`,
          `proxysql_client_connections_total{status="created"} ${this.created}`,
          '',
        ].join('\n'),
      );
  }
}

interface CountedPort extends Port {
  /** Whether connections to it count as client connections. */
  readonly counted: boolean;
}

/** SQL in one form: single spaces, upper case, no final semicolon. */
function normalize(sql: string): string {
  return sql.trim().replace(/\s+/g, ' ').replace(/;$/, '').toUpperCase();
}

function row(column: string, value: string): Answer {
  return { columns: [column], rows: [[value]] };
}

function none(): Answer {
  return { columns: ['Variable_Value'], rows: [] };
}
