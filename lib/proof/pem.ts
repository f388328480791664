/** One block of a PEM text. */
export interface PemBlock {
  /** For example `CERTIFICATE`. */
  readonly label: string;
  /** The block as it was, with its lines. */
  readonly text: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads all blocks; text around them is ignored, as OpenSSL does. Undefined where a block is cut short or is not base64. */
export function readPem(text: string): PemBlock[] | undefined {
  const blocks = [...text.matchAll(BLOCK)].map(([block, label = '', body = '']) => ({ text: block, label, body }));
  if (blocks.length !== text.split('-----BEGIN ').length - 1) {
    return undefined;
  }
  // Headers such as Proc-Type end with an empty line; only what comes after it is base64.
  const read = blocks.map(({ body, ...block }) => ({ ...block, body: withoutHeaders(body).replace(/\s/g, '') }));
  return read.every(({ body }) => BASE64.test(body))
    ? read.map(({ label, text: block, body }) => ({ label, text: block, der: Buffer.from(body, 'base64') }))
    : undefined;
}

function withoutHeaders(body: string): string {
  return body.includes(':') ? body.replace(/^[\s\S]*?\r?\n\r?\n/, '') : body;
}

/** Writes DER as one PEM block that ends with a line break. */
export function writePem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** PEM data as text. */
export function pemText(data: string | Uint8Array | undefined): string {
  return data === undefined ? '' : typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
}
