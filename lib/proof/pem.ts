/** One block of a PEM text. */
export interface PemBlock {
  /** For example `CERTIFICATE`. */
  readonly label: string;
  /** The block as it was, with its lines. */
  readonly text: string;
  readonly der: Buffer;
}

const BEGIN = '-----BEGIN ';
const LABEL = /([A-Z0-9 ]+)-----/y;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads all blocks; text around them is ignored, as OpenSSL does. Undefined where a block is cut short or is not base64. */
export function readPem(text: string): PemBlock[] | undefined {
  const blocks = cutBlocks(text);
  if (blocks === undefined) {
    return undefined;
  }
  // Headers such as Proc-Type end with an empty line; only what comes after it is base64.
  const read = blocks.map(({ body, ...block }) => ({ ...block, body: withoutHeaders(body).replace(/\s/g, '') }));
  return read.every(({ body }) => BASE64.test(body))
    ? read.map(({ label, text: block, body }) => ({ label, text: block, der: Buffer.from(body, 'base64') }))
    : undefined;
}

/** Goes through the text once, however often blocks begin in it; undefined where one does not end before the next. */
function cutBlocks(
  text: string,
): { readonly text: string; readonly label: string; readonly body: string }[] | undefined {
  const blocks = [];
  let start = text.indexOf(BEGIN);
  while (start !== -1) {
    LABEL.lastIndex = start + BEGIN.length;
    const label = LABEL.exec(text)?.[1];
    const bodyStart = LABEL.lastIndex;
    const footer = `-----END ${label}-----`;
    const next = text.indexOf(BEGIN, bodyStart);
    const bodyEnd = text.slice(bodyStart, next === -1 ? undefined : next).indexOf(footer);
    if (label === undefined || bodyEnd === -1) {
      return undefined;
    }
    const end = bodyStart + bodyEnd;
    blocks.push({ text: text.slice(start, end + footer.length), label, body: text.slice(bodyStart, end) });
    start = next;
  }
  return blocks;
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
