/** Where a database server is. */
export interface BackendAddress {
  /** A DNS name or an IP address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
}

/** MySQL's own port. */
export const MYSQL_PORT = 3306;

/**
 * Reads the forms of `clientConfig.url`: `tcp(host:3306)/` and `mysql://host:3306/`, with nothing but the address in it. Undefined for
 * anything else, a user and password among it: those belong in a Secret.
 */
export function parseBackendUrl(url: string): BackendAddress | undefined {
  const match = /^(?:tcp\(([^()]*)\)\/?|mysql:\/\/([^/?#@]*)\/?)$/.exec(url);
  const address = match?.[1] ?? match?.[2];
  return address === undefined ? undefined : parseAddress(address);
}

/** Reads `host`, `host:port` or `[ipv6]:port`; the port is MySQL's unless it is given. */
export function parseAddress(text: string): BackendAddress | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?))(?::(\d{1,5}))?$/.exec(text);
  const [, ipv6, name, digits] = match ?? [];
  const port = digits === undefined ? MYSQL_PORT : Number(digits);
  const host = ipv6 ?? name;
  if (host === undefined || host.length > 253 || host.includes('..') || port < 1 || port > 65535) {
    return undefined;
  }
  return ipv6 !== undefined && !ipv6.includes(':') ? undefined : { host, port };
}
