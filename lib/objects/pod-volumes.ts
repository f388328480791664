import { type CertificateAliasName, configurationSecretName, monitorSecretName, usersSecretName } from '../names';
import {
  AUTH_DIR,
  BACKEND_CERT_DIR,
  CLIENT_CERT_DIR,
  CONFIG_DIR,
  CONFIG_KEY,
  DATA_DIR,
  INIT_DIR,
  METRICS_CERT_DIR,
  MONITOR_DIR,
  RUN_DIR,
  SERVER_CERT_DIR,
  USERS_DIR,
} from '../paths';
import { type AppBindingResource } from '../proxysql-resource';
import { backendCa, BACKEND_CA_KEY } from './configuration-secret';
import { type RenderContext } from './context';

/** A volume of the pod, and where it is mounted. */
interface PodVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly source: { readonly [kind: string]: unknown };
  /** Whether ProxySQL itself needs it; the sidecar has all of them. */
  readonly proxysql: boolean;
  readonly writable?: boolean;
}

/** Names of volumes and the paths of their mounts, which the user's template must leave alone. */
export const RESERVED_VOLUME_NAMES = [
  'run',
  'data',
  'tmp',
  'config',
  'auth',
  'monitor',
  'users',
  'init',
  'server-cert',
  'client-cert',
  'metrics-exporter-cert',
  'backend-cert',
] as const;

const CERT_DIRS: Readonly<Record<CertificateAliasName, string>> = {
  server: SERVER_CERT_DIR,
  client: CLIENT_CERT_DIR,
  'metrics-exporter': METRICS_CERT_DIR,
};

// Files are readable for the pod's group (fsGroup) and nobody else.
const FILE_MODE = 0o440;

/** All volumes as the pod spec has them. */
export function podVolumes(context: RenderContext, appBinding: AppBindingResource): object[] {
  return volumes(context, appBinding).map(({ name, source }) => ({ name, ...source }));
}

/** The mounts of the sidecar: everything. */
export function sidecarMounts(context: RenderContext, appBinding: AppBindingResource): object[] {
  return volumes(context, appBinding).map(mount);
}

/** The mounts of ProxySQL: its datadir, what the sidecar composed, and the material for TLS to the database. */
export function proxysqlMounts(context: RenderContext, appBinding: AppBindingResource): object[] {
  return volumes(context, appBinding)
    .filter(({ proxysql }) => proxysql)
    .map(mount);
}

function mount({ name, mountPath, writable }: PodVolume): object {
  return { name, mountPath, ...(writable !== true && { readOnly: true }) };
}

function volumes(context: RenderContext, appBinding: AppBindingResource): PodVolume[] {
  const { name, effective } = context;
  return [
    { ...memory('run', RUN_DIR, '16Mi'), proxysql: true },
    { ...memory('data', DATA_DIR, '256Mi'), proxysql: true },
    { ...memory('tmp', '/tmp', '16Mi'), proxysql: true },
    secret('config', CONFIG_DIR, configurationSecretName(name), {
      items: [{ key: CONFIG_KEY, path: CONFIG_KEY }],
    }),
    secret('auth', AUTH_DIR, effective.authSecretName),
    secret('monitor', MONITOR_DIR, monitorSecretName(name), { optional: true }),
    secret('users', USERS_DIR, usersSecretName(name), { optional: true }),
    ...(effective.initSecretName === undefined ? [] : [secret('init', INIT_DIR, effective.initSecretName)]),
    ...effective.certificates.map(({ alias, secretName }) => secret(`${alias}-cert`, CERT_DIRS[alias], secretName)),
    ...backendVolume(context, appBinding),
  ];
}

function memory(name: string, mountPath: string, sizeLimit: string): Omit<PodVolume, 'proxysql'> {
  return { name, mountPath, writable: true, source: { emptyDir: { medium: 'Memory', sizeLimit } } };
}

function secret(name: string, mountPath: string, secretName: string, more: object = {}): PodVolume {
  return {
    name,
    mountPath,
    proxysql: false,
    source: { secret: { secretName, defaultMode: FILE_MODE, ...more } },
  };
}

/** CA and client certificate for the database, side by side in one folder. */
function backendVolume(context: RenderContext, appBinding: AppBindingResource): PodVolume[] {
  const tlsSecretName = appBinding.spec.tlsSecret?.name;
  const sources = [
    ...(backendCa(appBinding) === undefined
      ? []
      : [
          {
            secret: {
              name: configurationSecretName(context.name),
              items: [{ key: BACKEND_CA_KEY, path: 'ca.crt' }],
            },
          },
        ]),
    ...(tlsSecretName
      ? [
          {
            secret: {
              name: tlsSecretName,
              items: ['tls.crt', 'tls.key'].map((key) => ({ key, path: key })),
            },
          },
        ]
      : []),
  ];
  return sources.length === 0
    ? []
    : [
        {
          name: 'backend-cert',
          mountPath: BACKEND_CERT_DIR,
          proxysql: true,
          source: { projected: { defaultMode: FILE_MODE, sources } },
        },
      ];
}
