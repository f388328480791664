import { decide } from '../../lib/graph/decide';
import { proveSecret } from '../../lib/graph/prove-secret';
import { type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLResource, type TlsSpec } from '../../lib/proxysql-resource';
import { type Kind } from '../../operator/kubernetes/resources';
import { observe } from '../../operator/observe';
import { Renderer } from '../../operator/rendering';
import { NOW } from '../proof/certificates';
import { appBindingResource, proxysqlResource } from '../support/resource';
import { cachesOfNobody } from './caches';

/** Only the cluster knows what kind of issuer a name stands for. */

const caches = cachesOfNobody();

const put = (object: KubernetesObject): void => {
  caches.wrote(object.kind as Kind, { ...object, metadata: { ...object.metadata, resourceVersion: '1' } }, object);
};

beforeAll(() => {
  const metadata = { name: 'letsencrypt', namespace: 'demo' };
  put({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata, spec: { acme: {} } });
  put(appBindingResource() as unknown as KubernetesObject);
});

const SERVER = { alias: 'server', dnsNames: ['db.example.com'] };
const issuerRef = { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'letsencrypt' };

let uid = 0;

function decideAbout(tls: TlsSpec) {
  const base = proxysqlResource({ replicas: 1, tls });
  uid += 1;
  const proxysql: ProxySQLResource = { ...base, metadata: { ...base.metadata, uid: `uid-${uid}`, generation: 1 } };
  const rendering = new Renderer(caches, {}).of(proxysql);
  const { conditions } = decide(
    observe({ proxysql, rendering, caches, served: new Map(), prove: proveSecret, now: NOW }),
  );
  const certificates = rendering.desired.filter(({ object }) => object.kind === 'Certificate');
  return {
    valid: conditions.find(({ type }) => type === 'ResourceValid'),
    certificates: certificates.map(({ object }) => object.metadata.name),
  };
}

test('given a client certificate of an issuer that turns out to be ACME, then the resource is refused with what to do', () => {
  const { valid, certificates } = decideAbout({ issuerRef, certificates: [SERVER, { alias: 'client' }] });
  expect(certificates).toEqual([]);
  expect(valid).toMatchObject({
    status: 'False',
    reason: 'SpecRefused',
    message:
      'spec.tls.issuerRef.name (given: "letsencrypt"): Issuer letsencrypt is an ACME issuer, and those sign certificates for servers alone, while an entry for the alias client asks it for one. Give that entry (spec.tls.certificates[1]) an issuerRef of its own, such as a private CA, or remove it: then no client certificate is issued.',
  });
});

test('given no entry for the client, then no client certificate is asked for', () => {
  const { valid, certificates } = decideAbout({ issuerRef, certificates: [SERVER] });
  expect(certificates).toEqual(['proxy-server-server-cert']);
  expect(valid).toMatchObject({ status: 'True' });
});

test.each([
  ['another issuer', { ...issuerRef, name: 'company-ca' }],
  ['an issuer of the same name in another API group', { ...issuerRef, apiGroup: 'step.sm' }],
])('given %s for the client, then both certificates are asked for', (_, other) => {
  const { valid, certificates } = decideAbout({
    issuerRef,
    certificates: [SERVER, { alias: 'client', issuerRef: other }],
  });
  expect(certificates).toEqual(['proxy-server-server-cert', 'proxy-server-client-cert']);
  expect(valid).toMatchObject({ status: 'True' });
});
