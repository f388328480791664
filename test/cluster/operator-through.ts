import { type Connection } from '../../operator/kubernetes/connection';

/** A connection to an API server, or to what stands before it, by a token. */
export function connectTo({ server, ca, token }: { server: string; ca: string; token: string }): Connection {
  const credentials = { headers: { authorization: `Bearer ${token}` }, tls: { ca, rejectUnauthorized: true } };
  return {
    server,
    namespace: undefined,
    proxyUrl: undefined,
    credentials: () => Promise.resolve(credentials),
    invalidate: () => undefined,
  };
}
