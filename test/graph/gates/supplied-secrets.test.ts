import { certificatesReady } from '../../../lib/graph/gates/certificates-ready';
import { issuersReady } from '../../../lib/graph/gates/issuers-ready';
import { tlsSecretsProven } from '../../../lib/graph/gates/tls-secrets-proven';
import { decide } from '../../../lib/graph/decide';
import { type World } from '../../../lib/graph/world';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { type CertificateSpec, type ProxySQLResource, type TlsSpec } from '../../../lib/proxysql-resource';
import * as small from '../small-world';

const suppliedBy = (tls: TlsSpec): ProxySQLResource => {
  const { spec, ...rest } = small.proxysql();
  return { ...rest, spec: { ...spec, tls } };
};

const worldOf = (objects: readonly KubernetesObject[], ...certificates: CertificateSpec[]): World =>
  small.worldOf(objects, {
    proxysql: suppliedBy({ certificates }),
    desired: small.DESIRED.filter(({ step }) => step !== 'Certificates'),
  });

const SERVER: CertificateSpec = { alias: 'server', secretName: 'mine' };

describe('TLS Secrets that the user supplies', () => {
  test('given nothing but them, then neither issuer nor Certificate is waited for', () => {
    const world = worldOf([], SERVER);
    expect(issuersReady(world)).toMatchObject({ open: true, reason: 'IssuerNotNeeded' });
    expect(certificatesReady(world)).toMatchObject({ open: true, reason: 'CertificatesNotNeeded' });
  });

  test('given one that is not there, then it is asked of the user', () => {
    expect(tlsSecretsProven(worldOf([], SERVER))).toMatchObject({
      open: false,
      reason: 'SecretMissing',
      message: 'Secret demo/mine does not exist: supply it, or name an issuer that issues it.',
      blockedBy: { kind: 'Secret', name: 'mine' },
      needsUser: true,
    });
  });

  test('given one that does not pass the proof, then the user is told, and nothing is created', () => {
    const world = worldOf(
      [small.CONFIGURATION, small.SERVICE, small.ACCOUNT, small.APP_BINDING, small.tlsSecret('broken', 'mine')],
      SERVER,
    );
    expect(tlsSecretsProven(world)).toMatchObject({ open: false, reason: 'KeyMismatch', needsUser: true });
    expect(decide(world).apply.map(({ object }) => object.kind)).not.toContain('StatefulSet');
  });

  test('given one without the authority that clients are to trust, then that is asked of the user', () => {
    const secret = { ...small.tlsSecret('good', 'mine'), data: { state: 'good' } };
    const client: CertificateSpec = { alias: 'client', secretName: 'mine' };
    expect(tlsSecretsProven(worldOf([secret], SERVER))).toMatchObject({
      open: false,
      reason: 'AuthorityMissing',
      message:
        'Secret demo/mine: It has no ca.crt, by which workloads and Prometheus are to verify the certificate: add the certificate of its authority.',
      needsUser: true,
    });
    expect(
      tlsSecretsProven(worldOf([secret, small.tlsSecret('good', 'other')], { ...SERVER, secretName: 'other' }, client)),
    ).toMatchObject({
      open: true,
    });
  });

  test('given a Certificate of before that is issued into the same Secret, then it goes before it overwrites what is supplied', () => {
    const world = (secretName: string) => worldOf([small.certificateObject(true)], { ...SERVER, secretName });
    expect(decide(world('db-server-cert')).prune).toMatchObject([{ kind: 'Certificate', name: 'db-server-cert' }]);
    expect(decide(world('mine')).prune).toEqual([]);
  });

  test('given all that is needed, then the workload is created without a Certificate', () => {
    const world = worldOf(
      [small.CONFIGURATION, small.SERVICE, small.ACCOUNT, small.APP_BINDING, small.tlsSecret('good', 'mine')],
      SERVER,
    );
    const { apply, certificates } = decide(world);
    expect(apply.map(({ object }) => object.kind)).toContain('StatefulSet');
    expect(certificates).toMatchObject([{ alias: 'server', secretName: 'mine', fingerprint: 'f1' }]);
  });

  test('given one that has expired, then the status goes on telling when it did', () => {
    const entry = { alias: 'server', secretName: 'mine', fingerprint: 'f1', notAfter: '2026-06-15T11:59:59Z' };
    const world = worldOf([small.tlsSecret('good', 'mine')], SERVER);
    const expired: World = {
      ...world,
      proxysql: { ...world.proxysql, status: { certificates: [entry] } },
      prove: () => ({ proven: false, reason: 'Expired', message: 'It has expired.' }),
    };
    expect(decide(expired).certificates).toEqual([entry]);
    const broken: World = { ...expired, prove: () => ({ proven: false, reason: 'KeyMismatch', message: 'No.' }) };
    expect(decide(broken).certificates).toEqual([{ alias: 'server', secretName: 'mine' }]);
  });

  test.each([
    ['no name', {}, ['db.demo.svc']],
    ['a public name', { dnsNames: ['db.example.com'] }, ['db.example.com']],
    ['a wildcard alone', { dnsNames: ['*.demo.svc'] }, ['*.demo.svc', 'db.demo.svc']],
  ])('given an entry with %s, then it is what the certificate must be valid for', (_, more, dnsNames) => {
    const asked: unknown[] = [];
    const world = worldOf([small.tlsSecret('good', 'mine')], { ...SERVER, ...more });
    tlsSecretsProven({
      ...world,
      prove: (secret, alias, expected) => {
        asked.push([alias, expected.dnsNames]);
        return small.proveByState(secret);
      },
    });
    expect(asked).toEqual([['server', dnsNames]]);
  });

  test('given one beside an issued one, then both are proven, and the issued one alone has a Certificate', () => {
    const client: CertificateSpec = { alias: 'client', secretName: 'mine' };
    const server: CertificateSpec = { alias: 'server', issuerRef: { kind: 'Issuer', name: 'ca' } };
    const world = small.worldOf([small.issuer(true), small.certificateObject(true), small.tlsSecret('good')], {
      proxysql: suppliedBy({ certificates: [client, server] }),
    });
    expect(issuersReady(world)).toMatchObject({ open: true, reason: 'IssuersReady' });
    expect(certificatesReady(world)).toMatchObject({ open: true, message: 'The Certificate is ready.' });
    expect(tlsSecretsProven(world)).toMatchObject({
      open: false,
      reason: 'SecretMissing',
      blockedBy: { name: 'mine' },
    });
  });

  test('given no server certificate at all, from before the schema asked for one, then the user is told what to do', () => {
    const world = worldOf([]);
    for (const gate of [certificatesReady, tlsSecretsProven]) {
      expect(gate(world)).toMatchObject({
        open: false,
        reason: 'ServerCertificateMissing',
        message:
          'spec.tls leads to no server certificate: give it an issuerRef, or its entry for the alias server the secretName of a Secret that you supply.',
      });
    }
  });
});
