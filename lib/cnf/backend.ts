import { governingServiceName, podName } from '../names';
import { BACKEND_CERT_DIR } from '../paths';
import { type Problem } from '../problem';
import { type AppBindingResource } from '../proxysql-resource';
import { type BackendAddress, MYSQL_PORT, parseAddress, parseBackendUrl } from './backend-address';
import { TOPOLOGIES, type Topology } from './hostgroups';

/** The database as ProxySQL needs to know it. */
export interface Backend {
  readonly servers: readonly BackendAddress[];
  readonly topology: Topology;
  readonly tls: boolean;
  /** Paths of files for TLS to the database. */
  readonly files: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** What ProxySQL says to be; numbers only. */
  readonly version?: string;
}

/** Databases that KubeDB runs, and how their servers relate. */
const MANAGED_TOPOLOGIES: ReadonlyMap<string, Topology> = new Map([
  ['kubedb.com/mysql', 'GroupReplication'],
  ['kubedb.com/mariadb', 'Galera'],
  ['kubedb.com/perconaxtradb', 'Galera'],
]);

/** Types of databases that somebody else runs. What they are made of is not known, so one address is all there is. */
const EXTERNAL_TYPES: ReadonlySet<string> = new Set([
  'mysql',
  'mariadb',
  'perconaxtradb',
  'percona-xtradb',
  'perconaserver',
]);

/** Most servers that `parameters.replicas` may ask for. */
const MAX_SERVERS = 99;

/** Derives the backend from its AppBinding; what is wrong with it goes to `problems`, which then is not empty. */
export function backendOf(appBinding: AppBindingResource, problems: Problem[]): Backend {
  const { spec } = appBinding;
  const tls = Boolean(spec.clientConfig.caBundle) || Boolean(spec.tlsSecret?.name);
  if (tls && !spec.clientConfig.caBundle && spec.clientConfig.insecureSkipTLSVerify !== true) {
    problems.push({
      path: 'AppBinding spec.clientConfig.caBundle',
      message: 'there is a tlsSecret but no caBundle, so that the certificate of the database could not be verified',
      remedy: 'Give the CA of the database in base64, or set insecureSkipTLSVerify to true',
    });
  }
  const version = /^\d+\.\d+\.\d+/.exec(spec.version ?? '')?.[0];
  return {
    servers: serversOf(appBinding, problems),
    topology: topologyOf(appBinding, problems),
    tls,
    files: {
      ...(spec.clientConfig.caBundle && { ca: `${BACKEND_CERT_DIR}/ca.crt` }),
      ...(spec.tlsSecret?.name && { cert: `${BACKEND_CERT_DIR}/tls.crt`, key: `${BACKEND_CERT_DIR}/tls.key` }),
    },
    ...(version !== undefined && { version }),
  };
}

function topologyOf({ spec }: AppBindingResource, problems: Problem[]): Topology {
  const given = spec.parameters?.topology;
  if (given !== undefined) {
    const topology = TOPOLOGIES.find((known) => known === given);
    if (topology === undefined) {
      problems.push({
        path: 'AppBinding spec.parameters.topology',
        value: JSON.stringify(given),
        message: 'this topology is not known',
        remedy: `Write one of ${TOPOLOGIES.join(', ')}, or leave it out`,
      });
    }
    return topology ?? 'Standalone';
  }
  const managed = MANAGED_TOPOLOGIES.get(spec.type ?? '');
  if (managed === undefined && spec.type !== undefined && !EXTERNAL_TYPES.has(spec.type)) {
    problems.push({
      path: 'AppBinding spec.type',
      value: JSON.stringify(spec.type),
      message: 'ProxySQL cannot use a backend of this type',
      remedy: `Write one of ${[...MANAGED_TOPOLOGIES.keys(), ...EXTERNAL_TYPES].join(', ')}`,
    });
  }
  return managed ?? 'Standalone';
}

/**
 * The addresses, from the most explicit source there is. KubeDB's AppBinding for Galera lists the members; the one for Group Replication does
 * not even tell their number, so its Service stands for them until ProxySQL has discovered the members by itself.
 */
function serversOf(appBinding: AppBindingResource, problems: Problem[]): BackendAddress[] {
  const { parameters, type } = appBinding.spec;
  if (parameters?.hosts !== undefined) {
    return hosts(parameters.hosts, problems);
  }
  const managed = MANAGED_TOPOLOGIES.has(type ?? '');
  if (parameters?.replicas !== undefined && managed) {
    return pods(appBinding, parameters.replicas, problems);
  }
  const members = managed ? galeraMembers(appBinding) : [];
  return members.length > 0 ? members : endpoint(appBinding, problems);
}

function hosts(given: unknown, problems: Problem[]): BackendAddress[] {
  const list = Array.isArray(given) ? given : [];
  const addresses = list.map((item) => (typeof item === 'string' ? parseAddress(item) : undefined));
  const known = addresses.filter((address) => address !== undefined);
  if (known.length === 0 || known.length < addresses.length) {
    problems.push({
      path: 'AppBinding spec.parameters.hosts',
      value: JSON.stringify(given),
      message: 'this is not a list of addresses',
      remedy: 'List each server as host or host:port',
    });
  }
  return known;
}

function pods(appBinding: AppBindingResource, replicas: unknown, problems: Problem[]): BackendAddress[] {
  const { appRef, clientConfig } = appBinding.spec;
  const name = appRef?.name ?? clientConfig.service?.name ?? appBinding.metadata.name;
  const namespace = appRef?.namespace ?? namespaceOf(appBinding);
  if (!Number.isInteger(replicas) || Number(replicas) < 1 || Number(replicas) > MAX_SERVERS) {
    problems.push({
      path: 'AppBinding spec.parameters.replicas',
      value: JSON.stringify(replicas),
      message: `the number of database servers is not between 1 and ${MAX_SERVERS}`,
      remedy: 'Write how many pods the database has, or leave it out',
    });
    return [];
  }
  const port = clientConfig.service?.port ?? MYSQL_PORT;
  return Array.from({ length: Number(replicas) }, (_, ordinal) => ({
    host: `${podName(name, ordinal)}.${governingServiceName(name)}.${namespace}.svc`,
    port,
  }));
}

/** The members that KubeDB lists for Galera's own use: `gcomm://db-0.db-pods.ns,...`. */
function galeraMembers(appBinding: AppBindingResource): BackendAddress[] {
  const { parameters, clientConfig } = appBinding.spec;
  const { address } = parameters ?? {};
  if (typeof address !== 'string' || !address.startsWith('gcomm://')) {
    return [];
  }
  const members = address.slice('gcomm://'.length).split(',');
  const parsed = members.map(parseAddress).filter((member) => member !== undefined);
  // The port in it would be Galera's.
  const port = clientConfig.service?.port ?? MYSQL_PORT;
  return parsed.length < members.length
    ? []
    : parsed.map(({ host }) => ({ host: host.split('.').length === 3 ? `${host}.svc` : host, port }));
}

function endpoint(appBinding: AppBindingResource, problems: Problem[]): BackendAddress[] {
  const { service, url } = appBinding.spec.clientConfig;
  if (service !== undefined) {
    const { scheme, name, port } = service;
    if (scheme !== 'mysql' && scheme !== 'tcp') {
      problems.push({
        path: 'AppBinding spec.clientConfig.service.scheme',
        value: JSON.stringify(scheme),
        message: 'ProxySQL speaks to databases in the MySQL protocol only',
        remedy: 'Write mysql',
      });
    }
    const address = parseAddress(`${name}.${namespaceOf(appBinding)}.svc:${port}`);
    if (address === undefined) {
      problems.push({
        path: 'AppBinding spec.clientConfig.service',
        value: JSON.stringify({ name, port }),
        message: 'this does not name a Service and a port between 1 and 65535',
        remedy: 'Write the name of the Service and its port, mostly 3306',
      });
    }
    return address === undefined ? [] : [address];
  }
  if (url === undefined) {
    problems.push({
      path: 'AppBinding spec.clientConfig',
      message: 'it gives neither a service nor a url',
      remedy: URL_REMEDY,
    });
    return [];
  }
  const address = parseBackendUrl(url);
  if (address === undefined) {
    problems.push({
      path: 'AppBinding spec.clientConfig.url',
      // It may hold a password.
      ...(!url.includes('@') && { value: JSON.stringify(url) }),
      message:
        'the url is not of the form tcp(host:3306)/ or mysql://host:3306/ with a port up to 65535 and nothing else in it',
      remedy: URL_REMEDY,
    });
  }
  return address === undefined ? [] : [address];
}

const URL_REMEDY =
  'Give a service, or a url such as tcp(db.example.org:3306)/; user and password belong in the Secret that spec.secret names';

function namespaceOf({ spec, metadata }: AppBindingResource): string {
  return spec.clientConfig.service?.namespace ?? metadata.namespace ?? 'default';
}
