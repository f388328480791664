/** How long whoever connects may take to say what is wanted, in milliseconds: probes and scrapes say it at once, and others hold connections. */
export const HTTP_LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
} as const;

/** The same for the TLS handshake that comes first. */
export const HTTPS_LIMITS = { ...HTTP_LIMITS, handshakeTimeout: 5_000 } as const;

/** Connections to metrics at a time: each costs memory of which a sidecar has little, and Prometheus needs one. */
export const MOST_SCRAPES = 64;
