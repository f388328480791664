import { Capability, UTF8MB4 } from '../../runtime/mysql/protocol';

/** The packets that a server writes, without their frames. */

export interface GreetingFields {
  readonly connectionId: number;
  readonly serverVersion: string;
  /** 20 bytes. */
  readonly scramble: Buffer;
  readonly plugin: string;
  readonly offerTls: boolean;
}

const AUTOCOMMIT = 2;

export function greeting(fields: GreetingFields): Buffer {
  const capabilities =
    Capability.longPassword |
    Capability.longFlag |
    Capability.connectWithDb |
    Capability.protocol41 |
    Capability.transactions |
    Capability.secureConnection |
    Capability.pluginAuth |
    (fields.offerTls ? Capability.ssl : 0);
  const numbers = Buffer.alloc(18);
  numbers.writeUInt16LE(capabilities & 0xffff, 0);
  numbers.writeUInt8(UTF8MB4, 2);
  numbers.writeUInt16LE(AUTOCOMMIT, 3);
  numbers.writeUInt16LE(capabilities >>> 16, 5);
  numbers.writeUInt8(fields.scramble.length + 1, 7);
  const id = Buffer.alloc(4);
  id.writeUInt32LE(fields.connectionId);
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${fields.serverVersion}\0`),
    id,
    fields.scramble.subarray(0, 8),
    Buffer.from([0]),
    numbers,
    fields.scramble.subarray(8),
    Buffer.from([0]),
    Buffer.from(`${fields.plugin}\0`),
  ]);
}

export function ok(): Buffer {
  return Buffer.from([0, 0, 0, AUTOCOMMIT, 0, 0, 0]);
}

export function error(code: number, state: string, message: string): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(0xff, 0);
  head.writeUInt16LE(code, 1);
  return Buffer.concat([head, Buffer.from(`#${state}${message}`)]);
}

export function eof(): Buffer {
  return Buffer.from([0xfe, 0, 0, AUTOCOMMIT, 0]);
}

export function authSwitch(plugin: string, scramble: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), scramble, Buffer.from([0])]);
}

/** An intermediate message of caching_sha2_password. */
export function authMoreData(byte: number): Buffer {
  return Buffer.from([1, byte]);
}

/** A result set of text columns, packet by packet. */
export function resultSet(columns: readonly string[], rows: readonly (readonly string[])[]): Buffer[] {
  return [
    Buffer.from([columns.length]),
    ...columns.map(column),
    eof(),
    ...rows.map((row) => Buffer.concat(row.map(text))),
    eof(),
  ];
}

function column(name: string): Buffer {
  const fixed = Buffer.alloc(13);
  fixed.writeUInt8(12, 0);
  fixed.writeUInt16LE(UTF8MB4, 1);
  fixed.writeUInt32LE(1024, 3);
  // The type: VAR_STRING.
  fixed.writeUInt8(0xfd, 7);
  return Buffer.concat([text('def'), text(''), text(''), text(''), text(name), text(name), fixed]);
}

/** A text with its length before it. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length < 251) {
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  }
  const length = Buffer.alloc(3);
  length.writeUInt8(0xfc, 0);
  length.writeUInt16LE(bytes.length, 1);
  return Buffer.concat([length, bytes]);
}
