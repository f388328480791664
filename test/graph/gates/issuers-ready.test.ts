import { issuersReady } from '../../../lib/graph/gates/issuers-ready';
import { type KubernetesObject } from '../../../lib/kubernetes';
import * as small from '../small-world';
import { unreadable } from './unreadable';

function desiredWith(issuerRef: object) {
  const object = {
    ...small.CERTIFICATE,
    spec: { ...(small.CERTIFICATE.spec as object), issuerRef },
  } as KubernetesObject;
  return [{ step: 'Certificates' as const, object }];
}

const EXTERNAL = desiredWith({ group: 'awspca.cert-manager.io', kind: 'AWSPCAIssuer', name: 'pca' });

const pca = (status: object = {}): KubernetesObject => ({
  apiVersion: 'awspca.cert-manager.io/v1beta1',
  kind: 'AWSPCAIssuer',
  metadata: { name: 'pca', namespace: 'demo', generation: 1 },
  ...status,
});

const external = (objects: readonly KubernetesObject[]) => small.worldOf(objects, { desired: EXTERNAL });

describe("cert-manager's issuers", () => {
  test.each([
    ['absent', [], 'IssuerNotFound', 'Issuer demo/ca does not exist: create it.'],
    [
      'not judged at all',
      [{ ...small.issuer(true), status: {} }],
      'IssuerNotReady',
      'Issuer demo/ca has not been looked at by cert-manager yet.',
    ],
    [
      'judged before its last change',
      [small.issuer(true, 0)],
      'IssuerStale',
      'Issuer demo/ca has changed, and cert-manager has not judged the change yet.',
    ],
    ['not ready', [small.issuer(false, 1, 'no key.')], 'IssuerNotReady', 'Issuer demo/ca is not ready: no key.'],
    ['not ready without a word', [small.issuer(false)], 'IssuerNotReady', 'Issuer demo/ca is not ready.'],
  ])('one that is %s holds', (_, objects, reason, message) => {
    expect(issuersReady(small.worldOf(objects))).toMatchObject({
      open: false,
      reason,
      message,
      blockedBy: { kind: 'Issuer', name: 'ca' },
    });
  });

  test('one that cannot be read needs the user', () => {
    expect(issuersReady(unreadable(small.worldOf([small.issuer(true)]), 'Issuer'))).toMatchObject({
      open: false,
      reason: 'IssuerUnreadable',
      message: 'Issuer demo/ca cannot be read: forbidden.',
      needsUser: true,
    });
  });

  test('a ClusterIssuer has no namespace', () => {
    const desired = desiredWith({ kind: 'ClusterIssuer', name: 'company' });
    expect(issuersReady(small.worldOf([], { desired }))).toMatchObject({
      message: 'ClusterIssuer company does not exist: create it.',
    });
  });

  test('all that are ready are named', () => {
    expect(issuersReady(small.worldOf([small.issuer(true)]))).toEqual({
      open: true,
      reason: 'IssuersReady',
      message: 'Issuer demo/ca: ready.',
    });
  });
});

describe('issuers of somebody else', () => {
  test('one without a Ready condition is taken at its word', () => {
    expect(issuersReady(external([pca()]))).toMatchObject({ open: true, reason: 'IssuersReady' });
  });

  test('one that says it is not ready is believed', () => {
    const conditions = [{ type: 'Ready', status: 'False', message: 'no role' }];
    expect(issuersReady(external([pca({ status: { conditions } })]))).toMatchObject({
      open: false,
      reason: 'IssuerNotReady',
      message: 'AWSPCAIssuer demo/pca is not ready: no role.',
    });
  });

  test('one that may not be looked at is trusted, and that is said', () => {
    expect(issuersReady(unreadable(external([]), 'AWSPCAIssuer'))).toEqual({
      open: true,
      reason: 'ExternalIssuerNotChecked',
      message:
        'AWSPCAIssuer demo/pca of awspca.cert-manager.io cannot be looked at (forbidden); it is trusted to issue.',
    });
  });

  test('one that is absent holds', () => {
    expect(issuersReady(external([]))).toMatchObject({ open: false, reason: 'IssuerNotFound' });
  });
});

test('TLS without any issuer needs the user; no TLS needs no issuer', () => {
  expect(issuersReady(small.worldOf([], { desired: [] }))).toMatchObject({
    open: false,
    reason: 'IssuerNotNamed',
    needsUser: true,
  });
  const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, tls: undefined } });
  expect(issuersReady(small.worldOf([], { proxysql }))).toMatchObject({ open: true, reason: 'TLSNotRequested' });
});
