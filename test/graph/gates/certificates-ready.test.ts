import { certificatesReady } from '../../../lib/graph/gates/certificates-ready';
import { type KubernetesObject } from '../../../lib/kubernetes';
import * as small from '../small-world';
import { unreadable } from './unreadable';

const DESCRIBED = 'Certificate demo/db-server-cert';

const judge = (certificate: KubernetesObject) => certificatesReady(small.worldOf([certificate]));

const withSpec = (spec: object): KubernetesObject => ({
  ...small.certificateObject(true),
  spec: { ...(small.CERTIFICATE.spec as object), ...spec },
});

const withReady = (ready: object): KubernetesObject => ({
  ...small.certificateObject(true),
  status: { conditions: [{ type: 'Ready', ...ready }] },
});

test('given one that is Ready as it is now, then it opens', () => {
  expect(judge(small.certificateObject(true))).toEqual({
    open: true,
    reason: 'CertificatesReady',
    message: 'The Certificate is ready.',
  });
});

test('given several, then they are counted, and the first that is not ready holds', () => {
  const client: KubernetesObject = {
    ...small.certificateObject(true),
    metadata: { ...small.CERTIFICATE.metadata, name: 'db-client-cert' },
  };
  const desired = [...small.DESIRED, { step: 'Certificates', object: client } as const];
  expect(certificatesReady(small.worldOf([small.certificateObject(true), client], { desired })).message).toBe(
    'All 2 Certificates are ready.',
  );
  expect(certificatesReady(small.worldOf([small.certificateObject(true)], { desired }))).toMatchObject({
    open: false,
    blockedBy: { name: 'db-client-cert' },
  });
});

test('given none that is there, then it is waited for', () => {
  expect(certificatesReady(small.worldOf([]))).toMatchObject({
    open: false,
    reason: 'CertificateMissing',
    message: `${DESCRIBED} is not there yet.`,
    blockedBy: { kind: 'Certificate', name: 'db-server-cert' },
  });
});

test('given one that cannot be read, then the user is asked', () => {
  expect(certificatesReady(unreadable(small.worldOf([small.certificateObject(true)]), 'Certificate'))).toMatchObject({
    open: false,
    reason: 'CertificateUnreadable',
    message: `${DESCRIBED} cannot be read: forbidden.`,
    needsUser: true,
  });
});

test('given one of somebody else, Ready as it may be, then it does not count', () => {
  const foreign = { ...small.certificateObject(true), metadata: { name: 'db-server-cert', namespace: 'demo' } };
  expect(judge(foreign)).toMatchObject({
    open: false,
    reason: 'Conflict',
    message: `${DESCRIBED} belongs to somebody else and is left alone: rename or delete it.`,
    needsUser: true,
  });
});

test.each([
  ['into another Secret', { secretName: 'other' }],
  ['by an issuer of another name', { issuerRef: { kind: 'Issuer', name: 'other' } }],
  ['by an issuer of another kind', { issuerRef: { kind: 'ClusterIssuer', name: 'ca' } }],
  ['by an issuer of another group', { issuerRef: { group: 'awspca.cert-manager.io', kind: 'Issuer', name: 'ca' } }],
  ['by nobody', { issuerRef: undefined }],
])('given one that is Ready, but is issued %s, then it does not count', (_, spec) => {
  expect(judge(withSpec(spec))).toMatchObject({
    open: false,
    reason: 'CertificateOutdated',
    message: `${DESCRIBED} still asks another issuer or for another Secret.`,
  });
});

test.each([
  ['is left to the default on one side', { name: 'ca' }, { group: 'cert-manager.io', kind: 'Issuer', name: 'ca' }],
  ['is left to the default on the other', { group: 'cert-manager.io', kind: 'Issuer', name: 'ca' }, { name: 'ca' }],
])('given that kind and group of the issuer %s, then it is the same issuer', (_, is, should) => {
  const desired = [{ step: 'Certificates', object: withSpec({ issuerRef: should }) } as const];
  expect(certificatesReady(small.worldOf([withSpec({ issuerRef: is })], { desired })).open).toBe(true);
});

test.each([
  [
    'Ready for an older generation',
    { status: 'True', observedGeneration: 0 },
    'waits for cert-manager to look at it as it is now.',
  ],
  ['not looked at', undefined, 'waits for cert-manager to look at it as it is now.'],
  ['not ready', { status: 'False', observedGeneration: 1, message: 'No order.' }, 'is not ready: No order.'],
  ['neither', { status: 'Unknown', observedGeneration: 1 }, 'is not ready.'],
])('given one that is %s, then it is waited for', (_, ready, message) => {
  const certificate = ready === undefined ? small.CERTIFICATE : withReady(ready);
  expect(judge(certificate)).toMatchObject({
    open: false,
    reason: 'CertificateIssuing',
    message: `${DESCRIBED} ${message}`,
    blockedBy: { kind: 'Certificate', name: 'db-server-cert' },
  });
});

test('given no TLS, then none is needed', () => {
  const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, tls: undefined } });
  expect(certificatesReady(small.worldOf([], { proxysql }))).toMatchObject({ open: true, reason: 'TLSNotRequested' });
});
