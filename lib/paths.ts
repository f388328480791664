/** Where things lie inside a ProxySQL pod. The datadir and certificate mounts are KubeDB's. */

/** ProxySQL's datadir; the names of the certificate files in it are fixed by ProxySQL. */
export const DATA_DIR = '/var/lib/proxysql';

/** Memory-backed folder of the sidecar: the composed configuration and the installed certificates. */
export const RUN_DIR = '/run/proxysql';

/** The final configuration, composed in the pod, with credentials. */
export const COMPOSED_CONFIG_FILE = `${RUN_DIR}/proxysql.cnf`;

/** Folder under which installed certificate sets lie, one generation each; `current` links to the one in use. */
export const INSTALLED_TLS_DIR = `${RUN_DIR}/tls`;

/** Mount of the credential-free configuration Secret. */
export const CONFIG_DIR = '/etc/custom-config';

/** The key of the configuration Secret, and so the file's name. */
export const CONFIG_KEY = 'proxysql.cnf';

/** Mount of the auth Secret (`username`, `password`). */
export const AUTH_DIR = '/etc/proxysql/auth';

/** Mount of the monitor Secret (`username`, `password`). */
export const MONITOR_DIR = '/etc/proxysql/monitor';

/** Mount of the users Secret: one key per MySQL user name, its value the password or its hash. */
export const USERS_DIR = '/etc/proxysql/users';

/** Mount of the Secret with raw configuration fragments. */
export const INIT_DIR = '/etc/proxysql/init';

/** Mount of the server certificate. */
export const SERVER_CERT_DIR = '/var/lib/frontend/server';

/** Mount of the client certificate. */
export const CLIENT_CERT_DIR = '/var/lib/frontend/client';

/** Mount of the metrics exporter's certificate. */
export const METRICS_CERT_DIR = '/var/lib/metrics-exporter';

/** Mount of the material for TLS to the database. */
export const BACKEND_CERT_DIR = '/var/lib/certs';
