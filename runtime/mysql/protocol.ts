import { frame } from './packets';

/** Bits of the capability flags that matter here. */
export const Capability = {
  longPassword: 1 << 0,
  longFlag: 1 << 2,
  connectWithDb: 1 << 3,
  protocol41: 1 << 9,
  ssl: 1 << 11,
  transactions: 1 << 13,
  secureConnection: 1 << 15,
  multiStatements: 1 << 16,
  pluginAuth: 1 << 19,
  pluginAuthLenencData: 1 << 21,
  deprecateEof: 1 << 24,
} as const;

/** utf8mb4_general_ci, which every server of the family knows. */
export const UTF8MB4 = 45;

/** What a server says first. */
export interface Greeting {
  readonly serverVersion: string;
  readonly capabilities: number;
}

/** A server that refuses the connection before any login, for example as it has too many. */
export class ServerRefusal extends Error {}

const PROTOCOL_VERSION = 10;
const ERROR_MARKER = 0xff;

/**
 * Reads the first packet of a server.
 * @throws ServerRefusal when it is an error packet, and Error when it is no greeting of protocol 10
 */
export function parseGreeting(payload: Buffer): Greeting {
  if (payload[0] === ERROR_MARKER) {
    throw new ServerRefusal(parseError(payload));
  }
  const end = payload.indexOf(0, 1);
  // Version, connection id, first part of the scramble and its filler lie before the lower half of the capabilities.
  const lower = end + 1 + 4 + 8 + 1;
  if (payload[0] !== PROTOCOL_VERSION || end < 0 || payload.length < lower + 2) {
    throw new Error('the server does not speak the MySQL protocol');
  }
  const upper = lower + 2 + 1 + 2;
  return {
    serverVersion: payload.toString('utf8', 1, end),
    capabilities:
      (payload.readUInt16LE(lower) | (payload.length >= upper + 2 ? payload.readUInt16LE(upper) << 16 : 0)) >>> 0,
  };
}

/** The text of an error packet, with its number; before the capabilities are exchanged it has no SQL state. */
function parseError(payload: Buffer): string {
  const code = payload.length >= 3 ? payload.readUInt16LE(1) : 0;
  const text = payload.toString('utf8', 3).replace(/^#.{5}/, '');
  return `${text} (error ${code})`;
}

/** The packet with which a client asks to go on over TLS. */
export function sslRequest(): Buffer {
  const payload = Buffer.alloc(32);
  payload.writeUInt32LE(
    Capability.longPassword |
      Capability.longFlag |
      Capability.protocol41 |
      Capability.ssl |
      Capability.secureConnection |
      Capability.pluginAuth,
    0,
  );
  payload.writeUInt32LE(0x1000000, 4);
  payload.writeUInt8(UTF8MB4, 8);
  return frame(1, payload);
}
