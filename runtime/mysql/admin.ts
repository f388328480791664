import { once } from 'node:events';
import net from 'node:net';
import { type Connection, type RowDataPacket } from 'mysql2/promise';

export interface AdminOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /**
   * Limit for connecting and for each command, in milliseconds.
   * @default 5000
   */
  readonly timeoutMs?: number;
}

/** ProxySQL answered a command with an error. */
export class AdminCommandError extends Error {}

/** The admin interface could not be reached, let nobody in or broke off: nothing is known about what the command did. */
export class AdminUnavailableError extends Error {}

/** ProxySQL knows no such account, or not with this password. */
export class AdminLoginRefusedError extends AdminUnavailableError {}

/** An open connection to ProxySQL's admin interface. */
export interface AdminSession {
  /**
   * Runs a command that has no result set.
   * @throws AdminCommandError, AdminUnavailableError
   */
  execute(command: string): Promise<void>;
  /**
   * The first column of the first row as text, or undefined when there is no row.
   * @throws AdminCommandError, AdminUnavailableError
   */
  scalar(query: string): Promise<string | undefined>;
  /**
   * All rows, each value as text; NULL reads as empty.
   * @throws AdminCommandError, AdminUnavailableError
   */
  rows(query: string): Promise<string[][]>;
}

const DEFAULT_TIMEOUT_MS = 5000;
const ER_ACCESS_DENIED_ERROR = 1045;

/**
 * Opens a connection to the admin interface, hands it over, and closes it afterwards. Before it is open, every failure is an
 * AdminUnavailableError.
 * @throws AdminCommandError, AdminUnavailableError
 */
export async function withAdmin<T>(options: AdminOptions, work: (session: AdminSession) => Promise<T>): Promise<T> {
  const { host = '127.0.0.1', port, username, password, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const stream = await connect(host, port, timeoutMs);
  // Loaded only now: before ProxySQL is there, nobody waits for what is needed to speak to it.
  const { createConnection } = await import('mysql2/promise');
  if (stream.destroyed) {
    throw unavailable(stream.errored ?? new Error('the connection broke off'));
  }
  const connection = await createConnection({
    stream,
    user: username,
    password,
    connectTimeout: timeoutMs,
    enableKeepAlive: false,
    // Nothing is prepared here, and room is made beforehand: for 16,000 by default, half a megabyte at each connection.
    maxPreparedStatements: 1,
  }).catch((error: unknown) => {
    stream.destroy();
    // A refused login carries an error number as well, the very one of a refused command.
    const isRefused = (error as { readonly errno?: number }).errno === ER_ACCESS_DENIED_ERROR;
    throw isRefused ? new AdminLoginRefusedError(textOf(error), { cause: error }) : unavailable(error);
  });
  // A connection that dies between two commands says so at the next one.
  connection.on('error', () => undefined);
  try {
    return await work(session(connection, timeoutMs));
  } finally {
    connection.destroy();
  }
}

/** @throws AdminUnavailableError */
async function connect(host: string, port: number, timeoutMs: number): Promise<net.Socket> {
  const socket = net.connect({ host, port, noDelay: true, timeout: timeoutMs });
  // One that breaks off while nobody listens is found destroyed.
  socket.on('error', () => undefined);
  socket.once('timeout', () => socket.destroy(new Error(`no connection to ${host}:${port} in ${timeoutMs} ms`)));
  try {
    await once(socket, 'connect');
  } catch (error) {
    throw unavailable(error);
  }
  socket.setTimeout(0);
  return socket;
}

function session(connection: Connection, timeout: number): AdminSession {
  const run = async (sql: string): Promise<unknown> => {
    try {
      const [rows] = await connection.query({ sql, timeout, rowsAsArray: true });
      return rows;
    } catch (error) {
      throw failure(error);
    }
  };
  return {
    execute: async (command) => {
      await run(command);
    },
    scalar: async (query) => {
      const rows = (await run(query)) as readonly RowDataPacket[];
      const value: unknown = rows[0]?.[0];
      return value === undefined || value === null ? undefined : String(value);
    },
    rows: async (query) => {
      const rows = (await run(query)) as readonly (readonly unknown[])[];
      return rows.map((row) => row.map((value) => (value === null ? '' : String(value))));
    },
  };
}

/** An answer of the server to a command carries its error number; everything else is a matter of the connection. */
function failure(error: unknown): Error {
  const { errno, fatal } = error as { errno?: number; fatal?: boolean };
  return typeof errno === 'number' && errno >= 1000 && fatal !== true
    ? new AdminCommandError(textOf(error))
    : unavailable(error);
}

function unavailable(error: unknown): AdminUnavailableError {
  return new AdminUnavailableError(textOf(error), { cause: error });
}

function textOf(error: unknown): string {
  return (error as Partial<Error>).message || String(error);
}
