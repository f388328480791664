/** Just enough of DER to read the parts of a certificate that node:crypto does not show. */

/** One value with its tag. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
}

export const DER_BOOLEAN = 0x01;
export const DER_INTEGER = 0x02;
export const DER_UTC_TIME = 0x17;

/** Reads the values that lie one after the other in these bytes. Throws a RangeError where they are cut short. */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { start, end } = extent(bytes, offset);
    values.push({ tag: bytes.readUInt8(offset), content: bytes.subarray(start, end) });
    offset = end;
  }
  return values;
}

function extent(bytes: Buffer, offset: number): { start: number; end: number } {
  const first = bytes.readUInt8(offset + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, Math.min(lengthBytes, 6));
  const end = start + length;
  if (lengthBytes > 4 || end > bytes.length) {
    throw new RangeError('DER value is longer than its container');
  }
  return { start, end };
}

/** The value at this place. Throws a RangeError where there is none. */
export function derAt(values: readonly DerValue[], index: number): DerValue {
  const value = values[index];
  if (value === undefined) {
    throw new RangeError(`DER sequence has no element ${index}`);
  }
  return value;
}

/** An object identifier in dotted form. */
export function readOid(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** UTCTime or GeneralizedTime, milliseconds since the epoch. Throws a RangeError where it is neither. */
export function readTime({ tag, content }: DerValue): number {
  const text = content.toString('latin1');
  // Two-digit years are those from 1950 to 2049.
  const full = tag !== DER_UTC_TIME ? text : (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (match === null) {
    throw new RangeError('DER time is malformed');
  }
  const [year = 0, month = 0, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
