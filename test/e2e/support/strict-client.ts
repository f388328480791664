import { connect as connectSocket } from 'node:net';
import { type Connection, createConnection } from 'mysql2/promise';

/** How somebody connects. */
export interface Login {
  /** Address that is really connected to. */
  readonly address: string;
  /** @default 6033 */
  readonly port?: number;
  /** Name that the server must prove to have. Without one the connection is in plaintext. */
  readonly host?: string;
  /** PEM of the authority that is trusted, and no other. */
  readonly ca?: string;
  readonly user: string;
  readonly password: string;
  /** What the client proves itself with, where it is asked to: PEM. */
  readonly identity?: { readonly cert: string; readonly key: string };
}

/** Connects as a strict client does: over TLS, with chain and host name verified; in plaintext only when no host is given. */
export async function login({ address, port = 6033, host, ca, user, password, identity }: Login): Promise<Connection> {
  return await createConnection({
    host: host ?? address,
    user,
    password,
    stream: () => connectSocket({ host: address, port, noDelay: true }),
    connectTimeout: 5000,
    ...(host !== undefined && { ssl: { ca, ...identity, rejectUnauthorized: true, verifyIdentity: true } }),
  });
}

/** What a client does once it is logged in. */
type Errand = (connection: Connection) => Promise<unknown>;

/** ProxySQL itself answers this. */
const askForId: Errand = async (connection) => await connection.query('SELECT CONNECTION_ID()');

/** Logs in, asks something, and leaves. */
export async function visit(options: Login, errand = askForId): Promise<void> {
  const connection = await login(options);
  try {
    await errand(connection);
  } finally {
    connection.destroy();
  }
}

/** Clients that come and go one after the other until they are stopped, at the latest when the test ends. */
export class Load implements AsyncDisposable {
  /** Visits that went well. */
  public visits = 0;
  /** What went wrong. */
  public readonly failures: string[] = [];
  private stopped = false;
  private readonly clients: Promise<void>[];

  public constructor(
    private readonly target: () => Login,
    clients = 2,
    private readonly errand = askForId,
  ) {
    this.clients = Array.from({ length: clients }, () => this.client());
  }

  /** Ends it, once the visits that are under way are over. */
  public async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private async client(): Promise<void> {
    while (!this.stopped) {
      try {
        await visit(this.target(), this.errand);
        this.visits += 1;
      } catch (error) {
        this.failures.push(String(error));
      }
      // As many as possible would only show how busy the machine is.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
