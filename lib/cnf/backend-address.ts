import { type Problem } from '../problem';

/** Where a database server is. */
export interface BackendAddress {
  /** A DNS name or an IP address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
}

/** MySQL's own port. */
export const MYSQL_PORT = 3306;

const MAX_PORT = 65535;

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
  if (host === undefined || host.length > 253 || host.includes('..') || port < 1 || port > MAX_PORT) {
    return undefined;
  }
  return ipv6 !== undefined && !ipv6.includes(':') ? undefined : { host, port };
}

/** What is wrong with a host and a port that are given apart from each other. A login in it must not be shown, and is left to who reads the url. */
export function hostAndPortProblems(host: unknown, port: unknown): Problem[] {
  return [
    ...(isHost(host) || String(host).includes('@')
      ? []
      : [
          {
            path: 'host',
            value: JSON.stringify(host) ?? 'undefined',
            message: 'this is neither a DNS name nor an IP address',
            remedy: hostRemedy(String(host)),
          },
        ]),
    ...(isPort(port)
      ? []
      : [
          {
            path: 'port',
            value: JSON.stringify(port) ?? 'undefined',
            message: 'there is no such port',
            remedy: `Give a number from 1 to ${MAX_PORT}, mostly ${MYSQL_PORT}`,
          },
        ]),
  ];
}

function isHost(host: unknown): boolean {
  return typeof host === 'string' && parseAddress(host.includes(':') ? `[${host}]` : host)?.host === host;
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= MAX_PORT;
}

function hostRemedy(host: string): string {
  const [, name, port] = /^([^:]+):(\d+)$/.exec(host) ?? [];
  return isHost(name) && port !== undefined
    ? `Give ${name} as host, and ${port} as port`
    : 'Write it without scheme, user, port and path, for example db.example.com';
}
