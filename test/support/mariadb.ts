import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { Program } from '../sidecar/support/programs';
import { freePorts } from '../sidecar/support/ports';
import { eventually } from '../sidecar/support/wait';

/** How a MariaDB is started. */
export interface MariaDbOptions {
  /** Address that it listens on. @default 127.0.0.1 */
  readonly host?: string;
  /** PEM texts; with them it offers TLS, and verifies the certificates of clients. @default - no TLS */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Debian puts it where only root's PATH leads. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin'];
const START_MS = 60_000;

/** A MariaDB of this machine, as a process with a folder of its own. */
export class MariaDb {
  private constructor(
    readonly host: string,
    readonly port: number,
    private readonly folder: string,
    private readonly program: Program,
  ) {}

  /** Whether this machine has one: the package mariadb-server-core of Debian. */
  static available(): boolean {
    return ['mariadbd', 'mariadb-install-db'].every((name) => find(name) !== undefined);
  }

  static async start({ host = '127.0.0.1', tls }: MariaDbOptions = {}): Promise<MariaDb> {
    const folder = mkdtempSync(path.join(tmpdir(), 'mariadb-'));
    const [port = 0] = await freePorts(1);
    const common = [
      '--no-defaults',
      `--datadir=${path.join(folder, 'data')}`,
      '--innodb-log-file-size=4M',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ];
    execFileSync(
      find('mariadb-install-db') ?? '',
      [...common, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
      { stdio: 'pipe' },
    );
    const files = Object.entries(tls ?? {}).map(([name, pem]) => {
      const file = path.join(folder, `${name}.pem`);
      writeFileSync(file, pem, { mode: 0o600 });
      return `--ssl-${name}=${file}`;
    });
    const program = new Program([
      find('mariadbd') ?? '',
      ...common,
      `--socket=${path.join(folder, 'socket')}`,
      `--pid-file=${path.join(folder, 'pid')}`,
      `--bind-address=${host}`,
      `--port=${port}`,
      '--skip-name-resolve',
      ...files,
    ]);
    const database = new MariaDb(host, port, folder, program);
    await eventually(
      'MariaDB answers',
      async () => {
        if (!program.running) {
          throw new Error(program.output);
        }
        return await database.run('SELECT 1');
      },
      START_MS,
    );
    return database;
  }

  /** Runs statements as its administrator, and gives the rows of the last one. */
  async run(...statements: string[]): Promise<Record<string, unknown>[]> {
    const connection = await mysql.createConnection({ user: 'root', socketPath: path.join(this.folder, 'socket') });
    try {
      let rows: unknown = [];
      for (const statement of statements) {
        [rows] = await connection.query(statement);
      }
      return rows as Record<string, unknown>[];
    } finally {
      connection.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.program.stop('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function find(program: string): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}
