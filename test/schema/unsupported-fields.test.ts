import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { UNSUPPORTED_FIELDS, unsupportedFieldsOf } from '../../lib/schema/unsupported-fields';
import { schemaAt } from '../../lib/schema/path';
import { kinds } from '../../lib/schema/generated/index';

const base: ProxySQLSpec = { version: '3.0.1-debian', backend: { name: 'mysql' } };

function pathsOf(spec: Partial<ProxySQLSpec>): string[] {
  return unsupportedFieldsOf({ ...base, ...spec }).map(({ path }) => path);
}

const exporter = (fields: object): Partial<ProxySQLSpec> => ({
  monitor: { agent: 'prometheus.io/builtin', prometheus: { exporter: { ...fields } } },
});
const pod = (fields: object): Partial<ProxySQLSpec> => ({ podTemplate: { spec: { ...fields } } });

it.each<[string, Partial<ProxySQLSpec>]>([
  ['spec.autoOps.disabled', { autoOps: { disabled: true } }],
  ['spec.syncUsers', { syncUsers: true }],
  ['spec.authSecret.apiGroup', { authSecret: { apiGroup: 'virtual-secrets.dev' } }],
  ['spec.authSecret.kind', { authSecret: { kind: 'Virtual' } }],
  ['spec.authSecret.secretStoreName', { authSecret: { secretStoreName: 'vault' } }],
  ['spec.authSecret.rotateAfter', { authSecret: { rotateAfter: '24h' } }],
  ['spec.authSecret.activeFrom', { authSecret: { activeFrom: '2027-01-01T00:00:00Z' } }],
  ['spec.monitor.prometheus.exporter.port', exporter({ port: 42004 })],
  ['spec.monitor.prometheus.exporter.args', exporter({ args: ['-v'] })],
  ['spec.monitor.prometheus.exporter.env', exporter({ env: [{ name: 'TZ' }] })],
  ['spec.monitor.prometheus.exporter.resources', exporter({ resources: { limits: { cpu: 1 } } })],
  ['spec.monitor.prometheus.exporter.securityContext', exporter({ securityContext: { runAsUser: 1 } })],
  [
    'spec.monitor.prometheus.serviceMonitor',
    { monitor: { agent: 'prometheus.io/builtin', prometheus: { serviceMonitor: {} } } },
  ],
  ...['http', undefined].map((port): [string, Partial<ProxySQLSpec>] => [
    'spec.monitor.prometheus.serviceMonitor.endpoints[0]',
    {
      monitor: {
        agent: 'prometheus.io/operator',
        prometheus: { serviceMonitor: { endpoints: [{ port, relabelings: [{ regex: 'x' }] }] } },
      },
    },
  ]),
  ['spec.healthChecker.periodSeconds', { healthChecker: { periodSeconds: 20 } }],
  ['spec.healthChecker.timeoutSeconds', { healthChecker: { timeoutSeconds: 5 } }],
  ['spec.healthChecker.failureThreshold', { healthChecker: { failureThreshold: 3 } }],
  ['spec.healthChecker.disableWriteCheck', { healthChecker: { disableWriteCheck: true } }],
  ['spec.serviceTemplates[0].alias', { serviceTemplates: [{ alias: 'standby' }] }],
  ['spec.serviceTemplates[1].alias', { serviceTemplates: [{ alias: 'primary' }, { alias: 'stats' }] }],
  [
    'spec.serviceTemplates[0]',
    { serviceTemplates: [{ alias: 'primary', spec: { ports: [{ name: 'http', port: 1 }] } }] },
  ],
  ['spec.tls.certificates[1].alias', { tls: { certificates: [{ alias: 'server' }, { alias: 'archiver' }] } }],
  [
    'spec.tls.certificates[0]',
    { tls: { certificates: [{ alias: 'metrics-exporter', secretName: 'mine', dnsNames: ['m.example.com'] }] } },
  ],
  [
    'spec.initConfig',
    { initConfig: { mysqlVariables: { threads: 2 } }, configuration: { init: { inline: { adminVariables: {} } } } },
  ],
  ['spec.configSecret', { configSecret: { name: 'old' }, configuration: { init: { secretName: 'new' } } }],
  ['spec.podTemplate.spec.podPlacementPolicy.name', pod({ podPlacementPolicy: { name: 'far' } })],
  ['spec.podTemplate.spec.ephemeralContainers', pod({ ephemeralContainers: [{ name: 'debug' }] })],
  ['spec.podTemplate.spec.activeDeadlineSeconds', pod({ activeDeadlineSeconds: 1 })],
  ['spec.podTemplate.spec.restartPolicy', pod({ restartPolicy: 'Never' })],
])('%s is reported when it is given', (path, spec) => {
  expect(pathsOf(spec)).toEqual([path]);
});

it('what the API server fills in, and what asks for nothing, is not reported', () => {
  const spec: Partial<ProxySQLSpec> = {
    syncUsers: false,
    autoOps: { disabled: false },
    authSecret: { apiGroup: '', kind: 'Secret', name: 'mine' },
    healthChecker: { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 1 },
    monitor: {
      agent: 'prometheus.io/operator',
      prometheus: {
        exporter: { port: 56790, resources: {}, args: [] },
        serviceMonitor: { endpoints: [{ port: 'metrics' }] },
      },
    },
    serviceTemplates: [{ alias: 'primary', spec: { ports: [{ name: 'db', port: 3306 }] } }, { alias: 'stats' }],
    initConfig: { mysqlVariables: { threads: 2 } },
    configSecret: { name: 'old' },
    tls: { certificates: [{ alias: 'server' }, { alias: 'client' }, { alias: 'metrics-exporter' }] },
    podTemplate: { spec: { podPlacementPolicy: { name: 'default' }, restartPolicy: 'Always' } },
  };
  expect(pathsOf(spec)).toEqual([]);
});

it('what is asked for where metrics are published is reported only where they are not', () => {
  const certificates = [{ alias: 'metrics-exporter', dnsNames: ['m.example.com'] }];
  const monitor = { agent: 'prometheus.io' } as const;
  expect(pathsOf({ monitor, serviceTemplates: [{ alias: 'stats' }], tls: { certificates } })).toEqual([]);
  // KubeDB's defaults have an entry for it in any case.
  expect(pathsOf({ tls: { certificates: [{ alias: 'metrics-exporter', secretName: 'p-cert' }] } })).toEqual([]);
});

it('deprecated fields are read where there is nothing in their new places', () => {
  const configuration = { init: { inline: {}, secretName: 'new' } };
  expect(pathsOf({ configSecret: { name: '' }, configuration })).toEqual([]);
  expect(pathsOf({ configSecret: { name: 'old' }, configuration: { init: { inline: {} } } })).toEqual([]);
  expect(pathsOf({ initConfig: {}, configuration: { init: { secretName: 'new' } } })).toEqual([]);
});

it('the reason comes along', () => {
  expect(unsupportedFieldsOf({ ...base, syncUsers: true })).toEqual([
    {
      path: 'spec.syncUsers',
      reason: "the database's users are not taken over: list them in configuration.init.inline.mysqlUsers",
    },
  ]);
});

it.each(UNSUPPORTED_FIELDS.map(({ path }) => path))('%s is a field of the schema', (path) => {
  const steps = path.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), 0] : [part]));
  expect(schemaAt(kinds.ProxySQL.schema, steps)).toBeDefined();
});
