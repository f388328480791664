/** Port numbers and the names under which containers and Services publish them. */

/** MySQL traffic of applications. */
export const DB_PORT = { name: 'db', number: 6033 } as const;

/** ProxySQL's admin interface: for peers and the sidecar only. */
export const ADMIN_PORT = { name: 'admin', number: 6032 } as const;

/** ProxySQL's own REST interface with its plain HTTP metrics; it is reached inside the pod only. */
export const REST_PORT = { name: 'rest', number: 6070 } as const;

/** Metrics over TLS, served by the sidecar: ProxySQL's own and the truth about certificates. */
export const METRICS_PORT = { name: 'metrics', number: 6071 } as const;

/** Probes, status and drain of the sidecar. */
export const SIDECAR_PORT = { name: 'sidecar', number: 6072 } as const;

/** What the sidecar tells the operator. It is a port of its own so that a NetworkPolicy can open it without the others. */
export const REPORT_PORT = { name: 'report', number: 6073 } as const;

/** The port that the stats Service shows to Prometheus: KubeDB's number, so that scrape configurations carry over. */
export const STATS_SERVICE_PORT = { name: 'metrics', number: 6070 } as const;
