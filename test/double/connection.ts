import { randomBytes, X509Certificate } from 'node:crypto';
import type net from 'node:net';
import tls from 'node:tls';
import { frame, PacketReader } from '../../runtime/mysql/packets';
import { Capability } from '../../runtime/mysql/protocol';
import { type LoadedCertificates } from './certificate-files';
import { isPassword, provesCachingSha2, provesNative } from './authentication';
import { authMoreData, authSwitch, error, greeting, ok, resultSet } from './replies';
import { type User } from './settings';

/** An answer to a query. */
export type Answer =
  | { readonly ok: true }
  | { readonly error: string; readonly code?: number }
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What a connection needs to know of the port that it came in on. */
export interface Port {
  readonly serverVersion: string;
  readonly plugin: 'mysql_native_password' | 'caching_sha2_password';
  /** The certificates of this moment; undefined when TLS is not offered. */
  tls(): LoadedCertificates | undefined;
  findUser(username: string): User | undefined;
  answer(sql: string, connection: { readonly id: number }): Answer | Promise<Answer>;
}

type Plugin = Port['plugin'];

const COM_QUIT = 0x01;
const COM_INIT_DB = 0x02;
const COM_QUERY = 0x03;
const COM_PING = 0x0e;
const SHA2_FAST_OK = 3;
const SHA2_FULL = 4;

/** The server's side of one connection: greeting, TLS, login, then commands until the client leaves. */
export class Connection {
  private readonly scramble = Buffer.from(randomBytes(20).map((byte) => (byte % 93) + 33));
  private reader = new PacketReader();
  private stream: net.Socket | tls.TLSSocket;
  private waiting: ((payload: Buffer) => void) | undefined;
  private sequence = 0;
  /** Set once the connection is encrypted. */
  private certificates: LoadedCertificates | undefined;

  constructor(
    socket: net.Socket,
    private readonly port: Port,
    readonly id: number,
  ) {
    this.stream = socket;
  }

  /** Runs until the connection ends, which rejects. */
  async run(): Promise<void> {
    const ended = new Promise<never>((_, reject) => {
      this.stream.on('error', reject);
      this.stream.once('close', () => reject(new Error('closed')));
    });
    await Promise.race([this.dialogue(), ended]);
  }

  private async dialogue(): Promise<void> {
    this.listen();
    this.send(
      greeting({
        connectionId: this.id,
        serverVersion: this.port.serverVersion,
        scramble: this.scramble,
        plugin: this.port.plugin,
        offerTls: this.port.tls() !== undefined,
      }),
    );
    let response = await this.receive();
    if ((response.readUInt32LE(0) & Capability.ssl) !== 0 && response.length === 32) {
      await this.upgrade();
      response = await this.receive();
    }
    if (await this.login(parseResponse(response))) {
      await this.serve();
    }
    this.stream.end();
  }

  private async upgrade(): Promise<void> {
    this.certificates = this.port.tls();
    const raw = this.stream;
    raw.removeAllListeners('data');
    raw.pause();
    const early = this.reader.rest();
    if (early.length > 0) {
      raw.unshift(early);
    }
    const secure = new tls.TLSSocket(raw, {
      isServer: true,
      secureContext: this.certificates?.context,
      requestCert: true,
      rejectUnauthorized: false,
    });
    this.stream = secure;
    this.listen();
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', () => resolve());
      secure.once('error', reject);
    });
  }

  private async login(response: LoginResponse): Promise<boolean> {
    const user = this.port.findUser(response.username);
    const usingPassword = `(using password: ${response.proof.length > 0 ? 'YES' : 'NO'})`;
    const refused = `ProxySQL Error: Access denied for user '${response.username}'`;
    const denied = `${refused}@'127.0.0.1' ${usingPassword}`;
    if (!(await this.proves(response, user?.password))) {
      return this.deny(denied);
    }
    if (user?.useSsl === true && !(this.stream instanceof tls.TLSSocket)) {
      return this.deny(`${refused} ${usingPassword}. SSL is required`);
    }
    if (user?.spiffeId !== undefined && !this.hasSpiffeId(user.spiffeId)) {
      return this.deny(denied);
    }
    this.send(ok());
    return true;
  }

  /** Lets the client prove the password, with the method that it chose or else with that of the server. */
  private async proves(response: LoginResponse, stored: string | undefined): Promise<boolean> {
    let { proof } = response;
    let plugin: Plugin = this.port.plugin;
    if (response.plugin === 'mysql_native_password' || response.plugin === 'caching_sha2_password') {
      plugin = response.plugin;
    } else {
      this.send(authSwitch(plugin, this.scramble));
      proof = await this.receive();
    }
    if (stored === undefined) {
      return false;
    }
    if (plugin === 'mysql_native_password') {
      return provesNative(stored, this.scramble, proof);
    }
    const verdict = provesCachingSha2(stored, this.scramble, proof);
    if (verdict !== undefined) {
      if (verdict) {
        this.send(authMoreData(SHA2_FAST_OK));
      }
      return verdict;
    }
    this.send(authMoreData(SHA2_FULL));
    const password = await this.receive();
    return this.stream instanceof tls.TLSSocket && isPassword(stored, password.toString('utf8').replace(/\0$/, ''));
  }

  /** The client's certificate must be issued by an authority of the CA file, and have the URI. */
  private hasSpiffeId(wanted: string): boolean {
    if (!(this.stream instanceof tls.TLSSocket)) {
      return false;
    }
    const { raw } = this.stream.getPeerCertificate();
    // Node has an empty object for a client that showed none.
    const client = (raw as Buffer | undefined) === undefined ? undefined : new X509Certificate(raw);
    const trusted = this.certificates?.authorities.some(
      (authority) => client?.checkIssued(authority) === true && client.verify(authority.publicKey),
    );
    const uris = [...(client?.subjectAltName ?? '').matchAll(/URI:([^,]+)/g)].map((match) => match[1] ?? '');
    return (
      trusted === true &&
      uris.some((uri) => (wanted.startsWith('!') ? new RegExp(wanted.slice(1)).test(uri) : uri === wanted))
    );
  }

  private deny(message: string): false {
    this.send(error(1045, '28000', message));
    return false;
  }

  private async serve(): Promise<void> {
    for (;;) {
      const payload = await this.receive();
      const command = payload[0];
      if (command === COM_QUIT) {
        return;
      }
      if (command === COM_PING || command === COM_INIT_DB) {
        this.send(ok());
      } else if (command === COM_QUERY) {
        this.reply(await this.port.answer(payload.toString('utf8', 1), this));
      } else {
        this.send(error(1047, '08S01', 'Unknown command'));
      }
    }
  }

  private reply(answer: Answer): void {
    if ('ok' in answer) {
      this.send(ok());
    } else if ('error' in answer) {
      const { code = 1045 } = answer;
      this.send(error(code, code === 1045 ? '28000' : 'HY000', answer.error));
    } else {
      resultSet(answer.columns, answer.rows).forEach((packet) => this.send(packet));
    }
  }

  private listen(): void {
    this.stream.on('data', (bytes: Buffer) => {
      this.reader.push(bytes);
      this.deliver();
    });
  }

  private deliver(): void {
    if (this.waiting === undefined) {
      return;
    }
    const packet = this.reader.next();
    if (packet !== undefined) {
      const waiting = this.waiting;
      this.waiting = undefined;
      this.sequence = packet.sequence + 1;
      waiting(packet.payload);
    }
  }

  private async receive(): Promise<Buffer> {
    return await new Promise((resolve) => {
      this.waiting = resolve;
      this.deliver();
    });
  }

  private send(payload: Buffer): void {
    this.stream.write(frame(this.sequence, payload));
    this.sequence += 1;
  }
}

interface LoginResponse {
  readonly username: string;
  readonly proof: Buffer;
  readonly plugin?: string;
}

function parseResponse(payload: Buffer): LoginResponse {
  const capabilities = payload.readUInt32LE(0);
  const nameEnd = payload.indexOf(0, 32);
  const username = payload.toString('utf8', 32, nameEnd);
  const length = payload[nameEnd + 1] ?? 0;
  let at = nameEnd + 2 + length;
  const proof = payload.subarray(nameEnd + 2, at);
  if ((capabilities & Capability.connectWithDb) !== 0) {
    at = payload.indexOf(0, at) + 1;
  }
  const end = payload.indexOf(0, at);
  const plugin =
    (capabilities & Capability.pluginAuth) !== 0 && end >= 0 ? payload.toString('utf8', at, end) : undefined;
  return { username, proof, plugin };
}
