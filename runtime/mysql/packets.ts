/** The framing of the MySQL protocol: three bytes of length, one of sequence, then the payload. */

/** One packet. Payloads of 16 MiB and more, which are split, do not occur where this is used. */
export interface Packet {
  readonly sequence: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 4;

/** Puts a payload into a frame. */
export function frame(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([header, payload]);
}

/** Cuts a stream of bytes into packets. */
export class PacketReader {
  private pending: Buffer = Buffer.alloc(0);

  /** @param mostBytes of a payload; whoever sends more could have all of it kept, as the length comes first. @default - 16 MiB */
  constructor(private readonly mostBytes = Number.POSITIVE_INFINITY) {}

  /** Adds bytes as they came. */
  push(bytes: Buffer): void {
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
  }

  /**
   * The next whole packet, or undefined until more bytes come.
   * @throws RangeError when it has more bytes than it may
   */
  next(): Packet | undefined {
    if (this.pending.length < HEADER_BYTES) {
      return undefined;
    }
    const length = this.pending.readUIntLE(0, 3);
    if (length > this.mostBytes) {
      throw new RangeError(`a packet of ${length} bytes is announced`);
    }
    const end = HEADER_BYTES + length;
    if (this.pending.length < end) {
      return undefined;
    }
    const packet = { sequence: this.pending.readUInt8(3), payload: this.pending.subarray(HEADER_BYTES, end) };
    this.pending = this.pending.subarray(end);
    return packet;
  }

  /** Takes out what was received after the last packet, for whoever reads the connection from now on. */
  rest(): Buffer {
    const rest = this.pending;
    this.pending = Buffer.alloc(0);
    return rest;
  }
}
