import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PodReport, readPodReport } from '../../../lib/graph/pod-report';
import { type CertificateAliasName } from '../../../lib/names';
import { type AdminOptions } from '../../../runtime/mysql/admin';
import { mysqlTlsHandshake, type Presented } from '../../../runtime/mysql/handshake';
import { NODE_ENVIRONMENT, SIDECAR_NODE_FLAGS } from '../../../lib/objects/programs';
import { type Status } from '../../../sidecar/status';
import { SERVER_NAMES } from './pki';
import { freePorts } from './ports';
import { bundle, Program, type ProxySqlProgram } from './programs';
import { mountSecret, type SecretData } from './secret-mount';
import { eventually } from './wait';

/** Passwords that must never appear in what the sidecar writes. */
export const PASSWORDS = {
  admin: 'AdminPw4711',
  monitor: 'MonitorPw4711',
  app: 'AppPw4711',
} as const;

export interface PodOptions {
  /** @default - TLS is required */
  readonly tls?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** What is in the configuration besides. */
  readonly configuration?: string;
  /** What is among the MySQL variables besides, given the pod's folder. */
  readonly variables?: (folder: string) => string;
}

interface Ports {
  readonly db: number;
  readonly admin: number;
  readonly rest: number;
  readonly metrics: number;
  readonly http: number;
  readonly report: number;
  /** ProxySQL's own for PostgreSQL, from 3.0 on: open on ports that every ProxySQL of this machine would share, unless they are moved. */
  readonly pgsql: number;
  readonly pgsqlAdmin: number;
}

/** A ProxySQL and its sidecar as two processes on this machine, with folders in place of volumes. */
export class Pod {
  sidecar: Program | undefined;
  proxysql: Program | undefined;

  private constructor(
    readonly folder: string,
    readonly ports: Ports,
    private readonly program: ProxySqlProgram,
    private readonly options: PodOptions,
  ) {}

  static async create(program: ProxySqlProgram, options: PodOptions = {}): Promise<Pod> {
    const folder = mkdtempSync(path.join(tmpdir(), 'pod-'));
    const [db = 0, admin = 0, rest = 0, metrics = 0, http = 0, report = 0, ...postgresql] = await freePorts(8);
    const [pgsql = 0, pgsqlAdmin = 0] = postgresql;
    const ports = { db, admin, rest, metrics, http, report, pgsql, pgsqlAdmin };
    const pod = new Pod(folder, ports, program, options);
    mkdirSync(pod.path('data'));
    pod.mountConfiguration(options.configuration);
    mountSecret(pod.path('auth'), { username: 'cluster', password: PASSWORDS.admin });
    mountSecret(pod.path('monitor'), { username: 'proxysql', password: PASSWORDS.monitor });
    mountSecret(pod.path('users'), { app: PASSWORDS.app });
    return pod;
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Mounts the configuration anew, with more in it. */
  mountConfiguration(more = ''): void {
    mountSecret(this.path('config'), { 'proxysql.cnf': this.configuration() + more });
  }

  /** Mounts the Secret of a certificate, or replaces it. */
  mountCertificate(alias: CertificateAliasName, data: SecretData): void {
    mountSecret(this.path(alias), data);
  }

  startSidecar(): Program {
    const names = { dnsNames: SERVER_NAMES, ipAddresses: ['127.0.0.1'] };
    this.sidecar = new Program([process.execPath, ...SIDECAR_NODE_FLAGS, bundle('sidecar/main.ts')], {
      env: {
        ...NODE_ENVIRONMENT,
        EXPECTED_NAMES: JSON.stringify(
          this.options.tls === false ? {} : { server: names, client: {}, 'metrics-exporter': names },
        ),
        RUN_DIR: this.path('run'),
        DATA_DIR: this.path('data'),
        CONFIG_DIR: this.path('config'),
        AUTH_DIR: this.path('auth'),
        MONITOR_DIR: this.path('monitor'),
        USERS_DIR: this.path('users'),
        INIT_DIR: this.path('init'),
        BACKEND_CERT_DIR: this.path('backend'),
        SERVER_CERT_DIR: this.path('server'),
        CLIENT_CERT_DIR: this.path('client'),
        METRICS_CERT_DIR: this.path('metrics-exporter'),
        DB_PORT: String(this.ports.db),
        ADMIN_PORT: String(this.ports.admin),
        REST_PORT: String(this.ports.rest),
        METRICS_PORT: String(this.ports.metrics),
        SIDECAR_PORT: String(this.ports.http),
        REPORT_PORT: String(this.ports.report),
        LOG_LEVEL: 'trace',
        ...this.options.env,
      },
    });
    return this.sidecar;
  }

  /** Starts ProxySQL as its container does. */
  startProxysql(): Program {
    this.proxysql = new Program(
      [...this.program.command, '-f', '--initial', '-c', this.path('run', 'proxysql.cnf'), '-D', this.path('data')],
      { cwd: this.path('data') },
    );
    return this.proxysql;
  }

  /** Starts both, in the order in which a kubelet does. */
  async start(): Promise<void> {
    this.startSidecar();
    await this.gateOpen();
    this.startProxysql();
    await this.ready();
  }

  async gateOpen(): Promise<void> {
    await eventually('the gate opens', async () => (await this.get('/startup')).status === 200);
  }

  async ready(): Promise<void> {
    await eventually('the pod is ready', async () => {
      const answer = await this.get('/ready');
      if (answer.status !== 200) {
        throw new Error(await answer.text());
      }
      return true;
    });
  }

  async get(route: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.ports.http}${route}`, { headers });
  }

  async status(): Promise<Status> {
    return (await (await this.get('/status')).json()) as Status;
  }

  /** What the operator is told. */
  async report(): Promise<PodReport> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.report}/report`);
    return readPodReport(await answer.text());
  }

  async presented(): Promise<Presented> {
    return await mysqlTlsHandshake({ host: '127.0.0.1', port: this.ports.db });
  }

  /** Waits until a certificate is served. */
  async serves(fingerprint: string): Promise<void> {
    await eventually(
      'the certificate is served',
      async () => (await this.presented()).leaf.fingerprint === fingerprint,
    );
  }

  admin(): AdminOptions {
    return { port: this.ports.admin, username: 'cluster', password: PASSWORDS.admin };
  }

  async destroy(): Promise<void> {
    await Promise.all([this.sidecar?.stop('SIGKILL'), this.proxysql?.stop('SIGKILL')]);
    rmSync(this.folder, { recursive: true });
  }

  /** A rendered configuration but for its ports. */
  private configuration(): string {
    return `datadir="${this.path('data')}"
admin_variables=
{
  mysql_ifaces="127.0.0.1:${this.ports.admin}"
  pgsql_ifaces="127.0.0.1:${this.ports.pgsqlAdmin}"
  restapi_enabled=true
  restapi_port=${this.ports.rest}
}
mysql_variables=
{
  threads=4
  interfaces="127.0.0.1:${this.ports.db}"
  have_ssl=${this.options.tls !== false}
  ${this.options.variables?.(this.folder) ?? ''}
}
pgsql_variables= { threads=1 interfaces="127.0.0.1:${this.ports.pgsql}" }
mysql_users=
(
  { username="app" use_ssl=${this.options.tls === false ? 0 : 1} default_hostgroup=0 active=1 }
)
`;
  }
}
