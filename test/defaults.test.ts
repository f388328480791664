import fc from 'fast-check';
import { effective, quantity } from '../lib/defaults';
import { type ProxySQLSpec } from '../lib/proxysql-resource';
import { proxysqlResource } from './support/resource';

const effectiveOf = (spec: Partial<ProxySQLSpec>, acme = false) =>
  effective(proxysqlResource(spec), { isAcme: () => acme });
const aliases = (spec: Partial<ProxySQLSpec>, acme = false) =>
  effectiveOf(spec, acme).certificates.map(({ alias }) => alias);
const issuerRef = { kind: 'Issuer', name: 'ca' };

describe('certificates that are issued', () => {
  test('given an issuer and nothing else, then server and client', () => {
    expect(aliases({ tls: { issuerRef } })).toEqual(['server', 'client']);
  });

  test('given monitoring, then the exporter’s too', () => {
    expect(aliases({ tls: { issuerRef }, monitor: { agent: 'prometheus.io/builtin' } })).toEqual([
      'server',
      'client',
      'metrics-exporter',
    ]);
  });

  test('given an exporter entry without monitoring, then it is not issued, since nothing would use it', () => {
    expect(aliases({ tls: { issuerRef, certificates: [{ alias: 'metrics-exporter' }] } })).toEqual([
      'server',
      'client',
    ]);
  });

  test('given an ACME issuer, then the server’s only, and others where they are asked for', () => {
    expect(aliases({ tls: { issuerRef } }, true)).toEqual(['server']);
    expect(
      aliases({ tls: { issuerRef, certificates: [{ alias: 'client', dnsNames: ['c.example.com'] }] } }, true),
    ).toEqual(['server', 'client']);
  });

  test('given an issuer for one certificate only, then only that one', () => {
    const certificates = [{ alias: 'server', issuerRef, secretName: 'mine' }];
    expect(effectiveOf({ tls: { certificates } }).certificates).toMatchObject([
      { alias: 'server', name: 'proxy-server-server-cert', secretName: 'mine', issuerRef },
    ]);
  });

  test('given no tls, then none', () => {
    expect(aliases({ tls: undefined })).toEqual([]);
  });
});

describe('resources of the proxysql container', () => {
  const resources = (given?: object) =>
    effectiveOf({ podTemplate: { spec: { containers: [{ name: 'proxysql', resources: given }] } } }).resources;

  test('given none, then the contract’s, with no limit on CPU', () => {
    expect(resources()).toEqual({ requests: { cpu: '500m', memory: '1024Mi' }, limits: { memory: '1024Mi' } });
  });

  test('given only a limit, then the request equals it', () => {
    expect(resources({ limits: { cpu: '2', memory: '2Gi' } })).toEqual({
      requests: { cpu: '2', memory: '2Gi' },
      limits: { cpu: '2', memory: '2Gi' },
    });
  });

  test.each(['512Mi', '4Gi'])('given only a request of %s, then the limit of memory equals it', (memory) => {
    expect(resources({ requests: { cpu: '2', memory } })).toEqual({
      requests: { cpu: '2', memory },
      limits: { memory },
    });
  });

  test('given a request above the limit, then the limit is raised', () => {
    expect(resources({ requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '1', memory: '2Gi' } })).toEqual({
      requests: { cpu: '2', memory: '4Gi' },
      limits: { cpu: '2', memory: '4Gi' },
    });
  });

  test('given any quantities, then no limit is below its request', () => {
    const amount = fc.oneof(
      fc.integer({ min: 1, max: 100_000 }).map((n) => `${n}Mi`),
      fc.integer({ min: 1, max: 64 }).map((n) => `${n}Gi`),
      fc.integer({ min: 1, max: 2 ** 31 }),
    );
    fc.assert(
      fc.property(fc.option(amount), fc.option(amount), (request, limit) => {
        const { requests = {}, limits = {} } = resources({
          ...(request !== null && { requests: { memory: request } }),
          ...(limit !== null && { limits: { memory: limit } }),
        });
        expect(quantity(limits.memory ?? Number.NaN)).toBeGreaterThanOrEqual(quantity(requests.memory ?? Number.NaN));
      }),
    );
  });
});

describe('deprecated fields', () => {
  test('given the old places of the configuration, then they are read unless the new ones are there', () => {
    const old = { initConfig: { mysqlVariables: { threads: 2 } }, configSecret: { name: 'old' } };
    expect(effectiveOf(old)).toMatchObject({ inline: old.initConfig, initSecretName: 'old' });
    const configuration = { init: { inline: { mysqlVariables: { threads: 8 } }, secretName: 'new' } };
    expect(effectiveOf({ ...old, configuration })).toMatchObject({
      inline: configuration.init.inline,
      initSecretName: 'new',
    });
  });
});
