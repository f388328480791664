import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { PacketReader } from './packets';
import { Capability, parseGreeting, ServerRefusal, sslRequest } from './protocol';

/** A certificate as a server showed it. Nothing about it is trusted or verified. */
export interface PresentedCertificate {
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** What a server presents in a TLS handshake. */
export interface Presented {
  readonly serverVersion: string;
  readonly leaf: PresentedCertificate;
  /** The certificates above the leaf that the server sent along and that lead from one to the next. */
  readonly chain: readonly PresentedCertificate[];
}

export interface HandshakeOptions {
  readonly host: string;
  readonly port: number;
  /**
   * All of it must be over within this time, in milliseconds.
   * @default 2000
   */
  readonly timeoutMs?: number;
  /**
   * Name to ask for (SNI).
   * @default - none
   */
  readonly serverName?: string;
}

/** Why a handshake failed: nobody listens there, the server offers no TLS, or something went wrong on the way. */
export type HandshakeFailure = 'unreachable' | 'no-tls' | 'failed';

/** A failed handshake. */
export class HandshakeError extends Error {
  constructor(
    readonly failure: HandshakeFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const DEFAULT_TIMEOUT_MS = 2000;

/**
 * Greets a MySQL server, changes over to TLS, and returns what it presents; it never logs in.
 * @throws HandshakeError
 */
export async function mysqlTlsHandshake(options: HandshakeOptions): Promise<Presented> {
  return await mysqlGreeting(options, async (socket, serverVersion) => {
    const certificate = await presentedCertificate(socket, options.serverName);
    const [leaf, ...chain] = describe(flatten(certificate));
    if (leaf === undefined) {
      throw new HandshakeError('failed', 'the server presented no certificate');
    }
    return { serverVersion, leaf, chain };
  });
}

/**
 * Greets a MySQL server in plaintext and leaves: whether it listens and speaks the protocol.
 * @throws HandshakeError
 */
export async function mysqlPing(options: HandshakeOptions): Promise<void> {
  await withDeadline(options, async (socket) => {
    await readGreeting(socket);
  });
}

type Continuation<T> = (socket: net.Socket, serverVersion: string) => Promise<T>;

async function mysqlGreeting<T>(options: HandshakeOptions, then: Continuation<T>): Promise<T> {
  return await withDeadline(options, async (socket) => {
    const greeting = await readGreeting(socket);
    if ((greeting.capabilities & Capability.ssl) === 0) {
      throw new HandshakeError('no-tls', `${options.host}:${options.port} offers no TLS`);
    }
    socket.write(sslRequest());
    return await then(socket, greeting.serverVersion);
  });
}

/** Connects, runs the dialogue, and destroys the connection at its end or at the deadline, whichever comes first. */
async function withDeadline<T>(options: HandshakeOptions, dialogue: (socket: net.Socket) => Promise<T>): Promise<T> {
  const { host, port, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const socket = net.connect({ host, port, noDelay: true });
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    let connected = false;
    socket.once('connect', () => (connected = true));
    socket.on('error', (error) =>
      reject(new HandshakeError(connected ? 'failed' : 'unreachable', `${host}:${port}: ${error.message}`)),
    );
    socket.once('close', () => reject(new HandshakeError('failed', `${host}:${port} closed the connection`)));
    timer = setTimeout(
      () => reject(new HandshakeError('unreachable', `${host}:${port} did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([dialogue(socket), failed]);
  } catch (error) {
    throw error instanceof HandshakeError
      ? error
      : new HandshakeError('failed', `${host}:${port}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** A greeting has about a hundred bytes, and a refusal is a sentence: more is another protocol, or meant to fill the memory of who asks. */
const MOST_GREETING_BYTES = 2048;

async function readGreeting(socket: net.Socket): Promise<ReturnType<typeof parseGreeting>> {
  const reader = new PacketReader(MOST_GREETING_BYTES);
  return await new Promise((resolve, reject) => {
    const onData = (bytes: Buffer): void => {
      try {
        reader.push(bytes);
        const packet = reader.next();
        if (packet !== undefined) {
          socket.off('data', onData);
          socket.pause();
          resolve(parseGreeting(packet.payload));
        }
      } catch (error) {
        socket.off('data', onData);
        reject(
          error instanceof ServerRefusal
            ? error
            : new Error('the server does not speak the MySQL protocol', { cause: error }),
        );
      }
    };
    socket.on('data', onData);
  });
}

/** Without trusted authorities of our own, everything above the leaf is what the server sent. One is enough for all handshakes. */
let context: tls.SecureContext | undefined;

async function presentedCertificate(socket: net.Socket, servername?: string): Promise<tls.DetailedPeerCertificate> {
  return await new Promise((resolve, reject) => {
    const secure = tls.connect(
      {
        socket,
        // The point is to see what is presented, so nothing is verified.
        rejectUnauthorized: false,
        secureContext: (context ??= tls.createSecureContext({ ca: [] })),
        ...(servername !== undefined && { servername }),
      },
      () => {
        resolve(secure.getPeerCertificate(true));
        secure.destroy();
      },
    );
    secure.once('error', reject);
  });
}

/** The linked certificates as a list, leaf first; a root is linked to itself. */
function flatten(leaf: tls.DetailedPeerCertificate): tls.DetailedPeerCertificate[] {
  const list: tls.DetailedPeerCertificate[] = [];
  const seen = new Set<string>();
  let current: tls.DetailedPeerCertificate | undefined = leaf;
  while (current?.raw !== undefined && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    list.push(current);
    current = current.issuerCertificate;
  }
  return list;
}

/** What the last handshake showed, by fingerprint: as a rule the next one shows the same, which is not read again. */
let known = new Map<string, PresentedCertificate>();

function describe(certificates: readonly tls.DetailedPeerCertificate[]): PresentedCertificate[] {
  known = new Map(
    certificates.map(({ fingerprint256, raw }) => [
      fingerprint256,
      known.get(fingerprint256) ?? describeCertificate(new X509Certificate(raw)),
    ]),
  );
  return [...known.values()];
}

/** Reads the parts that are told about a certificate. */
export function describeCertificate(certificate: X509Certificate): PresentedCertificate {
  const names = alternativeNames(certificate.subjectAltName);
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    dnsNames: names('DNS'),
    ipAddresses: names('IP Address'),
    uris: names('URI'),
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').filter(Boolean).join(', ');
}

/** Splits Node's text of the alternative names; values with commas are quoted there as JSON. */
function alternativeNames(text: string | undefined): (type: string) => string[] {
  const entries = [...(text ?? '').matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)];
  return (type) => entries.filter((entry) => entry[1] === type).map((entry) => unquote(entry[2] ?? ''));
}

function unquote(value: string): string {
  return value.startsWith('"') ? String(JSON.parse(value)) : value;
}
