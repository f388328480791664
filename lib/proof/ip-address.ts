import { isIPv4, isIPv6 } from 'node:net';

/** An address in the one form in which equal addresses are equal texts; undefined for what is no address. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) {
    return text;
  }
  if (!isIPv6(text) || text.includes('%')) {
    return undefined;
  }
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) {
    return canonical;
  }
  // An IPv4 address in IPv6 clothes is issued, and compared, as IPv4.
  return mapped
    .slice(1)
    .map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The address in these bytes of a certificate; undefined if they are none. */
export function addressOf(bytes: Buffer): string | undefined {
  if (bytes.length === 4) {
    return bytes.join('.');
  }
  return bytes.length === 16 ? canonicalAddress((bytes.toString('hex').match(/.{4}/g) ?? []).join(':')) : undefined;
}
