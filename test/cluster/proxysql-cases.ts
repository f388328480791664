import { type Json } from '../schema/json';

/** A spec, and whether it is to be accepted. */
export interface SpecCase {
  readonly title: string;
  readonly spec: Json;
  readonly accepted: boolean;
}

/** A change of a spec, and whether it is to be accepted. */
export interface ChangeCase {
  readonly title: string;
  readonly former: Json;
  readonly next: Json;
  readonly accepted: boolean;
}

type Fields = { readonly [field: string]: Json };

const base = { version: '3.0.1-debian', replicas: 3, backend: { name: 'mysql-server' } };
const issuerRef = { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'proxy-issuer' };
const tls = { issuerRef, certificates: [{ alias: 'server' }, { alias: 'client' }] };
const certificate = (fields: Fields): Fields => ({
  ...base,
  tls: { issuerRef, certificates: [{ alias: 'server', ...fields }] },
});
const container = (fields: Fields): Fields => ({
  ...base,
  podTemplate: { spec: { containers: [{ name: 'proxysql', ...fields }] } },
});
const pod = (fields: Fields): Fields => ({ ...base, podTemplate: { spec: fields } });
const inline = (fields: Fields): Fields => ({ ...base, configuration: { init: { inline: fields } } });
const service = (...aliases: string[]): Fields => ({
  ...base,
  serviceTemplates: aliases.map((alias) => ({ alias, spec: { type: 'LoadBalancer' } })),
});

const good: readonly (readonly [string, Json])[] = [
  ['the least', { version: '3.0.1-debian', backend: { name: 'mysql-server' } }],
  ['no replicas', { ...base, replicas: 0 }],
  ['TLS with both certificates', { ...base, tls }],
  ['a certificate with everything', certificate(fullCertificate())],
  ['an external issuer', { ...base, tls: { issuerRef: { apiGroup: 'example.org', kind: 'Signer', name: 'ca' } } }],
  ['an admin account of the user', { ...base, authSecret: { name: 'admin', externallyManaged: true } }],
  ['a healthy checker', { ...base, healthChecker: { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 } }],
  ['users, rules and variables', inline(fullConfiguration())],
  ['a configuration Secret', { ...base, configuration: { init: { secretName: 'settings' } } }],
  ['resources in both notations', container({ resources: { limits: { cpu: 2, memory: '1Gi' } } })],
  ['one port twice, over two protocols', container({ ports: [port('TCP'), port('UDP')] })],
  ['two Services', service('primary', 'stats')],
  ['monitoring', { ...base, monitor: { agent: 'prometheus.io/operator' } }],
  ['as long a grace period as 64 bits hold', pod({ terminationGracePeriodSeconds: 2 ** 63 - 1024 })],
  ['each deletion policy', { ...base, deletionPolicy: 'DoNotTerminate' }],
];

const bad: readonly (readonly [string, Json])[] = [
  ['nothing', {}],
  ['no object', 'proxy'],
  ['a list', []],
  ['a number for a version', { ...base, version: 3 }],
  ['an empty version', { ...base, version: '' }],
  ['a string for replicas', { ...base, replicas: '3' }],
  ['a fraction of a replica', { ...base, replicas: 1.5 }],
  ['negative replicas', { ...base, replicas: -1 }],
  ['more replicas than 32 bits hold', { ...base, replicas: 3e9 }],
  ['a grace period that 64 bits do not hold', pod({ terminationGracePeriodSeconds: 1e30 })],
  ['one that they just do not hold', pod({ terminationGracePeriodSeconds: 2 ** 63 })],
  ['a negative one that they do not hold', pod({ terminationGracePeriodSeconds: -(2 ** 63) - 2048 })],
  ['an amount that 64 bits do not hold', pod({ overhead: { memory: 1e30 } })],
  ['a misspelt field', { ...base, replica: 3 }],
  ['an unknown field deep inside', { ...base, tls: { issuerRef: { ...issuerRef, namespace: 'demo' } } }],
  ['the older name of a field', { ...base, terminationPolicy: 'WipeOut' }],
  ['an unknown deletion policy', { ...base, deletionPolicy: 'Wipeout' }],
  ['no backend', { version: '3.0.1-debian' }],
  ['an issuer without a name', { ...base, tls: { issuerRef: { kind: 'Issuer' } } }],
  ['an issuer without a kind', { ...base, tls: { issuerRef: { name: 'ca' } } }],
  ['an issuer whose name is too long', { ...base, tls: { issuerRef: { kind: 'Issuer', name: 'n'.repeat(254) } } }],
  ['TLS without an issuer', { ...base, tls: { certificates: [{ alias: 'server' }] } }],
  ['an alias twice', { ...base, tls: { issuerRef, certificates: [{ alias: 'server' }, { alias: 'server' }] } }],
  ['no alias', { ...base, tls: { issuerRef, certificates: [{ secretName: 'mine' }] } }],
  ['too many certificates', { ...base, tls: { issuerRef, certificates: aliases(33) } }],
  ['a duration in days', certificate({ duration: '90d' })],
  ['a duration without a unit', certificate({ duration: '90' })],
  ['renewal after the end', certificate({ duration: '24h', renewBefore: '48h' })],
  ['an encoding that does not exist', certificate({ privateKey: { encoding: 'DER' } })],
  ['one name instead of a list', certificate({ dnsNames: 'a.example.com' })],
  ['a password of a user', inline({ mysqlUsers: [{ username: 'app', password: 'hunter2' }] })],
  ['a switch that is neither 0 nor 1', inline({ mysqlUsers: [{ username: 'app', use_ssl: 2 }] })],
  ['a user without a name', inline({ mysqlUsers: [{ use_ssl: 1 }] })],
  ['an external account without a name', { ...base, authSecret: { name: '', externallyManaged: true } }],
  ['a moment that is none', { ...base, authSecret: { name: 'a', activeFrom: 'today' } }],
  ['a health check without a period', { ...base, healthChecker: { periodSeconds: 0 } }],
  ['a quantity that is none', container({ resources: { limits: { memory: 'lots' } } })],
  ['a port twice', container({ ports: [port('TCP'), { containerPort: 9000 }] })],
  ['a variable twice', container({ env: [variable('A'), variable('A')] })],
  ['a credential as a variable', container({ env: [variable('MYSQL_ROOT_PASSWORD')] })],
  ['a Service twice', service('primary', 'primary')],
  ['a Service that does not exist', service('replica')],
  ['an agent that does not exist', { ...base, monitor: { agent: 'nagios' } }],
];

/** Specs that the API server and the validator judge alike. */
export const SPEC_CASES: readonly SpecCase[] = [
  ...good.map(([title, spec]) => ({ title, spec, accepted: true })),
  ...bad.map(([title, spec]) => ({ title, spec, accepted: false })),
];

const settings = { mysqlVariables: { threads: 4 } };

const allowed: readonly (readonly [string, Json, Json])[] = [
  ['nothing', base, base],
  ['the replicas', base, { ...base, replicas: 5 }],
  ['the version', base, { ...base, version: '3.0.2-debian' }],
  ['halting', base, { ...base, halted: true }],
  ['the deletion policy', base, { ...base, deletionPolicy: 'WipeOut' }],
  ['adding TLS', base, { ...base, tls }],
  ['removing TLS', { ...base, tls }, base],
  ['the issuer', { ...base, tls }, { ...base, tls: { ...tls, issuerRef: { ...issuerRef, kind: 'ClusterIssuer' } } }],
  ['the configuration', inline(settings), inline({ mysqlVariables: { threads: 8 } })],
  ['the admin account', base, { ...base, authSecret: { name: 'admin', externallyManaged: true } }],
  ['something beside initConfig', { ...base, initConfig: settings }, { ...base, initConfig: settings, replicas: 1 }],
];

const forbidden: readonly (readonly [string, Json, Json])[] = [
  ['the backend', base, { ...base, backend: { name: 'another' } }],
  ['dropping the backend', base, { version: '3.0.1-debian' }],
  ['emptying the backend', base, { ...base, backend: {} }],
  ['adding initConfig', base, { ...base, initConfig: settings }],
  ['removing initConfig', { ...base, initConfig: settings }, base],
  ['initConfig', { ...base, initConfig: settings }, { ...base, initConfig: { mysqlVariables: { threads: 8 } } }],
  ['something good into something bad', base, { ...base, replicas: -1 }],
  ['the issuer into none', { ...base, tls }, { ...base, tls: { certificates: tls.certificates } }],
];

/** Changes that the API server and the validator judge alike. */
export const CHANGE_CASES: readonly ChangeCase[] = [
  ...allowed.map(([title, former, next]) => ({ title, former, next, accepted: true })),
  ...forbidden.map(([title, former, next]) => ({ title, former, next, accepted: false })),
];

function fullCertificate(): Fields {
  return {
    issuerRef: { kind: 'ClusterIssuer', name: 'company' },
    secretName: 'mine',
    subject: { organizations: ['kubedb:server'], countries: ['DE'], serialNumber: '7' },
    duration: '2160h',
    renewBefore: '1h30m',
    dnsNames: ['localhost', '*.example.com'],
    ipAddresses: ['127.0.0.1', '2001:db8::1'],
    uris: ['spiffe://example.com/proxy'],
    emailAddresses: ['dba@example.com'],
    privateKey: { encoding: 'PKCS8' },
  };
}

function fullConfiguration(): Fields {
  return {
    mysqlUsers: [{ username: 'app', use_ssl: 1, default_hostgroup: 2, max_connections: 100, comment: 'it\'s "fine"' }],
    mysqlQueryRules: [{ rule_id: 1, active: 1, match_digest: '^SELECT', destination_hostgroup: 3, apply: 1 }],
    mysqlVariables: { threads: 4, default_schema: 'information_schema' },
    adminVariables: { refresh_interval: 2000 },
  };
}

function port(protocol: string): Fields {
  return { containerPort: 9000, protocol };
}

function variable(name: string): Fields {
  return { name, value: 'x' };
}

function aliases(count: number): Fields[] {
  return Array.from({ length: count }, (_, index) => ({ alias: `a${index}` }));
}
